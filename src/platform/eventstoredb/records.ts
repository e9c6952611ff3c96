// How events and answers lie in EventStoreDB: names of streams, ids, metadata.

import type { AllStreamResolvedEvent, JSONEventData, ResolvedEvent } from '@eventstore/db-client'
import { v5 } from 'uuid'
import type {
  Answer,
  DecidedCommand,
  EventMetadata,
  RecordedEvent,
  Remembered,
} from '../../domain/ports/eventStore.ts'

/** Any constant UUID: ids made from the same command are the same in every process. */
const NAMESPACE = '5f0ef84a-3c4b-4d0e-9a2f-6d1f5a0f9c11'

type Recorded = NonNullable<ResolvedEvent['event']>

/** What was decided with an event, so that its command's answer can be read from the log. */
type Decided = {
  readonly account: string
  readonly commandId: string
  readonly payloadHash: string
  readonly answeredAt: number
  /** The event's place among its command's events, from 0, and how many those are. */
  readonly index: number
  readonly of: number
}

type EventEnvelope = {
  readonly version: number
  readonly metadata: EventMetadata
  readonly decided: Decided
}

/** A command's answer as it was given: refusals, no-ops, and whatever else has no event to tell it. */
type AnswerData = Omit<Decided, 'index' | 'of'> & { readonly answer: Answer }

/** An answer that a record tells. */
export type ToldAnswer = {
  readonly account: string
  readonly commandId: string
  readonly remembered: Remembered
  readonly answeredAt: number
}

/** The names of one application's streams on a server that it may share: `{application}.{stream}`. */
export function streamNames(application: string) {
  const events = `${application}.`
  const answers = `${application}-answers-`
  return {
    eventsPrefix: events,
    ofStream: (stream: string) => `${events}${stream}`,
    ofAnswers: (account: string) => `${answers}${account}`,
    /** The port's stream; undefined for answers and for what is not ours. */
    stream: (name: string) => (name.startsWith(events) ? name.slice(events.length) : undefined),
    isAnswers: (name: string) => name.startsWith(answers),
  }
}

export type StreamNames = ReturnType<typeof streamNames>

const idOf = ({ account, commandId }: DecidedCommand, index: number | 'answer') =>
  v5(JSON.stringify([account, commandId, index]), NAMESPACE)

/** The records of a command's events. */
export function eventRecords(command: DecidedCommand, answeredAt: number): JSONEventData[] {
  const { account, commandId, payloadHash, events } = command
  return events.map(({ type, version, data, metadata }, index) => {
    const decided = { account, commandId, payloadHash, answeredAt, index, of: events.length }
    const envelope: EventEnvelope = { version, metadata, decided }
    return record(idOf(command, index), type, data, envelope)
  })
}

/** The record of an answer. */
export function answerRecord(
  command: DecidedCommand,
  answer: Answer,
  answeredAt: number,
): JSONEventData {
  const { account, commandId, payloadHash } = command
  const data: AnswerData = { account, commandId, payloadHash, answer, answeredAt }
  return record(idOf(command, 'answer'), 'CommandAnswered', data, {})
}

function record(id: string, type: string, data: object, metadata: object): JSONEventData {
  // Plain JSON objects, which the client's types describe more narrowly than TypeScript sees ours.
  return { id, contentType: 'application/json', type, data, metadata } as JSONEventData
}

/** Where a record lies in $all. Throws where the server is too old to say it. */
export function positionOf({ position }: Recorded): number {
  const at = Number(position?.commit ?? -1n)
  if (Number.isSafeInteger(at) && at >= 0) return at
  throw new Error('EventStoreDB does not tell positions of events: it has to be 22.10 or newer')
}

/** The event of a record, as the port gives it. */
export function recordedEvent(stream: string, of: Recorded): RecordedEvent {
  const { version, metadata } = of.metadata as unknown as EventEnvelope
  return {
    type: of.type,
    version,
    data: of.data,
    metadata,
    position: positionOf(of),
    stream,
    streamVersion: Number(of.revision) + 1,
  } as unknown as RecordedEvent
}

/** The answer that a record of ours tells; a command's events tell it with their last. */
export function toldAnswer(of: Recorded, isAnswer: boolean): ToldAnswer | undefined {
  if (isAnswer) {
    if (of.type !== 'CommandAnswered') return undefined
    const { account, commandId, payloadHash, answer, answeredAt } = of.data as unknown as AnswerData
    return { account, commandId, remembered: { payloadHash, answer }, answeredAt }
  }
  const { decided } = of.metadata as unknown as EventEnvelope
  const { account, commandId, payloadHash, answeredAt, index } = decided
  if (index !== decided.of - 1) return undefined
  const answer: Answer = { status: 'accepted', events: decided.of, position: positionOf(of) }
  return { account, commandId, remembered: { payloadHash, answer }, answeredAt }
}

/** Position 0 is before everything. */
export const fromPosition = (position: number) =>
  position === 0 ? ('start' as const) : { commit: BigInt(position), prepare: BigInt(position) }

export type { AllStreamResolvedEvent, Recorded }
