import pg from 'pg'
import type { EventStore } from '../../../src/domain/ports/eventStore.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { eventStoreContract, type OpenOptions } from '../../contracts/eventStore.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

/** Stores on one database, each by connections of its own. */
const open =
  (poolOf: (database: TestDatabase) => pg.Pool, partitionEvents?: number) =>
  async ({ clock }: OpenOptions) => {
    const database = await testDatabase()
    if (partitionEvents !== undefined) await cutAnew(database, partitionEvents)
    const stores: EventStore[] = []
    const pools: pg.Pool[] = []
    return {
      async another() {
        const pool = poolOf(database)
        const options = partitionEvents === undefined ? {} : { partitionEvents }
        const store = postgresEventStore(pool, { clock, pollMs: 100, ...options })
        pools.push(pool)
        stores.push(store)
        return store
      },
      async close() {
        await Promise.all(stores.map((store) => store.close()))
        await Promise.all(pools.filter(({ ended }) => !ended).map((pool) => pool.end()))
        await database.drop()
      },
    }
  }

/** The log of an empty database in smaller partitions than the migrations make. */
async function cutAnew(database: TestDatabase, size: number): Promise<void> {
  const pool = database.pool(1)
  await pool.query('DROP TABLE orrery.events_0')
  await pool.query('DELETE FROM orrery.partitions')
  await pool.query('SELECT orrery.make_room(0, $1)', [size])
}

eventStoreContract(
  'in PostgreSQL',
  open((database) => database.pool()),
)

eventStoreContract(
  'in PostgreSQL, in partitions of a hundred events',
  open((database) => database.pool(), 100),
)

/** As DATABASE_URL names a server. */
function byUrl({ connection: { host, port, user, password, database } }: TestDatabase): pg.Pool {
  const url = new URL(`postgres://localhost/${database}`)
  url.username = user ?? ''
  url.password = typeof password === 'string' ? password : ''
  url.searchParams.set('host', host ?? '')
  if (port !== undefined) url.searchParams.set('port', String(port))
  const pool = new pg.Pool({ connectionString: url.href, max: 4, pipeline: true })
  pool.on('error', () => {})
  return pool
}

eventStoreContract('in PostgreSQL by a URL', open(byUrl))
