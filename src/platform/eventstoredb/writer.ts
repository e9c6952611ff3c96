// Writes one append: its events to its stream, with the expected revision; what has no event to answers-{account}.

import type { EventStoreDBClient, JSONEventData } from '@eventstore/db-client'
import type { Answer, AppendResult, DecidedCommand } from '../../domain/ports/eventStore.ts'
import { StoreUnavailable } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answersKeptMs, answerTo } from '../answers.ts'
import type { AnswerMemory } from './answerMemory.ts'
import { actualVersion } from './failures.ts'
import { answerRecord, eventRecords, type StreamNames } from './records.ts'
import type { LogTail } from './tail.ts'

const ANSWER_TRIES = 20

export type WriterParts = {
  readonly client: EventStoreDBClient
  readonly names: StreamNames
  readonly tail: LogTail
  readonly answers: AnswerMemory
  readonly clock: Pick<Clock, 'now'>
  /** How long the server may take for an append. */
  readonly deadlineMs: number
}

export function appendWriter({ client, names, tail, answers, clock, deadlineMs }: WriterParts) {
  const write = streamWriter(client, deadlineMs)
  const given = (commands: readonly DecidedCommand[]) =>
    commands.flatMap(({ account, commandId }, index) => {
      const remembered = answers.remembered(account, commandId)
      return remembered ? [{ index, remembered }] : []
    })

  /** Remembers answers that no event tells. Not in one transaction with the events: each stream is its own. */
  const writeAnswers = async (account: string, records: readonly JSONEventData[]) => {
    const name = names.ofAnswers(account)
    let expected = await tail.versionOf(name)
    for (let tries = 0; tries < ANSWER_TRIES; tries++) {
      if (expected === 0) {
        await client.setStreamMetadata(name, { maxAge: answersKeptMs / 1000 })
      }
      const actual = await write(name, expected, records)
      if (actual === undefined) return
      expected = actual
    }
    throw new StoreUnavailable(`the answers of ${account} are written by others all the time`)
  }

  /** The answers of an append whose events are durable; `position`: where the log ended before. */
  const settle = async (commands: readonly DecidedCommand[], before: number) => {
    const answeredAt = clock.now()
    let position = before
    const untold = new Map<string, JSONEventData[]>()
    const settled: Answer[] = commands.map((command) => {
      const { account, commandId, payloadHash, events } = command
      if (events.length > 0) {
        const remembered = answers.remembered(account, commandId)
        if (remembered?.answer.status !== 'accepted') {
          throw new StoreUnavailable(`the events of ${commandId} are not to be read yet`)
        }
        position = remembered.answer.position
        return remembered.answer
      }
      const answer = answerTo(command, position)
      const record = answerRecord(command, answer, answeredAt)
      untold.set(account, [...(untold.get(account) ?? []), record])
      answers.learn({ account, commandId, remembered: { payloadHash, answer }, answeredAt })
      return answer
    })
    for (const [account, records] of untold) await writeAnswers(account, records)
    return settled
  }

  return async (
    stream: string,
    expectedVersion: number,
    commands: readonly DecidedCommand[],
    mark: number,
  ): Promise<AppendResult> => {
    await tail.catchUp(mark)
    const which = given(commands)
    if (which.length > 0) return { kind: 'answered', which }
    const name = names.ofStream(stream)
    const known = tail.knownVersion(name)
    if (known > expectedVersion) return { kind: 'conflict', actual: known }
    const before = tail.head()
    const records = commands.flatMap((command) => eventRecords(command, clock.now()))
    const actual =
      records.length === 0
        ? await tail.versionOf(name)
        : await write(name, expectedVersion, records)
    if (actual !== undefined && actual !== expectedVersion) {
      // Somebody was faster: with this very command, perhaps.
      await tail.catchUp()
      const answered = given(commands)
      if (answered.length > 0) return { kind: 'answered', which: answered }
      return { kind: 'conflict', actual }
    }
    if (records.length > 0) await tail.catchUp()
    const streamVersion = expectedVersion + records.length
    return { kind: 'appended', answers: await settle(commands, before), streamVersion }
  }
}

/** Appends to one stream; gives the version that the stream has instead, where it is not the expected one. */
function streamWriter(client: EventStoreDBClient, deadlineMs: number) {
  return async (name: string, expected: number, records: readonly JSONEventData[]) => {
    const expectedRevision = expected === 0 ? 'no_stream' : BigInt(expected - 1)
    try {
      await client.appendToStream(name, [...records], { expectedRevision, deadline: deadlineMs })
      return undefined
    } catch (error) {
      const actual = actualVersion(error)
      if (actual === undefined) throw error
      return actual
    }
  }
}
