// The one writer of this process: takes the appends that wait, group by group (group commit).

import type { Pool, PoolClient } from 'pg'
import { StoreUnavailable } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answersKeptMs } from '../answers.ts'
import type { AppendQueue, Waiting } from './appendQueue.ts'
import { heldConnection } from './connection.ts'
import { named } from './failures.ts'
import { groupWriter } from './groups.ts'
import { logMemory } from './logMemory.ts'
import { pruneAnswers } from './statements.ts'

const pruneStep = 10_000
const pruneEveryMs = 60_000
const mostReturns = 2

const session = `
  -- An answer is only given for what is on disk.
  SET synchronous_commit = on;
  -- Whoever stops half-way must not hold the head for ever.
  SET lock_timeout = '10s';
  SET idle_in_transaction_session_timeout = '10s';
  -- The one prepared statement is planned once: by itself PostgreSQL would plan it anew for each group.
  SET plan_cache_mode = force_generic_plan`

export type WriterOptions = {
  readonly clock: Pick<Clock, 'now'>
  /** How long appends wait for a database that is away. */
  readonly patienceMs: number
  /** Called after each transaction that wrote. */
  readonly committed: () => void
}

export function logWriter(pool: Pool, queue: AppendQueue, options: WriterOptions) {
  const { clock, patienceMs, committed } = options
  const memory = logMemory(clock)
  const groups = groupWriter(memory, clock, committed)
  const connection = heldConnection(pool, patienceMs, (client) => {
    memory.exclusive = false
    return client.query(session)
  })
  let pruneAt = 0
  let working: Promise<void> | undefined

  const prune = async (client: PoolClient) => {
    if (clock.now() < pruneAt) return
    const { rowCount } = await client.query(pruneAnswers(clock.now() - answersKeptMs, pruneStep))
    pruneAt = clock.now() + (rowCount === pruneStep ? 0 : pruneEveryMs)
  }

  /** What was sent has an unknown outcome; what was not is tried again, a few times, if there was a connection at all. */
  const fail = (group: readonly Waiting[], error: unknown) => {
    const failure = named(error)
    const away = error instanceof StoreUnavailable
    const again: Waiting[] = []
    for (const append of group) {
      if (append.state === 'settled') continue
      if (away || append.state === 'sent' || append.returns >= mostReturns) append.fail(failure)
      else again.push(append)
    }
    if (away) for (const append of queue.takeAll()) append.fail(failure)
    queue.putBack(again)
  }

  const work = async () => {
    while (queue.size > 0) {
      const group = queue.take()
      try {
        const client = await connection.get()
        await groups.write(client, group)
        await prune(client)
      } catch (error) {
        connection.drop()
        fail(group, error)
      }
    }
  }

  /** There is something in the queue. */
  const nudge = (): void => {
    working ??= Promise.resolve()
      .then(work)
      .finally(() => {
        working = undefined
        if (queue.size > 0) nudge()
      })
  }

  return {
    nudge,
    /** Writes what waits, then lets go of the connection. */
    async close(): Promise<void> {
      while (working) await working
      await connection.close()
    },
  }
}
