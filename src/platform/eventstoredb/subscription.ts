// Follows $all from a position: the server catches up and goes live, and sends only what is ours.

import { type EventStoreDBClient, streamNameFilter } from '@eventstore/db-client'
import { type RecordedEvent, StoreUnavailable } from '../../domain/ports/eventStore.ts'
import { contiguity, wakeUps } from '../follow.ts'
import { named } from './failures.ts'
import {
  type AllStreamResolvedEvent,
  fromPosition,
  recordedEvent,
  type StreamNames,
} from './records.ts'

const BATCH = 1_000
const LONGEST_PAUSE_MS = 1_000

type Subscription = ReturnType<EventStoreDBClient['subscribeToAll']>

/** Batches after `after` without gap or repetition until `signal` aborts; a server that is away is asked again. */
export async function* follow$all(
  client: EventStoreDBClient,
  names: StreamNames,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, void> {
  const check = contiguity(after, false)
  const nobody = wakeUps()
  let position = after
  for (let failures = 0; !signal.aborted; failures++) {
    const subscription = client.subscribeToAll({
      fromPosition: fromPosition(position),
      filter: streamNameFilter({ prefixes: [names.eventsPrefix] }),
    })
    try {
      for await (const resolved of batches(subscription, signal)) {
        const batch = resolved.flatMap(({ event }) => {
          const stream = event && names.stream(event.streamId)
          if (!event || stream === undefined) return []
          const recorded = recordedEvent(stream, event)
          return recorded.position > position ? [recorded] : []
        })
        const last = batch.at(-1)
        if (!last || signal.aborted) continue
        check(batch)
        position = last.position
        failures = 0
        yield batch
      }
    } catch (error) {
      const failure = named(error)
      if (!(failure instanceof StoreUnavailable)) throw failure
    } finally {
      await subscription.unsubscribe().catch(() => {})
      subscription.destroy()
    }
    await nobody.arm(Math.min(LONGEST_PAUSE_MS, 20 * 2 ** failures), signal).wait()
  }
}

/** What has arrived since the last batch, at most `BATCH` of it. Throws what the subscription throws. */
async function* batches(
  subscription: Subscription,
  signal: AbortSignal,
): AsyncGenerator<AllStreamResolvedEvent[], void, void> {
  let broken: unknown
  let over = false
  const arrivals = wakeUps()
  const end = (error?: unknown) => {
    broken ??= error
    over = true
    arrivals.wake()
  }
  subscription.on('readable', arrivals.wake)
  // Stays for good: an error that comes after the end must not end the process.
  subscription.on('error', end)
  subscription.on('close', () => end())
  while (!signal.aborted) {
    const sleep = arrivals.arm(Number.POSITIVE_INFINITY, signal)
    const batch: AllStreamResolvedEvent[] = []
    while (batch.length < BATCH) {
      const resolved: AllStreamResolvedEvent | null = subscription.read()
      if (resolved === null) break
      batch.push(resolved)
    }
    if (batch.length > 0) {
      sleep.disarm()
      yield batch
    } else if (over) {
      sleep.disarm()
      if (broken !== undefined) throw broken
      return
    } else await sleep.wait()
  }
}
