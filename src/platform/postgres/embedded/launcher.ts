// Starts, adopts, watches and stops the PostgreSQL that belongs to one data folder.
//
// Two locks tell the truth about a folder whatever was killed: one of the Node process that owns it, and one that
// every process of PostgreSQL inherits. A server whose Node died is adopted, never started a second time.

import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Say, StartRefused } from '../../startRefused.ts'
import { findPackage, installBinaries, type Package } from './binaries.ts'
import {
  createCluster,
  EndedEarly,
  logTail,
  queryOnce,
  type Server,
  spawnServer,
  until,
} from './cluster.ts'
import { explained, messageOf, statOf } from './files.ts'
import { connectionTo, handOver, makeFolder, socketName } from './folder.ts'
import { lockServer, ownFolder } from './locks.ts'
import { clusterName, type Layout, layout } from './settings.ts'
import { isRoot, type User, userFor } from './user.ts'

const longestWaitMs = 60_000
/** A recovery replays at most `max_wal_size` of log. */
const longestRecoveryMs = 600_000
const longestPauseMs = 30_000
const startsTried = 5
const pauseBetweenStartsMs = 200
const longestEndMs = 10_000

export type EmbeddedPostgres = {
  /** For `pg`; stays the same when the server is started again. */
  readonly connection: pg.ClientConfig
  /** `adopted`: the server of a killed process was still alive. */
  readonly how: 'created' | 'started' | 'adopted'
  /** Ends the server in order and gives the folder up. */
  stop(): Promise<void>
}

type Place = {
  readonly files: Layout
  readonly from: Package
  readonly user: User
  readonly connection: pg.ClientConfig
}

type Up = {
  readonly how: EmbeddedPostgres['how']
  /** Undefined where another process started it. */
  readonly server: Server | undefined
}

/**
 * The PostgreSQL of `dataDir`, running; made if the folder is new. While this process lives, a server that dies is
 * started again, and `say` tells it. Throws `StartRefused` with what a person can do about it.
 */
export async function startEmbeddedPostgres(dataDir: string, say: Say): Promise<EmbeddedPostgres> {
  const from = findPackage()
  const files = layout(path.resolve(dataDir))
  makeFolder(files)
  const user = userFor(files)
  const descriptors = [ownFolder(files)]
  const giveUp = () => {
    for (const descriptor of descriptors.splice(0)) fs.closeSync(descriptor)
  }
  try {
    if (isRoot()) say(`Running as root: PostgreSQL itself runs as uid ${user.uid}`)
    const place: Place = { files, from, user, connection: connectionTo(files, descriptors) }
    const { how, keeper } = await bringUpToStay(place, say)
    handOver(files, user)
    return {
      connection: place.connection,
      how,
      async stop() {
        await keeper.stop()
        giveUp()
      },
    }
  } catch (error) {
    giveUp()
    throw error
  }
}

/** Whatever ends PostgreSQL while it starts (a kill in the middle of its recovery) is tried again a few times. */
async function bringUpToStay(place: Place, say: Say) {
  for (let tries = 1; ; tries++) {
    let up: Up | undefined
    try {
      up = await bringUp(place, say)
      return { how: up.how, keeper: await keepAlive(place, up, say) }
    } catch (error) {
      await endServer(up?.server)
      if (error instanceof StartRefused) throw error
      if (tries === startsTried) {
        const tail = logTail(place.files)
        throw new StartRefused(
          `PostgreSQL did not start (${messageOf(error)}). Last lines of ${place.files.log}:\n${tail}`,
        )
      }
      say(`PostgreSQL ended while it was starting (${messageOf(error)}): starting it again`)
      await sleep(tries * pauseBetweenStartsMs)
    }
  }
}

/** A start that comes to nothing leaves no server behind. */
async function endServer(server: Server | undefined): Promise<void> {
  if (!server || server.ended() !== undefined) return
  server.interrupt()
  await Promise.race([server.exit, sleep(longestEndMs, undefined, { ref: false })])
}

/** Adopts the server that still runs on the folder, or starts one. */
async function bringUp(place: Place, say: Say): Promise<Up> {
  const { files, from, user } = place
  const free = lockServer(files)
  const found = free === undefined ? await adopt(place, say) : { serverLock: free }
  if (found === 'adopted') return { how: 'adopted', server: undefined }
  try {
    const fresh = isFresh(files, from)
    tidy(files, from)
    const home = installBinaries(from, user, files.dataDir, say)
    if (fresh) {
      say(`Creating the database in ${files.cluster} (once, a few seconds)`)
      await createCluster(files, home, user, found.serverLock)
    }
    say('Starting PostgreSQL')
    const server = spawnServer(files, home, from.version, user, found.serverLock)
    try {
      await answering(place, server, say)
    } catch (error) {
      await endServer(server)
      throw error
    }
    return { how: fresh ? 'created' : 'started', server }
  } finally {
    // From here on only PostgreSQL's processes hold it.
    fs.closeSync(found.serverLock)
  }
}

