// How soon a world of a million orders is live: from tick 0, and from its snapshot.

import { createHash } from 'node:crypto'
import type pg from 'pg'
import { digestOf } from '../../src/domain/digest.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { ledgerStream, playerStream } from '../../src/domain/streams.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../../src/platform/clock.ts'
import { piscinaKernel } from '../../src/platform/kernel/pool.ts'
import { inProcessLeadership } from '../../src/platform/leadership.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { makeRoom, PARTITION_EVENTS } from '../../src/platform/postgres/statements.ts'
import { systemChance } from '../../src/platform/random.ts'
import { openWorld } from '../../src/projections/worldProjector.ts'
import { type Measured, seconds, timed } from './row.ts'

const EVENTS = 1_000_000
const EVENTS_PER_TICK = 1_000
const ROWS = 10_000

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
    await pool.query(makeRoom(position + rows.length, PARTITION_EVENTS))
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
  await pool.query(
    'INSERT INTO orrery.streams SELECT stream, position FROM orrery.events WHERE stream_version = 1',
  )
}

async function live(pool: pg.Pool, name: string): Promise<number> {
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
  const ms = performance.now() - began
  await opened.stop()
  await store.close()
  return ms
}

export async function* measureRecovery(pool: pg.Pool): AsyncGenerator<Measured> {
  const { ms } = await timed(() => writeLog(pool, EVENTS))
  const what = `recovery: a world of ${EVENTS.toLocaleString('en')} orders is live`
  yield [
    `${what} from tick 0`,
    `${seconds(await live(pool, 'whole'))} (its log was made in ${seconds(ms)})`,
  ]
  // The stop before left it.
  yield [`${what} from its snapshot`, seconds(await live(pool, 'from its snapshot'))]
}
