// What an operator does to worlds and their log: snapshots, archives. By `npm run world`, whether a server runs or stands still.

import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Pool } from 'pg'
import { foldCache } from './commands/folds.ts'
import { foldsOfWorld } from './commands/snapshotFolds.ts'
import { deciderOf } from './commands/table.ts'
import type { WorldEvent } from './domain/events.ts'
import { type EventStore, LogBroken } from './domain/ports/eventStore.ts'
import type { SavedFold } from './domain/ports/folds.ts'
import type { OpenKernel, WorldSettings } from './domain/ports/kernel.ts'
import type { Snapshot, SnapshotHead } from './domain/ports/snapshots.ts'
import { rulesHash } from './domain/simulation/rulesHash.generated.ts'
import { ledgerStream, parseStream, playerStream, territoryStream } from './domain/streams.ts'
import { upcast } from './domain/upcasts.ts'
import { nodeCache } from './platform/cache.ts'
import { systemClock, systemScheduler } from './platform/clock.ts'
import { inProcessLeadership } from './platform/leadership.ts'
import { inProcessMessaging } from './platform/messaging.ts'
import {
  type Archive,
  ArchiveFault,
  archive,
  archivesOf,
  type Base,
  restore,
  streamsIn,
} from './platform/postgres/archives.ts'
import { postgresEventStore } from './platform/postgres/eventStore.ts'
import { postgresFolds } from './platform/postgres/folds.ts'
import { alone } from './platform/postgres/housekeeping.ts'
import { postgresPersonalData } from './platform/postgres/personalData.ts'
import { postgresReadModels } from './platform/postgres/readModels.ts'
import { postgresSnapshots } from './platform/postgres/snapshots.ts'
import { systemChance } from './platform/random.ts'
import { partPieces } from './projections/snapshotPieces.ts'
import { openWorld } from './projections/worldProjector.ts'

type Say = (line: string) => void

const PAGE = 1_000

/** Brings both checkpoints to the end of the log, so that no reader needs what is before; gives the founded worlds. */
export async function foundedWorlds(pool: Pool): Promise<readonly WorldSettings[]> {
  const store = postgresEventStore(pool)
  const readModels = postgresReadModels(pool)
  const personalData = postgresPersonalData(pool)
  try {
    const worlds = await readModels.checkpoint('worlds')
    const founded = [...((worlds?.state ?? []) as readonly WorldSettings[])]
    const erasures = await readModels.checkpoint('erasures')
    const from = { worlds: worlds?.position ?? 0, erasures: erasures?.position ?? 0 }
    let position = Math.min(from.worlds, from.erasures)
    for (;;) {
      const page = await store.readAll(position, PAGE)
      for (const recorded of page) {
        position = recorded.position
        if (recorded.type === 'AccountErased' && position > from.erasures) {
          await personalData.erase(recorded.metadata.account)
        }
        if (parseStream(recorded.stream)?.kind !== 'world' || position <= from.worlds) continue
        const { world, seed, n, ups } = (upcast(recorded) as WorldEvent).data
        if (!founded.some((known) => known.world === world)) founded.push({ world, seed, n, ups })
      }
      if (page.length < PAGE) break
    }
    await readModels.saveCheckpoint('worlds', { position, state: founded })
    await readModels.saveCheckpoint('erasures', { position, state: null })
    return founded
  } finally {
    await store.close()
  }
}

/** Runs a world to its end and keeps a snapshot of it for ever. */
export async function snapshotWorld(
  pool: Pool,
  settings: WorldSettings,
  openKernel: OpenKernel,
  say: Say,
): Promise<SnapshotHead> {
  const store = postgresEventStore(pool)
  const snapshots = postgresSnapshots(pool)
  const engineId = `${hostname()}/${process.pid}/${systemChance.uuid()}`
  try {
    const opened = openWorld({
      settings,
      store,
      openKernel,
      clock: systemClock,
      scheduler: systemScheduler,
      chance: systemChance,
      leadership: inProcessLeadership(engineId),
      messaging: inProcessMessaging(() => {}),
      openCache: nodeCache,
      engineId,
      snapshots: {
        store: snapshots,
        rulesHash,
        everyTicks: 0,
        migrateRules: false,
        // Nobody decides here: the folds are those of the snapshot before.
        folds: (world) => foldsOfWorld({ kept: () => [] }, snapshots, world),
      },
      say,
    })
    await opened.ready
    await opened.stop()
    const [newest] = await snapshots.list(settings.world)
    if (!newest) throw new Error(`world ${settings.world}: no snapshot was kept`)
    await snapshots.pin(settings.world, newest.tick)
    return { ...newest, pinned: true }
  } finally {
    await store.close()
  }
}

/**
 * Moves the log behind every world's second newest good snapshot into a file of `folder`; undefined where there is nothing to
 * move. Throws `ArchiveFault` with what a person can do about it, and where other housekeeping is under way.
 */
