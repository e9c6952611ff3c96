// What an operator may ask of a running server, and how the answers read.

import { join } from 'node:path'
import type { Pool } from 'pg'
import type { WorldSettings } from './domain/ports/kernel.ts'
import { archiveLog } from './keeping.ts'
import type { OperatorActions } from './operator.ts'
import { archivesOf } from './platform/postgres/archives.ts'
import { backUp } from './platform/postgres/backup.ts'
import { tableSizes } from './platform/postgres/sizes.ts'
import { postgresSnapshots } from './platform/postgres/snapshots.ts'
import { exportLog } from './platform/postgres/wholeLog.ts'
import type { FoundedWorlds } from './projections/worlds.ts'

export type Operated = {
  /** undefined: the storage is none of PostgreSQL's. */
  readonly openPool: (() => Pool) | undefined
  readonly worlds: Pick<FoundedWorlds, 'list'>
  readonly dataDir: string
  readonly eventStoreUrl: string | undefined
}

/** Each rejects with what a person can do about it. */
export function operatorActions(operated: Operated): OperatorActions {
  const { openPool, worlds, dataDir, eventStoreUrl } = operated
  type Work = (pool: Pool) => Promise<readonly string[]>
  const database = async (work: Work) => {
    if (!openPool) throw new Error('this server has no database to ask')
    const pool = openPool()
    try {
      return await work(pool)
    } finally {
      await pool.end()
    }
  }
  /** The database where it holds the log, too. */
  const log = async (work: Work) => {
    if (eventStoreUrl === undefined) return database(work)
    throw logIsElsewhere()
  }
  return {
    list: () =>
      database((pool) =>
        listed(
          pool,
          worlds.list().map(({ settings }) => settings),
        ),
      ),
    sizes: () => database(sized),
    async snapshot(wanted) {
      const asked = worlds
        .list()
        .filter(({ settings: { world } }) => wanted === undefined || world === wanted)
      if (asked.length === 0) throw new Error(`there is no world ${wanted ?? ''}`.trim())
      const taken = await Promise.all(asked.map((world) => world.snapshot({ pinned: true })))
      return taken.map(
        ({ world, tick }) => `world ${world}: the snapshot of tick ${tick} is kept for ever`,
      )
    },
    async archive(folder) {
      for (const world of worlds.list()) {
        const { state, settings } = world.status()
        // One that still replays may need what would leave.
        if (state !== 'running')
          throw new Error(`world ${settings.world} is ${state}: ask again later`)
      }
      return log((pool) => archived(pool, folder ?? join(dataDir, 'archives')))
    },
    'export-log': (file = join(dataDir, 'log.ndjson.gz')) =>
      log(async (pool) => [`${await exportLog(pool, file)} events are in ${file}`]),
    backup: (file = join(dataDir, 'backup.ndjson.gz')) =>
      log(async (pool) => [`${await backUp(pool, file)} rows are in ${file}`]),
  }
}

export const logIsElsewhere = () =>
  new Error('with EVENTSTORE_URL the log is kept by EventStoreDB: back it up and scavenge it there')

const size = (bytes: number) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

/** Worlds, and the snapshots of each. */
export async function listed(pool: Pool, worlds: readonly WorldSettings[]): Promise<string[]> {
  const snapshots = postgresSnapshots(pool)
  const lines: string[] = []
  for (const { world, seed, n, ups } of worlds) {
    lines.push(`world ${world}: seed ${seed}, N ${n}, ${ups} UPS`)
    for (const { tick, pieces, bytes, pinned, rulesHash } of await snapshots.list(world)) {
      const kept = pinned ? ', kept for ever' : ''
      lines.push(
        `  snapshot of tick ${tick}: ${pieces} pieces, ${size(bytes)}, rules ${rulesHash}${kept}`,
      )
    }
  }
  return lines
}

/** What the tables take, and which archives there are. */
export async function sized(pool: Pool): Promise<string[]> {
  const tables = await tableSizes(pool)
  const archives = await archivesOf(pool)
  return [
    ...tables.map(({ table, rows, bytes, partitions }) => {
      const parts = partitions > 1 ? ` in ${partitions} partitions` : ''
      return `${table.padEnd(18)} ${String(rows).padStart(10)} rows  ${size(bytes)}${parts}`
    }),
    ...archives.map(
      ({ first, last, file }) => `archived: positions ${first} to ${last} in ${file}`,
    ),
  ]
}

/** Moves what lies behind the second newest snapshots into a file; see `archiveLog`. */
export async function archived(pool: Pool, folder: string): Promise<string[]> {
  const made = await archiveLog(pool, folder)
  if (!made) return ['there is nothing to archive']
  const { first, last, events, file } = made
  return [`positions ${first} to ${last} (${events} events) are in ${file}: keep it`]
}
