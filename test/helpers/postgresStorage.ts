// A storage on a database of PostgreSQL, over a way that a test can cut.

import pg from 'pg'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { postgresPersonalData } from '../../src/platform/postgres/personalData.ts'
import { postgresReadModels } from '../../src/platform/postgres/readModels.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import type { Storage } from '../../src/platform/storage.ts'
import { memoryStorage } from './composed.ts'
import { databaseProxy } from './databaseProxy.ts'
import { testDatabase } from './postgres.ts'

export type PostgresStorage = {
  readonly storage: Storage
  /** True: nobody gets through to the database. */
  away(gone: boolean): void
  /** Lets nobody wait for it, and drops the database. */
  close(): Promise<void>
}

export async function postgresStorage(): Promise<PostgresStorage> {
  const database = await testDatabase()
  const proxy = await databaseProxy(database.connection, () => 1)
  const pool = new pg.Pool({ ...proxy.connection, max: 8, pipeline: true })
  pool.on('error', () => {})
  const store = postgresEventStore(pool)
  return {
    storage: {
      ...memoryStorage(),
      store,
      personalData: postgresPersonalData(pool),
      readModels: postgresReadModels(pool),
      snapshots: postgresSnapshots(pool),
    },
    away: (gone) => proxy.away(gone),
    async close() {
      proxy.away(false)
      await store.close()
      await pool.end()
      await proxy.close()
      await database.drop()
    },
  }
}