/** Uses the server that an earlier process left, waits for it to end, or ends it if it is of another version. */
async function adopt(place: Place, say: Say): Promise<'adopted' | { readonly serverLock: number }> {
  const { files, from, connection } = place
  const found = await until(
    'the PostgreSQL of an earlier run',
    files,
    async () => {
      const serverLock = lockServer(files)
      if (serverLock !== undefined) return { serverLock }
      return queryOnce<{ name: string; pid: string }>(
        connection,
        `SELECT current_setting('cluster_name') AS name, split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
      )
    },
    longestRecoveryMs,
    say,
  )
  if ('serverLock' in found) return found
  if (found.name === clusterName(from.version)) {
    say(`PostgreSQL is still alive (pid ${found.pid}): using it`)
    return 'adopted'
  }
  say('PostgreSQL of another version is still alive: ending it')
  await askToStop(place)
  return { serverLock: await gone(files, say) }
}

/** True where no cluster was made yet; refuses a folder that is not what it should be. */
function isFresh({ cluster }: Layout, { version }: Package): boolean {
  const mark = path.join(cluster, 'PG_VERSION')
  if (!statOf(mark)) {
    if (statOf(cluster) && fs.readdirSync(cluster).length > 0) {
      throw new StartRefused(
        `${cluster} is there but holds no database (no PG_VERSION). Move it away to start empty.`,
      )
    }
    return true
  }
  const [wrote, ships] = [fs.readFileSync(mark, 'utf8').trim(), version.split('.')[0]]
  if (wrote !== ships) {
    throw new StartRefused(
      `${cluster} was written by PostgreSQL ${wrote}, and this program ships ${ships}. Export the data with the version of this program that wrote it.`,
    )
  }
  return false
}

/** Both locks are ours: what dead processes left behind can go. */
function tidy({ dataDir, cluster, unfinished }: Layout, { version }: Package): void {
  const old = fs
    .readdirSync(dataDir)
    .filter((name) => /^pg-\d+\.\d+\.\d+(-[\w.]+)?(~\d+)?$/.test(name) && name !== `pg-${version}`)
  for (const folder of [unfinished, ...old.map((name) => path.join(dataDir, name))]) {
    fs.rmSync(folder, { recursive: true, force: true })
  }
  for (const name of ['postmaster.pid', socketName, `${socketName}.lock`]) {
    fs.rmSync(path.join(cluster, name), { force: true })
  }
}

async function answering({ files, connection }: Place, server: Server, say: Say): Promise<void> {
  await until(
    'the start of PostgreSQL',
    files,
    async () => {
      const end = server.ended()
      if (end !== undefined) {
        const clear = explained(new Error(logTail(files)), files.dataDir)
        throw clear instanceof StartRefused ? clear : new EndedEarly(end)
      }
      return queryOnce(connection, 'SELECT 1')
    },
    longestRecoveryMs,
    say,
  )
}

/** In the server's own pid namespace, which need not be ours. */
const askToStop = ({ connection }: Place) =>
  queryOnce(connection, `COPY (SELECT) TO PROGRAM 'read p <postmaster.pid; kill -INT $p'`).catch(
    () => {},
  )

/** The server's lock, once the last process of PostgreSQL has ended. */
const gone = (files: Layout, say: Say) =>
  until('the end of PostgreSQL', files, async () => lockServer(files), longestWaitMs, say)

/** Watches the server over a connection, which ends when the server does, and starts it again. */
async function keepAlive(place: Place, first: Up, say: Say) {
  const stopping = new AbortController()
  let { server } = first
  let watch: pg.Client | undefined
  let restarting: Promise<void> | undefined
  let upSince = 0
  let pauseMs = 0

  const look = async () => {
    // Not on the database itself: a branch of it could not be made while somebody is.
    const client = new pg.Client({ ...place.connection, database: 'template1' })
    client.on('error', () => {})
    await client.connect()
    client.once('end', () => {
      if (!stopping.signal.aborted) restarting = restart()
    })
    watch = client
    upSince = performance.now()
  }

  const restart = async () => {
    say('PostgreSQL ended or dropped its connections: bringing it up again')
    if (performance.now() - upSince > longestPauseMs) pauseMs = 0
    while (!stopping.signal.aborted) {
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      pauseMs = Math.min(longestPauseMs, Math.max(100, pauseMs * 2))
      try {
        const up = await bringUp(place, say)
        // Adopted here means that it recovered by itself: then it is still the process that we started, if any.
        if (up.server || server?.ended() !== undefined) server = up.server
        await look()
        say('PostgreSQL is up again')
        return
      } catch (error) {
        say(`PostgreSQL could not be brought up: ${messageOf(error)}`)
      }
    }
  }

  await look()
  return {
    async stop() {
      stopping.abort()
      await restarting
      await watch?.end().catch(() => {})
      if (server && server.ended() === undefined) {
        server.interrupt()
        await server.exit
      } else await askToStop(place)
      fs.closeSync(await gone(place.files, say))
    },
  }
}
