// What a read and a write of the cache cost, beside a bare Map, and how fast dirty rows reach the database:
// `npx tsx bench/cache.ts`.

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { PlayerRow } from '../src/domain/ports/readModels.ts'
import { nodeCache } from '../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../src/platform/clock.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded/launcher.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { postgresReadModels } from '../src/platform/postgres/readModels.ts'
import { writeBehind } from '../src/projections/writeBehind.ts'

const KEYS = 512
const CALLS = 200_000
const ROWS = 20_000

const keys = Array.from({ length: KEYS }, (_, index) => String(index))
const value = { chunk: 1, tick: 2, cells: new Uint8Array(8_192), structures: [] }

/** µs of each call. What the clock itself costs is part of it, alike for all. */
function timed(call: (key: string) => unknown): { p50: number; p99: number } {
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

const cache = nodeCache<typeof value>('bench', KEYS)
const map = new Map<string, typeof value>()
for (const key of keys) {
  cache.set(key, value)
  map.set(key, value)
}
const rows: readonly [string, (key: string) => unknown][] = [
  ['bare Map, read', (key) => map.get(key)],
  ['cache, read', (key) => cache.get(key)],
  ['bare Map, write', (key) => map.set(key, value)],
  ['cache, write', (key) => cache.set(key, value)],
]
for (const [, call] of rows) timed(call)
console.log('| what | p50 µs | p99 µs |\n|---|---|---|')
for (const [what, call] of rows) {
  const { p50, p99 } = timed(call)
  console.log(`| ${what} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`)
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-bench-'))
const server = await startEmbeddedPostgres(folder, () => {})
const pool = new pg.Pool({ ...server.connection, max: 4, pipeline: true })
await migrate(pool, () => {})
const readModels = postgresReadModels(pool)
let tick = 0
const behind = writeBehind<string, PlayerRow>({
  name: 'players',
  read: async (id) => ({ world: 'first', id, position: 7, inventory: { plate: 3, gear: 1 }, tick }),
  save: (players) => readModels.savePlayers(players),
  batch: 200,
  everyMs: 2_000,
  clock: systemClock,
  scheduler: systemScheduler,
  say: console.log,
})
for (const round of ['new', 'changed'] as const) {
  tick++
  const marking = performance.now()
  for (let n = 0; n < ROWS; n++) behind.mark(`player-${n}`)
  const markedMs = performance.now() - marking
  const from = performance.now()
  if (!(await behind.flush())) throw new Error('not all rows were saved')
  const perSecond = Math.round((ROWS * 1_000) / (performance.now() - from))
  console.log(
    `flush of ${ROWS} ${round} player rows: ${perSecond} rows/s (marking them: ${((markedMs * 1_000) / ROWS).toFixed(2)} µs each)`,
  )
}
await pool.end()
await server.stop()
rmSync(folder, { recursive: true, force: true })