export async function archiveLog(pool: Pool, folder: string): Promise<Archive | undefined> {
  return alone(pool, async () => {
    const store = postgresEventStore(pool)
    try {
      // Before it is asked which worlds there are: one that is founded meanwhile lies behind this.
      const head = await store.head()
      const worlds = await foundedWorlds(pool)
      const archives = await archivesOf(pool)
      const first = (archives.at(-1)?.last ?? 0) + 1
      const bases: WorldBase[] = []
      for (const { world } of worlds) bases.push(await baseOf(pool, store, world))
      const last = Math.min(head, ...bases.map(({ position }) => position))
      if (bases.length === 0 || last < first) return undefined
      const folds = await foldsOf(pool, store, await streamsIn(pool, first, last))
      await mkdir(folder, { recursive: true })
      return await archive(pool, { first, last, folder: resolve(folder), bases, folds })
    } finally {
      await store.close()
    }
  })
}

/** What stands for the streams in which events go into an archive. */
async function foldsOf(pool: Pool, store: EventStore, streams: readonly string[]) {
  const cache = foldCache(store, 1_000, postgresFolds(pool))
  const folds: SavedFold[] = []
  for (const stream of streams) {
    const decider = deciderOf(stream)
    if (!decider) continue
    const { version, state } = await cache.load(stream, decider)
    folds.push({ stream, version, state })
  }
  return folds
}

/** `position`: the last that the snapshot stands for. */
type WorldBase = Base & { readonly position: number }

/** How many good snapshots a world has to have: the log goes behind the oldest of them, so that one may be damaged later. */
const GOOD_SNAPSHOTS = 2

/** The snapshot of this world behind which the log may go; it is pinned. Throws `ArchiveFault`. */
async function baseOf(pool: Pool, store: EventStore, world: string): Promise<WorldBase> {
  const snapshots = postgresSnapshots(pool)
  const good: GoodSnapshot[] = []
  for (let before = Number.POSITIVE_INFINITY; good.length < GOOD_SNAPSHOTS; ) {
    const found = await snapshots.newest(
      world,
      ({ tick }) => tick < before,
      () => {},
    )
    if (!found) break
    before = found.tick
    const sealed = await sealedOf(store, found)
    if (sealed) good.push({ ...sealed, tick: found.tick, position: found.position })
  }
  const base = good.at(-1)
  if (!base || good.length < GOOD_SNAPSHOTS) {
    throw new ArchiveFault(
      `world ${world} has ${good.length === 0 ? 'no good snapshot' : 'one good snapshot'}, and ${GOOD_SNAPSHOTS} are needed in case that one is damaged later: make one more and try again (npx orrery world snapshot)`,
    )
  }
  const { rowCount: changes } = await pool.query(
    `SELECT FROM orrery.events WHERE stream = $1 AND stream_version > $2 AND type = 'RulesChanged' LIMIT 1`,
    [ledgerStream(world), base.sealedVersion],
  )
  if (changes !== 0) {
    throw new ArchiveFault(
      `world ${world} has changed its rules since its snapshot of tick ${base.tick}, and ${GOOD_SNAPSHOTS} newer ones are needed: make one more and try again (npx orrery world snapshot)`,
    )
  }
  // Nothing of this world lies between what it has applied and its next event: so the snapshot stands for that, too.
  // An event of a world whose name begins as this one's does keeps some more in the log, and harms nobody.
  const { rows } = await pool.query<{ position: number }>(
    `SELECT position::float8 AS position FROM orrery.events
     WHERE position > $1 AND (stream = $2 OR stream LIKE $3) ORDER BY events.position LIMIT 1`,
    [base.position, territoryStream(world), `${playerStream(world, '')}%`],
  )
  const next = rows[0]?.position ?? base.sealedPosition
  const position = Math.min(next, base.sealedPosition) - 1
  await snapshots.pin(world, base.tick)
  return { world, tick: base.tick, position: Math.max(position, base.position) }
}

type Sealed = { readonly sealedVersion: number; readonly sealedPosition: number }
type GoodSnapshot = Sealed & { readonly tick: number; readonly position: number }

/** The event of the ledger at which a snapshot stands; undefined where this log has it not. */
async function sealedOf(
  store: EventStore,
  { world, pieces }: Snapshot,
): Promise<Sealed | undefined> {
  const { mark } = partPieces(pieces)
  if (!mark) return undefined
  try {
    const [event] = await store.readStream(ledgerStream(world), mark.ledger.version - 1, 1)
    if (event?.metadata.eventId !== mark.eventId) return undefined
    return { sealedVersion: event.streamVersion, sealedPosition: event.position }
  } catch (error) {
    // It is archived.
    if (error instanceof LogBroken) return undefined
    throw error
  }
}

/** Brings all archives back, the newest first; `folder`: where the files are now, if they were moved. */
export async function restoreLog(
  pool: Pool,
  folder: string | undefined,
  say: Say,
): Promise<number> {
  return alone(pool, async () => {
    const archives = [...(await archivesOf(pool))].reverse()
    for (const one of archives) {
      const file = folder === undefined ? one.file : join(resolve(folder), basename(one.file))
      await restore(pool, { ...one, file })
      say(`positions ${one.first} to ${one.last} are back, from ${file}`)
    }
    return archives.length
  })
}
