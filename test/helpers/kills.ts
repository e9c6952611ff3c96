// A server under load that is killed again and again, and what has to hold of it each time.

import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Address, again, joinPlayer, type Player } from './client.ts'
import { play } from './load.ts'
import { seeded } from './mortal.ts'
import { killAll } from './processes.ts'
import { checkAnswers, checkChat, checkLog, checkSeen } from './proofs.ts'
import { type ReplayedLog, replayDataFolder } from './replayLog.ts'
import { dataFolder, inFolder, postgresOf, removeFolder, spawnServer, until } from './server.ts'
import { type Status, statusOf, watchWorld } from './watchers.ts'

export const kinds = [
  'server under load',
  'server right after an answer',
  'PostgreSQL under load',
  'server and PostgreSQL under load',
  'server during its start',
  'PostgreSQL during the start',
  'server and PostgreSQL during the start',
  'server during initdb',
  'server and initdb',
] as const
export type Kind = (typeof kinds)[number]

export type Killed = { readonly kind: Kind; readonly backMs: number; readonly note: string }

const PLAYERS = 6
const LONGEST_START_MS = 120_000
/** Creating the database, and the first things after it. */
const LONGEST_CREATION_MS = 3_000
const environment = { WORLD_N: '16', DEMO_BOT: 'off', JOINS_PER_MINUTE: '1000' }

type Process = ReturnType<typeof spawnServer>

/** A world with players and watchers on it. `seed` decides every order and every moment, as far as clocks let it. */
export async function openArena(seed: number) {
  const random = seeded(seed)
  const folder = dataFolder()
  const port = await freePort(random)
  const address: Address = { url: `http://localhost:${port}` }
  const killed: Killed[] = []
  const players: Player[] = []
  const playing: Promise<void>[] = []
  const stopping = new AbortController()
  const watch = watchWorld(address)
  let server: Process | undefined
  /** From the first words of a start to its last: kills of the next one fall within. */
  let lastStartMs = 1_500

  /** All that was ever started, to be ended in the end. */
  const spawned: Process[] = []
  const failures: unknown[] = []

  const spawn = (dataDir = folder) => {
    const own = dataDir === folder ? { PORT: String(port) } : {}
    const started = spawnServer(dataDir, { ...environment, ...own })
    spawned.push(started)
    return started
  }

  /** Starts a server and waits until its world is live; one that ends before that is told with its output. */
  const start = async (dataDir?: string) => {
    const started = spawn(dataDir)
    if (dataDir === undefined) server = started
    const code = await endOrUp(started)
    if (code !== 'up') throw new Error(`the start ended with ${code}:\n${started.output()}`)
    return started
  }
  /** A start that is killed while, or soon after, the database is created. Tells how far it was. */
  const killCreation = async (dataDir?: string) => {
    const dying = spawn(dataDir)
    await says(dying, /Creating the database/)
    await wait(random() * LONGEST_CREATION_MS)
    await dying.kill()
    return lastLine(dying.output())
  }
  const live = async () => {
    const before = watch.seen.maxTick()
    const status = await until(
      () => again(60_000, () => statusOf(address)),
      ({ state }) => state !== 'replaying',
    )
    expect(status.state).toBe('running')
    expect(status.tick).toBeGreaterThanOrEqual(before)
    return status
  }
  /** The world runs on: later ticks than any before, and orders are taken. */
  const runsOn = async () => {
    const before = Math.max((await live()).tick, watch.seen.maxTick())
    await until(live, ({ tick }) => tick > before)
    const answer = await players[0]!.act('Say', { text: 'still here' })
    expect(answer.status).toBe('accepted')
  }

  const restarted = async (kind: Kind, note = '') => {
    const from = performance.now()
    await start()
    await live()
    const backMs = performance.now() - from
    killed.push({ kind, backMs, note })
    lastStartMs = backMs
    await runsOn()
    await checkAnswers(players, random, 40)
  }
  /** Kills of a start: `part` says which processes, when it is decided by chance. */
  const killStart = async (kind: Kind, part: (dying: Process) => Promise<void>) => {
    await server?.kill()
    if (random() < 0.5) killAll(postgresOf(folder))
    const dying = spawn()
    server = dying
    await says(dying, /PostgreSQL/)
    await wait(random() * lastStartMs)
    const wasUp = /page /.test(dying.output())
    await part(dying)
    return { kind, dying, note: wasUp ? 'just up' : lastLine(dying.output()) }
  }

  const kills: Record<Kind, () => Promise<void>> = {
    'server under load': async () => {
      await wait(random() * 2_000)
      await server?.kill()
      await restarted('server under load')
    },
    'server right after an answer': async () => {
      await within(LONGEST_START_MS, nextAnswer(players))
      await wait(random() * 120)
      await server?.kill()
      await restarted('server right after an answer')
    },
    'PostgreSQL under load': async () => {
      await wait(random() * 2_000)
      const from = performance.now()
      killAll(postgresOf(folder))
      await ranOnBy(server!)
      await runsOn()
      killed.push({ kind: 'PostgreSQL under load', backMs: performance.now() - from, note: '' })
      await checkAnswers(players, random, 40)
    },
    'server and PostgreSQL under load': async () => {
      await wait(random() * 2_000)
      if (random() < 0.5) killAll(postgresOf(folder))
      await server?.kill()
      killAll(postgresOf(folder))
      await restarted('server and PostgreSQL under load')
    },
    'server during its start': async () => {
      const { kind, note } = await killStart('server during its start', (dying) => dying.kill())
      await restarted(kind, note)
    },
    'PostgreSQL during the start': async () => {
      const { kind, note, dying } = await killStart('PostgreSQL during the start', async () =>
        killAll(postgresOf(folder)),
      )
      const from = performance.now()
      const code = await endOrUp(dying)
      // Either the start goes on by itself, or it is refused in words; a crash is neither.
      if (code !== 'up') {
        expect(code, dying.output()).toBe(3)
        await restarted(kind, `${note}; refused`)
        return
      }
      await live()
      await runsOn()
      killed.push({ kind, backMs: performance.now() - from, note: `${note}; went on` })
      await checkAnswers(players, random, 40)
    },
    'server and PostgreSQL during the start': async () => {
      const { kind, note } = await killStart(
        'server and PostgreSQL during the start',
        async (dying) => {
          await dying.kill()
          killAll(postgresOf(folder))
        },
      )
      await restarted(kind, note)
    },
    'server during initdb': () => killInitdb('server during initdb', false),
    'server and initdb': () => killInitdb('server and initdb', true),
  }

  /** In a folder of its own: the arena's has its database. */
  const killInitdb = async (kind: Kind, initdbToo: boolean) => {
    const fresh = dataFolder()
    try {
      const note = await killCreation(fresh)
      if (initdbToo) killAll([...inFolder(join(fresh, 'pg.new')), ...postgresOf(fresh)])
      const from = performance.now()
      const next = await start(fresh)
      killed.push({ kind, backMs: performance.now() - from, note })
      expect(await next.stop()).toBe(0)
    } finally {
      killAll([...inFolder(join(fresh, 'pg.new')), ...postgresOf(fresh)])
      removeFolder(fresh)
    }
  }

  return {
    killed,
    players,
    seen: watch.seen,
    /** Starts the world and the load; before that, kills the very first start once. */
    async begin() {
      const note = await killCreation()
      const from = performance.now()
      await start()
      killed.push({ kind: 'server during initdb', backMs: performance.now() - from, note })
      const planet: Status = await live()
      const taken = new Set<number>()
      for (let index = 0; index < PLAYERS; index++) {
        const player = await joinPlayer(address, `Player ${index}`)
        players.push(player)
        watch.watchPlayer(player)
        const playerRandom = seeded(seed * 100 + index)
        const plays = play(player, planet, taken, playerRandom, stopping.signal)
        playing.push(plays.catch((failure) => void failures.push(failure)))
      }
    },
    async kill(kind: Kind) {
      await kills[kind]()
      expect([...watch.seen.faults, ...failures]).toEqual([])
    },
    /** Ends load and server, and proves by the log all that was seen and answered. */
    async prove(): Promise<ReplayedLog> {
      stopping.abort()
      await Promise.all(playing)
      expect(failures).toEqual([])
      await checkAnswers(players, random, Number.POSITIVE_INFINITY)
      await checkChat(players)
      await watch.close()
      await server?.kill()
      killAll(postgresOf(folder))
      const replayed = await replayDataFolder(folder)
      checkSeen(watch.seen, replayed)
      checkLog(players, replayed)
      return replayed
    },
    /** Leaves nothing behind, whatever happened before. */
    async close() {
      stopping.abort()
      await watch.close()
      for (const started of spawned) await started.kill()
      killAll(postgresOf(folder))
      await Promise.all(players.map((player) => player.close()))
      removeFolder(folder)
    },
  }
}

