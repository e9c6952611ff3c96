// The one writer of this process: takes the appends that wait, group by group (group commit).

import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { StoreUnavailable } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answersKeptMs } from '../answers.ts'
import type { AppendQueue, Waiting } from './appendQueue.ts'
import { heldConnection } from './connection.ts'
import { named } from './failures.ts'
import { type Flight, groupWriter } from './groups.ts'
import { logMemory } from './logMemory.ts'
import type { Plan } from './plan.ts'
import { pruneAnswers } from './statements.ts'

const pruneStep = 10_000
const pruneEveryMs = 60_000
const mostReturns = 2
/** While the database writes one group, the next is made ready and sent. */
const groupsInFlight = 2

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
  /** Called with what is durable, after each transaction that wrote; in the order of the positions. */
  readonly committed: (plan: Plan) => void
  /** Positions of one partition of the log. */
  readonly partitionEvents: number
}

export function logWriter(pool: Pool, queue: AppendQueue, options: WriterOptions) {
  const { clock, patienceMs } = options
  const memory = logMemory(clock)
  const groups = groupWriter(memory, options)
  const connection = heldConnection(pool, patienceMs, (client) => {
    memory.exclusive = false
    memory.writer = randomUUID()
    return client.query(session)
  })
  const prune = pruner(clock)
  const arrivals = arriving()
  let working: Promise<void> | undefined

  /** The next group into the air, or the first one down; whatever is undecided then is decided with nothing in the air. */
  const step = async (client: PoolClient, flights: Flight[], taken: Waiting[]) => {
    if (memory.exclusive && queue.size > 0 && flights.length < groupsInFlight) {
      taken.push(...queue.take())
      flights.push(await groups.send(client, [...taken], flights.at(-1)))
      return
    }
    const [first] = flights
    if (!first) {
      taken.push(...queue.take())
      await groups.decide(client, taken)
      return
    }
    if (memory.exclusive && flights.length < groupsInFlight) {
      await Promise.race([arrivals.next(), first.durable])
      // Those who got their answers together ask again together.
      await setImmediate()
      if (queue.size > 0) return
    }
    taken.push(...(await first.landed))
    flights.shift()
    if (taken.length === 0) return
    for (const flight of flights) taken.push(...(await flight.landed))
    flights.splice(0)
    await groups.decide(client, taken)
  }

  const work = async () => {
    const flights: Flight[] = []
    let client: PoolClient | undefined
    while (queue.size > 0 || flights.length > 0) {
      const taken: Waiting[] = []
      try {
        // What is in the air lands where it took off, or is lost with its connection.
        if (!client || flights.length === 0) client = await connection.get()
        await step(client, flights, taken)
        if (flights.length === 0) await prune(client)
      } catch (error) {
        connection.drop()
        failOrReturn(
          queue,
          new Set([...flights.splice(0).flatMap(({ group }) => group), ...taken]),
          error,
        )
      }
    }
  }

  /** There is something in the queue. */
  const nudge = (): void => {
    arrivals.tell()
    working ??= Promise.resolve()
      .then(work)
      .finally(() => {
        working = undefined
        if (queue.size > 0) nudge()
      })
  }

  return {
    nudge,
    /** Whether a note of a commit tells of one that `committed` tells of. */
    isOwn: (note: string | undefined): boolean => note !== '' && note === memory.writer,
    /** Writes what waits, then lets go of the connection. */
    async close(): Promise<void> {
      while (working) await working
      await connection.close()
    },
  }
}

/** Appends come: `next` resolves when one does after it was called last. */
function arriving() {
  let arrived = () => {}
  return {
    tell: () => arrived(),
    next: () =>
      new Promise<void>((resolve) => {
        arrived = resolve
      }),
  }
}

/** What was sent has an unknown outcome; what was not is tried again, a few times, if there was a connection at all. */
function failOrReturn(queue: AppendQueue, group: ReadonlySet<Waiting>, error: unknown): void {
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

/** Forgets old answers now and then, a step at a time. */
function pruner(clock: Pick<Clock, 'now'>) {
  let pruneAt = 0
  return async (client: PoolClient): Promise<void> => {
    if (clock.now() < pruneAt) return
    const { rowCount } = await client.query(pruneAnswers(clock.now() - answersKeptMs, pruneStep))
    pruneAt = clock.now() + (rowCount === pruneStep ? 0 : pruneEveryMs)
  }
}
