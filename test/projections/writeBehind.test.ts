// What changed reaches its table, however often the database goes away meanwhile.

import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { writeBehind } from '../../src/projections/writeBehind.ts'
import { simulatedTime } from '../helpers/simulatedTime.ts'

const EVERY_MS = 1_000

function rig(batch = 10) {
  const time = simulatedTime()
  const values = new Map<string, number>()
  const table = new Map<string, number>()
  const said: string[] = []
  const batches: number[] = []
  const database = { away: false, during: () => {} }
  const ending = new AbortController()
  const cache = writeBehind({
    name: 'players',
    read: async (key: string) => {
      const value = values.get(key)
      return value === undefined ? undefined : ([key, value] as const)
    },
    save: async (rows) => {
      database.during()
      if (database.away) throw new Error('nobody answers')
      batches.push(rows.length)
      for (const [key, value] of rows) table.set(key, value)
    },
    batch,
    everyMs: EVERY_MS,
    say: (line) => said.push(line),
    ...time,
  })
  const ended = cache.run(ending.signal)
  return {
    ...time,
    cache,
    table,
    said,
    batches,
    database,
    put(key: string, value: number) {
      values.set(key, value)
      cache.mark(key)
    },
    async stop() {
      ending.abort()
      await ended
      expect(await cache.flush()).toBe(true)
    },
  }
}

describe('what is written behind the world', () => {
  it('is saved in batches, once however often it changed', async () => {
    const { put, advance, table, batches, cache, stop } = rig(10)
    for (let turn = 0; turn < 3; turn++) for (let key = 0; key < 25; key++) put(`p${key}`, turn)
    expect(cache.status()).toEqual({ dirty: 25 })
    await advance(EVERY_MS)
    expect(batches).toEqual([10, 10, 5])
    expect([...table.values()]).toEqual(Array(25).fill(2))
    expect(cache.status()).toEqual({ dirty: 0 })
    await advance(EVERY_MS)
    expect(batches).toHaveLength(3)
    await stop()
  })

  it('stays dirty while the database is away, says so once, and is all saved when it is back', async () => {
    const { put, advance, table, said, database, cache, stop } = rig(10)
    database.away = true
    for (let key = 0; key < 30; key++) put(`p${key}`, 1)
    await advance(20 * EVERY_MS)
    expect(cache.status()).toMatchObject({ dirty: 30, failing: { reason: 'nobody answers' } })
    expect(said).toEqual(['players are not saved for now: nobody answers'])
    put('p0', 2)
    put('p30', 2)
    database.away = false
    await advance(60_000)
    expect(table.size).toBe(31)
    expect(table.get('p0')).toBe(2)
    expect(cache.status()).toEqual({ dirty: 0 })
    expect(said[1]).toBe('players are saved again')
    await stop()
  })

  it('is dirty again where it changed while it was being saved', async () => {
    const { put, advance, table, database, cache, stop } = rig()
    put('ada', 1)
    database.during = () => {
      database.during = () => {}
      put('ada', 2)
    }
    await advance(EVERY_MS)
    expect(table.get('ada')).toBe(1)
    expect(cache.status()).toEqual({ dirty: 1 })
    await advance(EVERY_MS)
    expect(table.get('ada')).toBe(2)
    await stop()
  })

  it('is saved at once on a logout, or stays dirty', async () => {
    const { put, table, database, cache, stop } = rig()
    put('ada', 1)
    expect(await cache.saveNow('ada')).toBe(true)
    expect(table.get('ada')).toBe(1)
    database.away = true
    put('ada', 2)
    expect(await cache.saveNow('ada')).toBe(false)
    expect(cache.status()).toMatchObject({ dirty: 1 })
    database.away = false
    await stop()
    expect(table.get('ada')).toBe(2)
  })

  test.prop([
    fc.array(
      fc.oneof(
        fc.record({ put: fc.nat({ max: 5 }) }),
        fc.record({ away: fc.boolean() }),
        fc.record({ waitMs: fc.nat({ max: 5_000 }) }),
      ),
      { maxLength: 60 },
    ),
  ])('is never lost, whatever the database does', async (steps) => {
    const { put, advance, table, database, stop } = rig(2)
    const newest = new Map<string, number>()
    let count = 0
    for (const step of steps) {
      if ('put' in step) {
        newest.set(`p${step.put}`, ++count)
        put(`p${step.put}`, count)
      } else if ('away' in step) database.away = step.away
      else await advance(step.waitMs)
    }
    database.away = false
    await stop()
    expect(new Map([...table].sort())).toEqual(new Map([...newest].sort()))
  })
})