export type Arena = Awaited<ReturnType<typeof openArena>>

/** How a start came out, whichever is first: live, or ended with a code or signal. */
const endOrUp = (starting: Process) =>
  within(LONGEST_START_MS, Promise.race([starting.up.then(() => 'up' as const), starting.exited]))

const says = (starting: Process, words: RegExp) =>
  until(
    async () => starting.output(),
    (output) => words.test(output),
  )

/** PostgreSQL alone was killed: the server must live, and hear of it. */
async function ranOnBy(server: Process): Promise<void> {
  const ended = server.exited.then((code): never => {
    throw new Error(`the server ended (${code}) with PostgreSQL:\n${server.output()}`)
  })
  const ups = (output: string) => output.split('PostgreSQL is up again').length
  const before = ups(server.output())
  await Promise.race([
    ended,
    until(
      async () => ups(server.output()),
      (count) => count > before,
      LONGEST_START_MS,
    ),
  ])
}

/** Resolves when any player gets the next answer that is kept. */
async function nextAnswer(players: readonly Player[]): Promise<void> {
  const count = () => players.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
  const before = count()
  while (count() === before) await new Promise((next) => setTimeout(next, 1))
}

/** A random moment of the load, not a wait for something. */
const wait = (ms: number) => new Promise((next) => setTimeout(next, ms))

const lastLine = (output: string) => output.trim().split('\n').at(-1) ?? ''

async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${limitMs} ms`)), limitMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** A port below those that the system gives out, so that it is still free after each kill. */
async function freePort(random: () => number): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(random() * 10_000)
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, 'localhost', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}
