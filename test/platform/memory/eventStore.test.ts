import { memoryEventStore } from '../../../src/platform/memory/eventStore.ts'
import { eventStoreContract } from '../../contracts/eventStore.ts'

eventStoreContract('in memory', async ({ clock }) => {
  const store = memoryEventStore({ clock })
  return {
    // All share the one log that there is, so closing one must not close it for the others.
    another: async () => ({ ...store, close: async () => {} }),
    close: () => store.close(),
  }
})
