import type { EventStore } from '../../../src/domain/ports/eventStore.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { eventStoreContract } from '../../contracts/eventStore.ts'
import { testDatabase } from '../../helpers/postgres.ts'

eventStoreContract('in PostgreSQL', async ({ clock }) => {
  const database = await testDatabase()
  const stores: EventStore[] = []
  return {
    async another() {
      const store = postgresEventStore(database.pool(), { clock, pollMs: 100 })
      stores.push(store)
      return store
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()))
      await database.drop()
    },
  }
})
