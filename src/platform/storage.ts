// Where a server keeps everything: the embedded PostgreSQL of its data folder, or the one that DATABASE_URL names.

import pg from 'pg'
import type { EventStore } from '../domain/ports/eventStore.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import { startEmbeddedPostgres } from './postgres/embedded/launcher.ts'
import { postgresEventStore } from './postgres/eventStore.ts'
import { migrate } from './postgres/migrate.ts'
import { postgresPersonalData } from './postgres/personalData.ts'
import { takeDatabase } from './postgres/soleServer.ts'
import { type Say, StartRefused } from './startRefused.ts'

export type Storage = {
  readonly store: EventStore
  readonly personalData: PersonalData
  /** Writes what waits, then lets go of the database. */
  close(): Promise<void>
}

/** Connections a server may hold: one writes, one listens, the rest read. */
const CONNECTIONS_MAX = 8
/** A host that swallows packets is a database that is away. */
const CONNECT_TIMEOUT_MS = 5_000

/** Opens and migrates the database. Throws `StartRefused` with what a person can do about it. */
export async function openStorage(
  { databaseUrl, dataDir }: { databaseUrl: string | undefined; dataDir: string },
  say: Say,
): Promise<Storage> {
  const database = await (databaseUrl === undefined ? embedded(dataDir, say) : named(databaseUrl))
  const pool = new pg.Pool({
    ...database.connection,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  pool.on('error', () => {})
  try {
    await migrate(pool, say)
  } catch (error) {
    await pool.end()
    await database.close()
    throw error
  }
  const store = postgresEventStore(pool)
  return {
    store,
    personalData: postgresPersonalData(pool),
    async close() {
      await store.close()
      await pool.end()
      await database.close()
    },
  }
}

async function embedded(dataDir: string, say: Say) {
  const { connection, stop } = await startEmbeddedPostgres(dataDir, say)
  return { connection, close: stop }
}

async function named(databaseUrl: string) {
  const connection = {
    connectionString: databaseUrl,
    application_name: 'orrery',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  }
  try {
    const { close } = await takeDatabase(connection)
    return { connection, close }
  } catch (error) {
    if (error instanceof StartRefused) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new StartRefused(`The database of DATABASE_URL cannot be reached: ${detail}`)
  }
}
