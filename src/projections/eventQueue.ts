// The events of a world that wait for their tick, in log order; and whoever else starts to run that world.

import type { AccountId, SimulationEvent, WorldId } from '../domain/events.ts'
import type { EventStore, RecordedEvent } from '../domain/ports/eventStore.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { isSimulationStream, ledgerStream } from '../domain/streams.ts'
import { upcast } from '../domain/upcasts.ts'
import { createBell } from './bell.ts'

/** As much as a tick and its seal need of an event. */
export type QueuedEvent = {
  readonly eventId: string
  readonly account: AccountId
  readonly commandId: string
  readonly correlationId: string
  readonly position: number
  readonly event: SimulationEvent
}

export type EventQueue = {
  waiting(): number
  /** Log positions: of the newest event that was read, whoever's it is, and of the newest of this world. */
  read(): { readonly through: number; readonly newest: number }
  /** The oldest events, at most `limit` of them. */
  takeUpTo(limit: number): readonly QueuedEvent[]
  /** The oldest `count` events, once they are there; fewer only when the queue has ended. */
  take(count: number): Promise<readonly QueuedEvent[]>
  /** Settles when the queue ends: rejects where the log cannot be read. */
  readonly ended: Promise<void>
}

/** Reading pauses while this many wait. A seal's count is far below it. */
const WAITING_LIMIT = 10_000

/**
 * Follows the log after position `after` until `signal` aborts. `arrived` is called when events were added,
 * `engineStarted` for every EngineStarted of this world, with its ledger version.
 */
export function followEvents(options: {
  store: EventStore
  scheduler: Scheduler
  world: WorldId
  after: number
  signal: AbortSignal
  arrived: () => void
  engineStarted: (engine: string, ledgerVersion: number) => void
}): EventQueue {
  const { store, world, after, signal } = options
  let queue: QueuedEvent[] = []
  let through = after
  let newest = 0
  let over = false
  const added = createBell(options.scheduler)
  const taken = createBell(options.scheduler)
  const ledger = ledgerStream(world)

  const add = (recorded: RecordedEvent) => {
    through = recorded.position
    if (isSimulationStream(recorded.stream, world)) {
      queue.push(queued(recorded))
      newest = recorded.position
    } else if (recorded.stream === ledger && recorded.type === 'EngineStarted') {
      options.engineStarted(recorded.data.engine, recorded.streamVersion)
    }
  }
  const pump = async () => {
    for await (const batch of store.subscribe(after, signal)) {
      batch.forEach(add)
      added.ring()
      if (queue.length > 0) options.arrived()
      while (queue.length >= WAITING_LIMIT && !signal.aborted) await taken.wait(signal)
    }
  }
  const ended = pump().finally(() => {
    over = true
    added.ring()
  })
  // Who takes events hears of it too; nobody else must be brought down by it.
  ended.catch(() => {})

  const takeUpTo = (limit: number) => {
    const first = queue.slice(0, limit)
    queue = queue.slice(limit)
    taken.ring()
    return first
  }
  return {
    waiting: () => queue.length,
    read: () => ({ through, newest }),
    takeUpTo,
    async take(count) {
      while (queue.length < count && !over && !signal.aborted) await added.wait(signal)
      return takeUpTo(count)
    },
    ended,
  }
}

export function queued(recorded: RecordedEvent): QueuedEvent {
  const { type, data } = upcast(recorded) as SimulationEvent
  return {
    eventId: recorded.metadata.eventId,
    account: recorded.metadata.account,
    commandId: recorded.metadata.commandId,
    correlationId: recorded.metadata.correlationId,
    position: recorded.position,
    // Only what the rules read crosses into the kernel's thread.
    event: { type, data } as SimulationEvent,
  }
}
