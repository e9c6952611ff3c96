// What a snapshot costs, and what it saves: `npx tsx bench/snapshots.ts [cost|start] [events]`.
//
// `cost`: planets of N = 64, 256, 960 saved beside their ticks and opened again. `start`: a world of a million events,
// opened from tick 0 and from its snapshot. Both in the embedded PostgreSQL, in a folder of their own.

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { digestOf } from '../src/domain/digest.ts'
import type { Piece, WorldSettings } from '../src/domain/ports/kernel.ts'
import { rulesHash } from '../src/domain/simulation/rulesHash.generated.ts'
import { ledgerStream, playerStream } from '../src/domain/streams.ts'
import { nodeCache } from '../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../src/platform/clock.ts'
import { createKernelHost } from '../src/platform/kernel/kernelHost.ts'
import { piscinaKernel } from '../src/platform/kernel/pool.ts'
import { inProcessLeadership } from '../src/platform/leadership.ts'
import { inProcessMessaging } from '../src/platform/messaging.ts'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../src/platform/postgres/eventStore.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { postgresSnapshots } from '../src/platform/postgres/snapshots.ts'
import { systemChance } from '../src/platform/random.ts'
import { openWorld } from '../src/projections/worldProjector.ts'

const SLICE_BYTES = 1 << 18
const EVENTS_PER_TICK = 1_000
const ROWS = 10_000

const ms = (since: number) => performance.now() - since
const timed = async <Value>(work: () => Value | Promise<Value>) => {
  const began = performance.now()
  const value = await work()
  return { value, ms: ms(began) }
}

async function cost(pool: pg.Pool, n: number, ticks: number): Promise<object> {
  const settings: WorldSettings = { world: `n${n}`, seed: 7, n, ups: 20 }
  const made = await timed(() => createKernelHost(settings, () => performance.now()))
  const host = made.value
  const batch = { events: [], watch: [], players: 'none' } as const
  host.run({ ...batch, through: ticks, hash: true })
  const save = await timed(() => host.save())
  let bytes = 0
  let longestMs = 0
  async function* pieces(): AsyncGenerator<readonly Piece[]> {
    for (;;) {
      const slice = await timed(() => host.pieces(SLICE_BYTES))
      longestMs = Math.max(longestMs, slice.ms)
      if (slice.value.length === 0) return
      bytes += slice.value.reduce((sum, piece) => sum + piece.bytes.length, 0)
      yield slice.value
    }
  }
  const snapshots = postgresSnapshots(pool)
  const { tick, hash } = save.value
  const applied = { ledgerVersion: 1, position: 1, pinned: false }
  const head = { world: settings.world, tick, rulesHash, stateHash: hash, ...applied }
  const written = await timed(() => snapshots.save(head, pieces()))
  const [kept] = await snapshots.list(settings.world)
  const read = await timed(() =>
    snapshots.newest(
      settings.world,
      () => true,
      () => {},
    ),
  )
  const opened = await timed(() =>
    createKernelHost(settings, () => performance.now(), read.value?.pieces),
  )
  if (opened.value.hash().hash !== hash) throw new Error('another state came back')
  return {
    N: n,
    cells: 10 * n * n + 2,
    'ticks wait ms': save.ms.toFixed(1),
    'then per slice ms': longestMs.toFixed(1),
    'save, all ms': (save.ms + written.ms).toFixed(0),
    'raw MB': (bytes / 1e6).toFixed(1),
    'kept MB': ((kept?.bytes ?? 0) / 1e6).toFixed(2),
    'read ms': read.ms.toFixed(0),
    'open ms': opened.ms.toFixed(0),
    'of it: seed ms': made.ms.toFixed(0),
  }
}

const world: WorldSettings = { world: 'million', seed: 7, n: 64, ups: 20 }
const metadata = (eventId: string, commandId: string, account: string) => ({
  eventId,
  commandId,
  account,
  world: world.world,
  correlationId: commandId,
  causationId: commandId,
  at: '2026-01-01T00:00:00.000Z',
})

type Row = readonly [stream: string, version: number, type: string, data: object, metadata: object]

