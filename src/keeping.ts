// What an operator does to worlds and their log: snapshots, archives. By `npm run world`, whether a server runs or stands still.

import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import type { Pool } from 'pg'
import { foldCache } from './commands/folds.ts'
import { foldsOfWorld } from './commands/snapshotFolds.ts'
import { deciderOf } from './commands/table.ts'
import type { WorldEvent } from './domain/events.ts'
import type { SavedFold } from './domain/ports/folds.ts'
import type { OpenKernel, WorldSettings } from './domain/ports/kernel.ts'
import type { SnapshotHead } from './domain/ports/snapshots.ts'
import { rulesHash } from './domain/simulation/rulesHash.generated.ts'
import { isSimulationStream, ledgerStream, parseStream } from './domain/streams.ts'
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
  restore,
  streamsIn,
} from './platform/postgres/archives.ts'
import { postgresEventStore } from './platform/postgres/eventStore.ts'
import { postgresFolds } from './platform/postgres/folds.ts'
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
 * Moves the log behind every world's newest good snapshot into a file of `folder`; undefined where there is nothing to move.
 * Throws `ArchiveFault` with what a person can do about it.
 */
export async function archiveLog(pool: Pool, folder: string): Promise<Archive | undefined> {
  const worlds = await foundedWorlds(pool)
  const archives = await archivesOf(pool)
  const first = (archives.at(-1)?.last ?? 0) + 1
  let last = Number.POSITIVE_INFINITY
  for (const { world } of worlds) last = Math.min(last, await behind(pool, world))
  if (!Number.isFinite(last) || last < first) return undefined
  const folds: SavedFold[] = []
  const store = postgresEventStore(pool)
  try {
    const cache = foldCache(store, 1_000, postgresFolds(pool))
    for (const stream of await streamsIn(pool, first, last)) {
      const decider = deciderOf(stream)
      if (!decider) continue
      const { version, state } = await cache.load(stream, decider)
      folds.push({ stream, version, state })
    }
  } finally {
    await store.close()
  }
  await mkdir(folder, { recursive: true })
  return archive(pool, { first, last, folder: resolve(folder) }, folds)
}

/** The last position that this world's newest good snapshot stands for; the snapshot is pinned. */
async function behind(pool: Pool, world: string): Promise<number> {
  const snapshots = postgresSnapshots(pool)
  const store = postgresEventStore(pool)
  try {
    const found = await snapshots.newest(
      world,
      () => true,
      () => {},
    )
    const mark = found && partPieces(found.pieces).mark
    const ledger =
      mark && (await store.readStream(ledgerStream(world), mark.ledger.version - 1, PAGE))
    const sealed = ledger?.[0]
    if (!found || !sealed || sealed.metadata.eventId !== mark?.eventId) {
      throw new ArchiveFault(
        `world ${world} has no good snapshot: make one first (npm run world -- snapshot)`,
      )
    }
    if (ledger.some(({ type }) => type === 'RulesChanged')) {
      throw new ArchiveFault(
        `world ${world} has changed its rules since its snapshot of tick ${found.tick}: make one first (npm run world -- snapshot)`,
      )
    }
    // Nothing of this world lies between what it has applied and its next event: so the snapshot stands for that, too.
    const { rows } = await pool.query<{ stream: string; position: number }>(
      `SELECT stream, position::float8 AS position FROM orrery.events
       WHERE position > $1 AND (stream = $2 OR stream LIKE $3) ORDER BY events.position LIMIT 1`,
      [found.position, `territory-${world}`, `player-${world}-%`],
    )
    const next = rows.find(({ stream }) => isSimulationStream(stream, world))
    const position = Math.min((next?.position ?? sealed.position) - 1, sealed.position - 1)
    if (position > found.position) {
      await pool.query('UPDATE orrery.snapshots SET position = $3 WHERE world = $1 AND tick = $2', [
        world,
        found.tick,
        position,
      ])
    }
    await snapshots.pin(world, found.tick)
    return Math.max(position, found.position)
  } finally {
    await store.close()
  }
}

/** Brings all archives back, the newest first; `folder`: where the files are now, if they were moved. */
export async function restoreLog(
  pool: Pool,
  folder: string | undefined,
  say: Say,
): Promise<number> {
  const archives = [...(await archivesOf(pool))].reverse()
  for (const one of archives) {
    const file = folder === undefined ? one.file : join(resolve(folder), basename(one.file))
    await restore(pool, { ...one, file })
    say(`positions ${one.first} to ${one.last} are back, from ${file}`)
  }
  return archives.length
}
