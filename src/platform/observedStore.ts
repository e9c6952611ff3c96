// An event store whose appends are measured.

import type { EventStore } from '../domain/ports/eventStore.ts'
import type { Observer } from '../domain/ports/observer.ts'
import type { Clock } from '../domain/ports/time.ts'

export function observedStore(
  store: EventStore,
  observer: Observer,
  clock: Pick<Clock, 'monotonic'>,
): EventStore {
  return {
    ...store,
    async append(stream, expectedVersion, commands, options) {
      const began = clock.monotonic()
      const tell = (result: 'appended' | 'conflict' | 'answered' | 'failed') =>
        observer.appended({
          stream,
          orders: commands,
          events: commands.reduce((sum, { events }) => sum + events.length, 0),
          result,
          durationMs: clock.monotonic() - began,
        })
      try {
        const result = await store.append(stream, expectedVersion, commands, options)
        tell(result.kind)
        return result
      } catch (error) {
        tell('failed')
        throw error
      }
    },
  }
}
