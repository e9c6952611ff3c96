// What an operator may ask of a running server, and how the answers read.

import { join } from 'node:path'
import type { Pool } from 'pg'
import type { AccountId } from './domain/events.ts'
import type { WorldSettings } from './domain/ports/kernel.ts'
import type { FoundAccount, PersonalData } from './domain/ports/personalData.ts'
import { archiveLog } from './keeping.ts'
import type { OperatorActions } from './operator.ts'
import { archivesOf } from './platform/postgres/archives.ts'
import { backUp } from './platform/postgres/backup.ts'
import { tableSizes } from './platform/postgres/sizes.ts'
import { postgresSnapshots } from './platform/postgres/snapshots.ts'
import { exportLog } from './platform/postgres/wholeLog.ts'
import type { WorldReader } from './projections/worldReader.ts'
import type { FoundedWorlds } from './projections/worlds.ts'

export type Operated = {
  /** undefined: the storage is none of PostgreSQL's. */
  readonly openPool: (() => Pool) | undefined
  readonly worlds: Pick<FoundedWorlds, 'list'>
  readonly dataDir: string
  readonly eventStoreUrl: string | undefined
  readonly personalData: Pick<PersonalData, 'find'>
  /** Ends all sessions of an account, and what they hold open; how many there were. */
  readonly revoke: (account: AccountId) => Promise<number>
  readonly say: (line: string) => void
}

/** Each rejects with what a person can do about it. */
export function operatorActions(operated: Operated): OperatorActions {
  const { openPool, worlds, dataDir, eventStoreUrl, personalData, revoke, say } = operated
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
    'players/show': async (nameOrId = '') => {
      const found = await playerNamed(personalData, nameOrId)
      const places = worlds.list().flatMap((world) => placeIn(world, found.account))
      return [...told(found), ...places]
    },
    async 'players/revoke'(nameOrId = '') {
      const lines = await revoked(personalData, nameOrId, revoke)
      for (const line of lines) say(`An operator ended a token: ${line}`)
      return lines
    },
  }
}

const FOUND_MAX = 20

/** The one player of this id or name. Throws with what a person can do about it. */
async function playerNamed(
  personalData: Pick<PersonalData, 'find'>,
  nameOrId: string,
): Promise<FoundAccount> {
  const found = await personalData.find(nameOrId, FOUND_MAX)
  // Anybody may take another's id for a name: the id itself comes first.
  const [one, ...others] = found.filter(({ account }) => account === nameOrId).concat(found)
  if (!one) throw new Error(`there is no player "${nameOrId}"`)
  if (one.account === nameOrId || others.length === 0) return one
  const listed = found.flatMap((each) => told(each)).join('\n  ')
  throw new Error(`more than one player is named "${nameOrId}": say which by the id\n  ${listed}`)
}

const told = ({ account, name, sessions }: FoundAccount): string[] => {
  const tokens = sessions === 1 ? '1 token' : `${sessions || 'no'} tokens`
  return [`${name ?? '(no name)'} (${account}): ${tokens}`]
}

function placeIn(world: WorldReader, account: AccountId): string[] {
  const player = world.players().find((one) => one.account === account)
  if (!player) return []
  const present = world.presence().find((one) => one.account === account)
  return [`  world ${world.settings.world}: ${present?.state ?? 'gone'}, at cell ${player.cell}`]
}

/** A player as the tables tell, with no server. */
export const shown = async (personalData: Pick<PersonalData, 'find'>, nameOrId: string) =>
  told(await playerNamed(personalData, nameOrId))

/** Ends the tokens of a player, named by name or id; `end` ends all of an account. */
export async function revoked(
  personalData: Pick<PersonalData, 'find'>,
  nameOrId: string,
  end: (account: AccountId) => Promise<number>,
): Promise<string[]> {
  const { account, name } = await playerNamed(personalData, nameOrId)
  const count = await end(account)
  const who = `${name ?? '(no name)'} (${account})`
  return [
    count === 0
      ? `${who} had no token: nobody acts for this player`
      : `${who} has no token any more: nobody acts for this player from now on`,
  ]
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
