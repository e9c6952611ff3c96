// Where a server keeps everything: the embedded PostgreSQL of its data folder, or the one that DATABASE_URL names, which
// may be Neon; with EVENTSTORE_URL the log alone is in EventStoreDB.

import pg from 'pg'
import type { EventStore } from '../domain/ports/eventStore.ts'
import type { SavedFolds } from '../domain/ports/folds.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import type { Progress, ReadModels } from '../domain/ports/readModels.ts'
import type { TableSize } from '../domain/ports/sizes.ts'
import type { Snapshots } from '../domain/ports/snapshots.ts'
import { type CurrentBranch, currentBranch } from './branches/branches.ts'
import { eventStoreDbEventStore } from './eventstoredb/eventStore.ts'
import { type Driver, isNeonUrl, neonDriver } from './neon/pool.ts'
import { startEmbeddedPostgres } from './postgres/embedded/launcher.ts'
import { postgresEventStore } from './postgres/eventStore.ts'
import { assertFolds, postgresFolds } from './postgres/folds.ts'
import { migrate } from './postgres/migrate.ts'
import { postgresPersonalData } from './postgres/personalData.ts'
import { postgresReadModels } from './postgres/readModels.ts'
import { tableSizes } from './postgres/sizes.ts'
import { postgresSnapshots } from './postgres/snapshots.ts'
import { type MakeClient, takeDatabase } from './postgres/soleServer.ts'
import { progressOf } from './progress.ts'
import { type Say, StartRefused } from './startRefused.ts'

export type StorageOptions = {
  /** Unset: the embedded database of `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  /** `host:port/path` of a WebSocket proxy: the database is reached through it, as Neon's are. */
  readonly neonProxy?: string | undefined
  /** `esdb://…`: the log is there, and everything else in the database. */
  readonly eventStoreUrl?: string | undefined
}

export type Storage = {
  readonly store: EventStore
  readonly personalData: PersonalData
  readonly readModels: ReadModels
  readonly snapshots: Snapshots
  /** What stands for archived events, where the log is in the database. */
  readonly archivedFolds?: SavedFolds
  /** What the tables take. */
  readonly sizes?: () => Promise<readonly TableSize[]>
  /** Connections for what an operator asks, which may take its time; whoever opens them ends them. */
  readonly openPool?: () => pg.Pool
  /** Where a reader of the log goes on. From the beginning where the log is elsewhere: the database knows not which. */
  progress(name: string): Promise<Progress>
  /** Writes what waits, then lets go of the database. */
  close(): Promise<void>
}

/** Connections a server may hold: one writes, one listens, the rest read. */
const CONNECTIONS_MAX = 8
/** A host that swallows packets is a database that is away. */
const CONNECT_TIMEOUT_MS = 5_000
/** A database that takes a question and never answers it is away, too. */
const QUERY_TIMEOUT_MS = 15_000

export type Database = {
  readonly pool: pg.Pool
  /** Connections of its own to the same database, with all the time they need. */
  readonly openPool: () => pg.Pool
  /** Lets go of it. */
  close(): Promise<void>
}

/**
 * Opens and migrates the database, which nobody else may have. Throws `StartRefused` with what a person can do about it.
 * `queryTimeoutMs`: after so long a database that does not answer is away; 0: never.
 */
export async function openDatabase(
  given: StorageOptions,
  say: Say,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
): Promise<Database> {
  const branch = currentBranch(given.dataDir)
  if (branch) say(`Database branch ${branch.name}`)
  const options = { ...given, databaseUrl: branchUrl(given.databaseUrl, branch) }
  const { databaseUrl, dataDir } = options
  const driver = driverFor(options)
  const database = await (databaseUrl === undefined
    ? embedded(dataDir, say, branch)
    : named(databaseUrl, driver.client))
  const openPool = (limits: pg.PoolConfig) => {
    const made = driver.pool({
      ...database.connection,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // The writer's next group is on its way while the one before it is written.
      pipeline: true,
      ...limits,
    })
    made.on('error', () => {})
    made.on('connect', (client) => client.on('error', () => {}))
    return made
  }
  const pool = openPool({
    max: CONNECTIONS_MAX,
    ...(queryTimeoutMs > 0 && { query_timeout: queryTimeoutMs }),
  })
  const close = async () => {
    await pool.end()
    await database.close()
  }
  try {
    await migrate(pool, say)
  } catch (error) {
    await close()
    throw error
  }
  return { pool, openPool: () => openPool({ max: 4 }), close }
}

/** Opens and migrates the database. Throws `StartRefused` with what a person can do about it. */
export async function openStorage(options: StorageOptions, say: Say): Promise<Storage> {
  const database = await openDatabase(options, say)
  const { pool } = database
  let store: EventStore
  try {
    if (options.eventStoreUrl === undefined) await assertFolds(pool)
    store = await openLog(pool, options)
  } catch (error) {
    await database.close()
    throw error
  }
  const readModels = postgresReadModels(pool)
  return {
    store,
    personalData: postgresPersonalData(pool),
    readModels,
    snapshots: postgresSnapshots(pool),
    sizes: () => tableSizes(pool),
    openPool: database.openPool,
    ...(options.eventStoreUrl === undefined && { archivedFolds: postgresFolds(pool) }),
    progress: async (name) =>
      options.eventStoreUrl === undefined
        ? progressOf(readModels, name, await store.head())
        : { position: 0, state: undefined, reached: async () => {} },
    async close() {
      await store.close()
      await database.close()
    },
  }
}

async function openLog(pool: pg.Pool, { eventStoreUrl }: StorageOptions): Promise<EventStore> {
  if (eventStoreUrl === undefined) return postgresEventStore(pool)
  let store: EventStore | undefined
  try {
    store = eventStoreDbEventStore(eventStoreUrl)
    await store.head()
    return store
  } catch (error) {
    await store?.close()
    const detail = error instanceof Error ? error.message : String(error)
    throw new StartRefused(`The log of EVENTSTORE_URL cannot be read: ${detail}`)
  }
}

/** The driver: Neon's for a host of Neon or where a proxy is named, pg otherwise. */
function driverFor({ databaseUrl, neonProxy }: StorageOptions): Driver {
  if (databaseUrl !== undefined && (neonProxy !== undefined || isNeonUrl(databaseUrl))) {
    return neonDriver(databaseUrl, neonProxy)
  }
  return {
    pool: (config) => new pg.Pool(config),
    client: (config) => new pg.Client(config),
  }
}

async function embedded(dataDir: string, say: Say, branch: CurrentBranch | undefined) {
  const { connection, stop } = await startEmbeddedPostgres(dataDir, say)
  const other = branch && 'database' in branch ? { database: branch.database } : {}
  return { connection: { ...connection, ...other }, close: stop }
}

/** Of the branch, where one is current; undefined still means the embedded database. */
function branchUrl(databaseUrl: string | undefined, branch: CurrentBranch | undefined) {
  if (branch && 'url' in branch) return branch.url
  if (!branch || databaseUrl === undefined) return databaseUrl
  const url = new URL(databaseUrl)
  url.pathname = `/${branch.database}`
  return url.href
}

async function named(databaseUrl: string, client: MakeClient) {
  const connection = {
    connectionString: databaseUrl,
    application_name: 'orrery',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }
  try {
    const { close } = await takeDatabase(connection, client)
    return { connection, close }
  } catch (error) {
    if (error instanceof StartRefused) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new StartRefused(`The database of DATABASE_URL cannot be reached: ${detail}`)
  }
}
