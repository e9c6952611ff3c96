// How fast the log takes commands, how fast it is read, and how soon who decides knows where a long stream stands.

import { createHash } from 'node:crypto'
import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import { type Folds, foldCache } from '../../src/commands/folds.ts'
import { foldsOfWorld, snapshotFolds } from '../../src/commands/snapshotFolds.ts'
import type { DecidedCommand, EventStore } from '../../src/domain/ports/eventStore.ts'
import { territoryStream } from '../../src/domain/streams.ts'
import { territory } from '../../src/domain/territory.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { cpuEach, type Measured, millis, perSecond, timed } from './row.ts'

const streams = 1000

/** One command with one event of about 200 bytes. */
function command(n: number): DecidedCommand {
  const commandId = uuid()
  const metadata = {
    eventId: uuid(),
    commandId,
    account: `account-${n % 500}`,
    correlationId: commandId,
    causationId: commandId,
    at: new Date().toISOString(),
  }
  const structures = [{ cell: n, prototype: 'kiln', direction: n % 6 }]
  return {
    account: metadata.account,
    commandId,
    payloadHash: createHash('sha256').update(commandId).digest('hex'),
    outcome: 'accepted',
    events: [
      {
        type: 'StructuresPlaced',
        version: 1,
        data: { account: metadata.account, structures },
        metadata,
      },
    ],
  }
}

/** Appends `count` commands, `inFlight` at a time, round the streams; gives the times they took, ms. */
async function appendAll(store: EventStore, prefix: string, count: number, inFlight: number) {
  const took: number[] = []
  let next = 0
  const began = performance.now()
  const work = async (worker: number) => {
    // Each worker has streams of its own, as each stream has one queue.
    const own = Math.max(1, Math.floor(streams / inFlight))
    const versions = new Array<number>(own).fill(0)
    for (let turn = 0; next < count; turn++) {
      const n = next++
      const slot = turn % own
      const start = performance.now()
      const result = await store.append(`${prefix}-${worker * own + slot}`, versions[slot] ?? 0, [
        command(n),
      ])
      if (result.kind !== 'appended') throw new Error(`append was ${result.kind}`)
      versions[slot] = result.streamVersion
      took.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, worker) => work(worker)))
  const seconds = (performance.now() - began) / 1000
  took.sort((a, b) => a - b)
  const at = (share: number) => (took[Math.floor((took.length - 1) * share)] ?? 0).toFixed(2)
  return `${Math.round(count / seconds).toLocaleString('en')}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}

/** Catch-up: a reader that was away reads all that it missed. */
async function catchUp(store: EventStore, events: number): Promise<void> {
  const ended = new AbortController()
  let seen = 0
  for await (const batch of store.subscribe(0, ended.signal)) {
    seen += batch.length
    if (seen >= events) return ended.abort()
  }
}

/** A territory of so many claims, by a hundred accounts. */
async function claim(store: EventStore, stream: string, claims: number): Promise<void> {
  const perAppend = 1_000
  for (let done = 0; done < claims; done += perAppend) {
    const made = command(done)
    const [event] = made.events
    const events = Array.from({ length: perAppend }, (_, n) => ({
      ...event!,
      type: 'CellsClaimed' as const,
      data: { account: `account-${(done + n) % 100}`, cells: [(done + n) % CELLS] },
    }))
    await store.append(stream, done, [{ ...made, events }])
  }
}

const WORLD = 'bench'
/** Of a planet of N = 64. */
const CELLS = 40_962
const CLAIMS = 200_000

/** A snapshot of the world that holds nothing but its folds. */
async function keepFolds(folds: Folds, snapshots: ReturnType<typeof postgresSnapshots>) {
  const head = { world: WORLD, tick: 1, rulesHash: '', stateHash: '', ledgerVersion: 0 }
  const applied = { position: 0, pinned: false }
  await snapshots.save({ ...head, ...applied }, foldsOfWorld(folds, snapshots, WORLD))
}

export async function* measureLog(pool: pg.Pool): AsyncGenerator<Measured> {
  const store = postgresEventStore(pool)
  await appendAll(store, 'warm', 5_000, 256)
  yield ['durable commands, one at a time', await appendAll(store, 'alone', 4_000, 1)]
  yield ['durable commands, 512 in flight', await appendAll(store, 'piped', 100_000, 512)]
  const head = await store.head()
  const caughtUp = await timed(() => catchUp(store, head))
  const reader = `catch-up: a reader of all ${head.toLocaleString('en')} events`
  yield [reader, `${perSecond(head, caughtUp.ms)}, ${cpuEach(head, caughtUp.cpuMs)}`]

  const stream = territoryStream(WORLD)
  await claim(store, stream, CLAIMS)
  const folds = foldCache(store, 1)
  const folded = await timed(() => folds.load(stream, territory))
  const what = `${CLAIMS.toLocaleString('en')} events of one territory, read and folded`
  yield [what, `${perSecond(CLAIMS, folded.ms)}, ${cpuEach(CLAIMS, folded.cpuMs)}`]
  const snapshots = postgresSnapshots(pool)
  const kept = await timed(() => keepFolds(folds, snapshots))
  yield ['the same from the fold in its snapshot', millis(await again(store, snapshots, stream))]
  yield ['that fold, written into a snapshot', millis(kept.ms)]
  await store.close()
}

async function again(
  store: EventStore,
  snapshots: ReturnType<typeof postgresSnapshots>,
  stream: string,
): Promise<number> {
  const { value, ms } = await timed(() =>
    foldCache(store, 1, snapshotFolds(snapshots)).load(stream, territory),
  )
  if (value.version !== CLAIMS) throw new Error(`${value.version} of ${CLAIMS} events are folded`)
  return ms
}
