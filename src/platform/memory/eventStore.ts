// The log in memory: for tests and trials. It ends with the process; otherwise it keeps every rule of the port.

import type {
  Answer,
  AppendResult,
  DecidedCommand,
  EventStore,
  RecordedEvent,
  Remembered,
} from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answerKey, answersKeptMs, answerTo } from '../answers.ts'
import { follow, wakeUps } from '../follow.ts'
import { assertStorable, storableEvent } from '../storable.ts'

type Kept = Remembered & { readonly keptAt: number }

/** `clock` gives the age of remembered answers; the default is the machine's. */
export function memoryEventStore(
  options: { readonly clock?: Pick<Clock, 'now'> } = {},
): EventStore {
  const clock = options.clock ?? { now: Date.now }
  const log: RecordedEvent[] = []
  const streams = new Map<string, RecordedEvent[]>()
  // In order of age, so that the oldest are found at the front.
  const answers = new Map<string, Kept>()
  const readers = wakeUps()
  const closed = new AbortController()

  const remembered = (account: string, commandId: string): Remembered | undefined => {
    const kept = answers.get(answerKey(account, commandId))
    if (!kept || kept.keptAt <= clock.now() - answersKeptMs) return undefined
    return { payloadHash: kept.payloadHash, answer: kept.answer }
  }

  const forgetOld = () => {
    for (const [key, { keptAt }] of answers) {
      if (keptAt > clock.now() - answersKeptMs) return
      answers.delete(key)
    }
  }

  const write = (stream: string, command: DecidedCommand, events: readonly RecordedEvent[]) => {
    log.push(...events)
    if (events.length > 0) {
      const versions = streams.get(stream) ?? []
      streams.set(stream, versions)
      versions.push(...events)
    }
    const answer: Answer = answerTo(command, log.length)
    const key = answerKey(command.account, command.commandId)
    answers.delete(key)
    answers.set(key, { payloadHash: command.payloadHash, answer, keptAt: clock.now() })
    return answer
  }

  const append = (
    stream: string,
    expectedVersion: number,
    commands: readonly DecidedCommand[],
  ): AppendResult => {
    assertStorable(stream, expectedVersion, commands)
    forgetOld()
    const which = commands.flatMap(({ account, commandId }, index) => {
      const before = remembered(account, commandId)
      return before ? [{ index, remembered: before }] : []
    })
    if (which.length > 0) return { kind: 'answered', which }
    let streamVersion = streams.get(stream)?.length ?? 0
    if (streamVersion !== expectedVersion) return { kind: 'conflict', actual: streamVersion }
    let position = log.length
    // All is made before anything is written: an event that is not JSON must leave nothing behind.
    const recorded = commands.map(({ events }) =>
      events.map((event) => record(event, stream, ++position, ++streamVersion)),
    )
    const given = commands.map((command, index) => write(stream, command, recorded[index] ?? []))
    readers.wake()
    return { kind: 'appended', answers: given, streamVersion }
  }

  const readAll = async (after: number, limit: number) => log.slice(after, after + limit)
  return {
    dense: true,
    append: async (stream, expectedVersion, commands) => append(stream, expectedVersion, commands),
    answer: async (account, commandId) => remembered(account, commandId),
    readStream: async (stream, after, limit) =>
      (streams.get(stream) ?? []).slice(after, after + limit),
    readAll,
    head: async () => log.length,
    subscribe: (after, signal) =>
      follow(
        { readAll, wakeUps: readers, pollMs: Number.POSITIVE_INFINITY, dense: true },
        after,
        AbortSignal.any([signal, closed.signal]),
      ),
    close: async () => closed.abort(),
  }
}

/** Through JSON and back: what is read is what a store on disk would give, and shares nothing with the writer. */
function record(
  event: DecidedCommand['events'][number],
  stream: string,
  position: number,
  streamVersion: number,
): RecordedEvent {
  const { data, metadata } = storableEvent(event)
  return {
    type: event.type,
    version: event.version,
    data: JSON.parse(data),
    metadata: JSON.parse(metadata),
    position,
    stream,
    streamVersion,
  } as RecordedEvent
}
