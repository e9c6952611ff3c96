// The event store on PostgreSQL: the embedded default, a server by DATABASE_URL, and whatever else speaks its protocol.

import type { Pool, PoolClient } from 'pg'
import { type EventStore, StoreUnavailable } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { assertStorable, storableEvent } from '../storable.ts'
import { appendQueue, waitFor } from './appendQueue.ts'
import { logFollowers } from './followers.ts'
import { logReader } from './reader.ts'
import { PARTITION_EVENTS } from './statements.ts'
import { logWriter } from './writer.ts'

export type PostgresEventStoreOptions = {
  /** Ages of remembered answers; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'now'>
  /** Appends that may wait (10,000); one more is refused with `StoreBusy`. */
  readonly waiting?: number
  /** Appends in one transaction (256). */
  readonly group?: number
  /** Positions of one partition of the log (1,048,576); those that are there already stay as they are. */
  readonly partitionEvents?: number
  /** How long appends wait for a database that is away before they fail with `StoreUnavailable` (5,000 ms). */
  readonly patienceMs?: number
  /** How often a subscription looks by itself, whatever wakes it (500 ms). */
  readonly pollMs?: number
}

/**
 * A store on a migrated database. It holds one connection of `pool` for writing and, while anybody subscribes, one for
 * listening: give the pool at least 4. The pool stays its owner's; `close` writes what waits and gives both back.
 */
export function postgresEventStore(
  pool: Pool,
  options: PostgresEventStoreOptions = {},
): EventStore {
  const { clock = { now: Date.now }, patienceMs = 5000, pollMs = 500 } = options
  const { partitionEvents = PARTITION_EVENTS } = options
  const closed = new AbortController()
  const queue = appendQueue({
    waiting: options.waiting ?? 10_000,
    group: options.group ?? 256,
    groupEvents: 4096,
  })
  const reader = logReader(pool, clock)
  const writer = logWriter(pool, queue, {
    clock,
    patienceMs,
    partitionEvents,
    committed: (plan) => followers.committed(plan),
  })
  const { readAll } = reader
  const followers = logFollowers(pool, {
    readAll,
    isOwn: writer.isOwn,
    patienceMs,
    pollMs,
    closed: closed.signal,
  })
  const ignore = () => {}
  // An idle connection that ends is replaced by the pool; without a listener the event would end the process.
  pool.on('error', ignore)
  // So would one that ends in the same packet that says it is ready: before whoever asked for it hears of it.
  const listen = (client: PoolClient) => void client.on('error', ignore)
  pool.on('connect', listen)

  return {
    ...reader,
    dense: true,
    waiting: () => queue.size,
    async append(stream, expectedVersion, commands, { urgent = false } = {}) {
      assertStorable(stream, expectedVersion, commands)
      const events = commands.map((command) => command.events.map(storableEvent))
      if (closed.signal.aborted) throw new StoreUnavailable('the store is closed')
      const { waiting, result } = waitFor({ stream, expectedVersion, commands, events })
      queue.add(waiting, urgent)
      writer.nudge()
      return result
    },
    subscribe: followers.subscribe,
    async close() {
      closed.abort()
      await writer.close()
      await followers.close()
      pool.off('error', ignore)
      pool.off('connect', listen)
    },
  }
}