/** A log of `events` orders of a thousand players, and the ledger that gives them their ticks. */
function* logOf(events: number): Generator<Row> {
  const accounts = Array.from({ length: 1_000 }, (_, place) => `player-${place}`)
  const ledger = ledgerStream(world.world)
  let position = 0
  let ledgerVersion = 0
  const first = { world: world.world, engine: 'old', rulesHash, emptyThrough: 20 }
  position++
  yield [ledger, ++ledgerVersion, 'EngineStarted', first, metadata('e0', 'e0', 'system')]
  for (let done = 0, tick = 21; done < events; tick++) {
    const ids: string[] = []
    for (let place = 0; place < EVENTS_PER_TICK && done < events; place++, done++) {
      const account = accounts[done % accounts.length]!
      const version = Math.floor(done / accounts.length) + 1
      const id = `00000000-0000-7000-8000-${String(done).padStart(12, '0')}`
      ids.push(id)
      position++
      const stream = playerStream(world.world, account)
      const landing = (done % accounts.length) * 40
      yield version === 1
        ? [stream, version, 'WorldEntered', { account, landing }, metadata(id, id, account)]
        : [stream, version, 'MoveOrdered', { account, path: [done % 6] }, metadata(id, id, account)]
    }
    const seal = { tick, count: ids.length, digest: digestOf(ids), upto: position }
    // No hash is testified: the rules that would give it have not run yet.
    const hashOf = { tick: Number.MAX_SAFE_INTEGER, hash: '' }
    const id = `seal-${tick}`
    position++
    yield [ledger, ++ledgerVersion, 'TickSealed', { ...seal, hashOf }, metadata(id, id, 'system')]
  }
}

async function writeLog(pool: pg.Pool, events: number): Promise<void> {
  let position = 0
  let rows: Row[] = []
  const flush = async () => {
    await pool.query(
      `INSERT INTO orrery.events (position, stream, stream_version, type, version, data, metadata)
       SELECT $1::bigint + e.place, e.stream, e.version, e.type, 1, e.data, e.metadata
       FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[])
         WITH ORDINALITY AS e (stream, version, type, data, metadata, place)`,
      [
        position,
        rows.map(([stream]) => stream),
        rows.map(([, version]) => version),
        rows.map(([, , type]) => type),
        rows.map(([, , , data]) => JSON.stringify(data)),
        rows.map(([, , , , meta]) => JSON.stringify(meta)),
      ],
    )
    position += rows.length
    rows = []
  }
  for (const row of logOf(events)) {
    rows.push(row)
    if (rows.length === ROWS) await flush()
  }
  await flush()
  await pool.query('UPDATE orrery.head SET position = $1', [position])
}

async function start(pool: pg.Pool, events: number): Promise<void> {
  const written = await timed(() => writeLog(pool, events))
  console.log(`a log of ${events} events was written in ${(written.ms / 1000).toFixed(1)} s`)
  const run = async (name: string) => {
    const store = postgresEventStore(pool)
    const began = performance.now()
    const opened = openWorld({
      settings: world,
      store,
      openKernel: piscinaKernel,
      clock: systemClock,
      scheduler: systemScheduler,
      chance: systemChance,
      leadership: inProcessLeadership(name),
      messaging: inProcessMessaging(() => {}),
      openCache: nodeCache,
      engineId: createHash('sha256').update(name).digest('hex'),
      snapshots: { store: postgresSnapshots(pool), rulesHash, everyTicks: 0, migrateRules: false },
      say: () => {},
    })
    await opened.ready
    const readyMs = ms(began)
    const { tick } = opened.status()
    const stopped = await timed(() => opened.stop())
    await store.close()
    console.log(
      `${name}: live at tick ${tick} after ${(readyMs / 1000).toFixed(2)} s; stopped, snapshot and all, in ${(stopped.ms / 1000).toFixed(2)} s`,
    )
  }
  await run('from tick 0')
  await run('from its snapshot')
  await run('from its snapshot, again')
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-bench-'))
const database = await startEmbeddedPostgres(folder, () => {})
const pool = new pg.Pool({ ...database.connection, max: 8 })
try {
  await migrate(pool, () => {})
  const [what = 'all', events = '1000000'] = process.argv.slice(2)
  if (what !== 'start') {
    const rows = [
      await cost(pool, 64, 2_000),
      await cost(pool, 256, 160),
      await cost(pool, 960, 16),
    ]
    console.table(rows)
  }
  if (what !== 'cost') await start(pool, Number(events))
} finally {
  await pool.end()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
}
