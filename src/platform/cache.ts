// The cache port on node-cache. It holds references: cloning a chunk on every read would cost a thousand
// times the read, so values are handed out as they are; eviction is ours, because node-cache has none.

import NodeCache from 'node-cache'
import type { Cache, OpenCache } from '../domain/ports/cache.ts'

/**
 * Opens a bounded in-process cache. `capacity` entries; the least recently used one goes first.
 * Throws RangeError for a capacity below 1.
 */
export const nodeCache: OpenCache = <Value>(
  name: string,
  capacity: number,
  evicted: (key: string, value: Value) => void = () => {},
): Cache<Value> => {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new RangeError(
      `cache ${name}: capacity must be an integer of at least 1, got ${capacity}`,
    )
  }
  const store = new NodeCache({ useClones: false, stdTTL: 0, checkperiod: 0 })
  // Insertion order is the order of use: a key that is used moves to the end.
  const used = new Set<string>()
  const touch = (key: string) => {
    used.delete(key)
    used.add(key)
  }
  return {
    get(key) {
      const value = store.get<Value>(key)
      if (value !== undefined) touch(key)
      return value
    },
    set(key, value) {
      store.set(key, value)
      touch(key)
      if (used.size <= capacity) return
      const [oldest] = used
      if (oldest === undefined) return
      used.delete(oldest)
      const gone = store.take<Value>(oldest)
      if (gone !== undefined) evicted(oldest, gone)
    },
    delete(key) {
      used.delete(key)
      store.del(key)
    },
    keys: () => [...used],
    clear() {
      used.clear()
      store.flushAll()
    },
  }
}
