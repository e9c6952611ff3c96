// What a read and a write of the cache cost, beside a bare Map, and how fast dirty rows reach the database.

import type pg from 'pg'
import type { PlayerRow } from '../../src/domain/ports/readModels.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../../src/platform/clock.ts'
import { postgresReadModels } from '../../src/platform/postgres/readModels.ts'
import { writeBehind } from '../../src/projections/writeBehind.ts'
import { type Measured, perSecond, timed } from './row.ts'

const KEYS = 512
const CALLS = 200_000
const ROWS = 20_000

const keys = Array.from({ length: KEYS }, (_, index) => String(index))
const value = { chunk: 1, tick: 2, cells: new Uint8Array(8_192), structures: [] }

/** µs of each call. What the clock itself costs is part of it, alike for all. */
function times(call: (key: string) => unknown): { p50: number; p99: number } {
  const took = new Float64Array(CALLS)
  for (let n = 0; n < CALLS; n++) {
    const key = keys[(n * 7_919) % KEYS]!
    const from = performance.now()
    call(key)
    took[n] = (performance.now() - from) * 1_000
  }
  took.sort()
  return { p50: took[Math.floor(CALLS * 0.5)]!, p99: took[Math.floor(CALLS * 0.99)]! }
}

const micros = ({ p50, p99 }: { p50: number; p99: number }) =>
  `p50 ${p50.toFixed(2)} µs, p99 ${p99.toFixed(2)} µs`

export async function* measureCache(pool: pg.Pool): AsyncGenerator<Measured> {
  const cache = nodeCache<typeof value>('bench', KEYS)
  const map = new Map<string, typeof value>()
  for (const key of keys) {
    cache.set(key, value)
    map.set(key, value)
  }
  const calls: readonly [string, (key: string) => unknown][] = [
    ['cache, read', (key) => cache.get(key)],
    ['cache, write', (key) => cache.set(key, value)],
    ['a bare Map, read (the clock is part of all four)', (key) => map.get(key)],
    ['a bare Map, write', (key) => map.set(key, value)],
  ]
  for (const [, call] of calls) times(call)
  for (const [what, call] of calls) yield [what, micros(times(call))]

  const readModels = postgresReadModels(pool)
  let tick = 0
  const behind = writeBehind<string, PlayerRow>({
    name: 'players',
    read: async (id) => ({
      world: 'first',
      id,
      position: 7,
      inventory: { plate: 3, gear: 1 },
      tick,
    }),
    save: (players) => readModels.savePlayers(players),
    batch: 200,
    everyMs: 2_000,
    clock: systemClock,
    scheduler: systemScheduler,
    say: console.log,
  })
  for (const round of ['new', 'changed'] as const) {
    tick++
    for (let n = 0; n < ROWS; n++) behind.mark(`player-${n}`)
    const { value: all, ms } = await timed(() => behind.flush())
    if (!all) throw new Error('not all rows were saved')
    yield [`flush of ${ROWS.toLocaleString('en')} ${round} player rows`, perSecond(ROWS, ms)]
  }
}
