// What every adapter of the cache port keeps.

import { describe, expect, it } from 'vitest'
import type { OpenCache } from '../../src/domain/ports/cache.ts'

export function cacheContract(name: string, openCache: OpenCache): void {
  describe(`${name} keeps the contract of a cache`, () => {
    it('hands out the very value that was put in', () => {
      const cache = openCache<Uint8Array>('cells', 2)
      const cells = new Uint8Array(4096)
      cache.set('chunk 7', cells)
      expect(cache.get('chunk 7')).toBe(cells)
    })
    it('knows nothing of what was never put in, or was taken out', () => {
      const cache = openCache<number>('numbers', 2)
      cache.set('a', 1)
      cache.delete('a')
      expect(cache.get('a')).toBeUndefined()
      expect(cache.get('b')).toBeUndefined()
      expect(cache.keys()).toEqual([])
    })
    it('lets the least recently used entry go first', () => {
      const cache = openCache<number>('numbers', 2)
      cache.set('a', 1)
      cache.set('b', 2)
      cache.get('a')
      cache.set('c', 3)
      expect(cache.get('b')).toBeUndefined()
      expect([...cache.keys()].sort()).toEqual(['a', 'c'])
    })
    it('tells what it let go, and only that', () => {
      const gone: [string, number][] = []
      const cache = openCache<number>('numbers', 1, (key, value) => gone.push([key, value]))
      cache.set('a', 1)
      cache.set('a', 2)
      cache.set('b', 3)
      cache.delete('b')
      expect(gone).toEqual([['a', 2]])
    })
    it('never holds more than its capacity', () => {
      const cache = openCache<number>('numbers', 10)
      for (let entry = 0; entry < 1_000; entry++) cache.set(`entry ${entry}`, entry)
      expect(cache.keys()).toHaveLength(10)
      expect(cache.get('entry 999')).toBe(999)
    })
    it('keeps two caches apart, and empties one without the other', () => {
      const one = openCache<number>('one', 2)
      const other = openCache<number>('other', 2)
      one.set('a', 1)
      other.set('a', 2)
      one.clear()
      expect(one.get('a')).toBeUndefined()
      expect(other.get('a')).toBe(2)
    })
    it('refuses a capacity that holds nothing, naming the cache', () => {
      expect(() => openCache('chunks', 0)).toThrow(/chunks.*capacity/)
    })
  })
}
