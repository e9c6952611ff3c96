// Replay with proof: what the log alone says of a world, run by the reference rules in this thread.

import pg from 'pg'
import type { LedgerEvent, SimulationEvent, WorldEvent } from '../../src/domain/events.ts'
import {
  emptyLedger,
  evolveLedger,
  horizonOf,
  publishableThrough,
} from '../../src/domain/ledger.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { EventStore, RecordedEvent } from '../../src/domain/ports/eventStore.ts'
import type { OpenKernel } from '../../src/domain/ports/kernel.ts'
import { isSimulationStream, ledgerStream, worldStream } from '../../src/domain/streams.ts'
import { upcast } from '../../src/domain/upcasts.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import type { EventQueue, QueuedEvent } from '../../src/projections/eventQueue.ts'
import { replay } from '../../src/projections/replay.ts'

export type ReplayedLog = {
  /** The newest tick that any engine may have shown. */
  readonly through: number
  /** State hash by tick, of every tick that is hashed. */
  readonly hashes: ReadonlyMap<number, string>
  /** What came of every order, by `tick.index`. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly eventsByCommand: ReadonlyMap<string, readonly RecordedEvent[]>
  readonly ledger: { readonly seals: number; readonly engines: number }
  readonly events: number
}

/** Of a data folder whose server has stopped or was killed. Throws `LedgerBroken` where log, ledger and rules disagree. */
export async function replayDataFolder(dataDir: string, world = 'first'): Promise<ReplayedLog> {
  const server = await startEmbeddedPostgres(dataDir, () => {})
  const pool = new pg.Pool(server.connection)
  pool.on('error', () => {})
  const store = postgresEventStore(pool)
  try {
    return await replayLog(store, world)
  } finally {
    await store.close()
    await pool.end()
    await server.stop()
  }
}

const PAGE = 1_000

/** Of a log that nobody writes to. Throws `LedgerBroken` where log, ledger and rules disagree. */
export async function replayLog(
  store: EventStore,
  world: string,
  openKernel: OpenKernel = inThreadKernel,
): Promise<ReplayedLog> {
  const log: RecordedEvent[] = []
  for (let page = await store.readAll(0, PAGE); page.length > 0; ) {
    for (const event of page) log.push(event)
    page = await store.readAll(log.at(-1)!.position, PAGE)
  }
  const founded = log.find(({ stream }) => stream === worldStream(world))
  if (!founded) throw new Error(`world ${world} is not founded in this log`)
  const settings = (upcast(founded) as WorldEvent).data
  const ledgerEvents = log
    .filter(({ stream }) => stream === ledgerStream(world))
    .map((recorded) => upcast(recorded) as LedgerEvent)
  const ledger = ledgerEvents.reduce(evolveLedger, emptyLedger)
  const through = publishableThrough(ledger, horizonOf(settings.ups))

  const hashes = new Map<number, string>()
  const outcomes = new Map<string, Outcome>()
  const kernel = await openKernel(settings)
  const start = await kernel.hash()
  hashes.set(start.tick, start.hash)
  await replay({
    kernel,
    pages: pagesOf(ledgerEvents),
    queue: queueOf(log.filter(({ stream }) => isSimulationStream(stream, world))),
    through,
    hashEvery: settings.ups,
    consumed: (result) => {
      for (const { tick, hash } of result.hashes) hashes.set(tick, hash)
      for (const outcome of result.outcomes) {
        outcomes.set(`${outcome.tick}.${outcome.index}`, outcome)
      }
    },
  })
  await kernel.close()
  const engines = ledgerEvents.filter(({ type }) => type === 'EngineStarted').length
  return {
    through,
    hashes,
    outcomes,
    eventsByCommand: byCommand(log),
    ledger: { seals: ledgerEvents.length - engines, engines },
    events: log.length,
  }
}

function byCommand(log: readonly RecordedEvent[]) {
  const events = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const { commandId } = event.metadata
    const others = events.get(commandId)
    if (others) others.push(event)
    else events.set(commandId, [event])
  }
  return events
}

async function* pagesOf(events: readonly LedgerEvent[]) {
  yield events
}

/** All that is there and no more: a seal over events that the log has not got is told, and not waited for. */
function queueOf(log: readonly RecordedEvent[]): EventQueue {
  let taken = 0
  const takeUpTo = (limit: number) => {
    const events = log.slice(taken, taken + limit).map(queued)
    taken += events.length
    return events
  }
  return {
    waiting: () => log.length - taken,
    read: () => ({ through: log.at(-1)?.position ?? 0, newest: log.at(-1)?.position ?? 0 }),
    takeUpTo,
    take: async (count) => takeUpTo(count),
    ended: Promise.resolve(),
  }
}

const queued = (recorded: RecordedEvent): QueuedEvent => {
  const { type, data } = upcast(recorded) as SimulationEvent
  const { eventId, account, commandId, correlationId } = recorded.metadata
  return {
    eventId,
    account,
    commandId,
    correlationId,
    position: recorded.position,
    event: { type, data } as SimulationEvent,
  }
}
