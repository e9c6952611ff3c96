// The event store on EventStoreDB. What it promises less than PostgreSQL is told in docs/event-store.md.

import { EventStoreDBClient } from '@eventstore/db-client'
import { type EventStore, StoreBusy, StoreUnavailable } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answerKey } from '../answers.ts'
import { assertStorable, storableEvent } from '../storable.ts'
import { answerMemory } from './answerMemory.ts'
import { named } from './failures.ts'
import { logReader } from './reader.ts'
import { streamNames } from './records.ts'
import { follow$all } from './subscription.ts'
import { logTail } from './tail.ts'
import { gate, turns } from './turns.ts'
import { appendWriter } from './writer.ts'

export type EventStoreDbOptions = {
  /** Ages of remembered answers; the machine's clock by default. */
  readonly clock?: Pick<Clock, 'now'>
  /** Names of streams begin with it: several applications may share a server (`orrery`). */
  readonly application?: string
  /** Appends under way at most (10,000); one more is refused with `StoreBusy`. */
  readonly underWay?: number
  /** How long the server may take for an append before its outcome is unknown (5,000 ms). */
  readonly deadlineMs?: number
  /** Answers kept in memory of each account (10,000, the newest). */
  readonly answersPerAccount?: number
}

/** Appends sent at once: their deadline runs while they wait in the client. */
const ON_THE_WIRE = 64

/** A store on the server or cluster of a connection string, `esdb://…`. Throws where that is none. */
export function eventStoreDbEventStore(
  connectionString: string,
  options: EventStoreDbOptions = {},
): EventStore {
  const { clock = { now: Date.now }, underWay = 10_000, deadlineMs = 5_000 } = options
  const client = EventStoreDBClient.connectionString(connectionString)
  const names = streamNames(options.application ?? 'orrery')
  const answers = answerMemory(clock, options.answersPerAccount ?? 10_000)
  const tail = logTail(client, names, answers)
  const write = appendWriter({ client, names, tail, answers, clock, deadlineMs })
  const reader = logReader(client, names, tail)
  const takeTurn = turns()
  const pass = gate(ON_THE_WIRE)
  const closed = new AbortController()
  let writing = 0

  const asked = async <Result>(question: () => Promise<Result>): Promise<Result> => {
    if (closed.signal.aborted) throw new StoreUnavailable('the store is closed')
    try {
      return await question()
    } catch (error) {
      throw named(error)
    }
  }

  return {
    dense: false,
    async append(stream, expectedVersion, commands, { urgent = false } = {}) {
      assertStorable(stream, expectedVersion, commands)
      for (const { events } of commands) events.forEach(storableEvent)
      if (writing >= underWay && !urgent) {
        throw new StoreBusy(`${writing} appends are under way already: try again later`)
      }
      const keys = commands.map(({ account, commandId }) => answerKey(account, commandId))
      const mark = tail.mark()
      writing++
      return asked(() =>
        takeTurn([stream, ...keys], () =>
          pass(() => write(stream, expectedVersion, commands, mark)),
        ),
      ).finally(() => {
        writing--
      })
    },
    answer: (account, commandId) =>
      asked(async () => {
        await tail.catchUp()
        return answers.remembered(account, commandId)
      }),
    readStream: (stream, after, limit) => asked(() => reader.readStream(stream, after, limit)),
    readAll: (after, limit) => asked(() => reader.readAll(after, limit)),
    head: () =>
      asked(async () => {
        await tail.catchUp()
        return tail.head()
      }),
    subscribe: (after, signal) =>
      follow$all(client, names, after, AbortSignal.any([signal, closed.signal])),
    async close() {
      closed.abort()
      await client.dispose()
    },
  }
}
