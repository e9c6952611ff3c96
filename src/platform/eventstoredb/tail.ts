// What this process knows of the log's end: versions of streams and answers of commands, read from $all.

import type { EventStoreDBClient } from '@eventstore/db-client'
import { recent } from '../recent.ts'
import type { AnswerMemory } from './answerMemory.ts'
import { newestOfStream, pageOfAll } from './pages.ts'
import {
  positionOf,
  type Recorded,
  type StreamNames,
  type ToldAnswer,
  toldAnswer,
} from './records.ts'

const PAGE = 1_000
const STREAMS_KEPT = 50_000
/** Records of ours that a start looks at, from the end back. */
const NOTES_MAX = 500_000

/** What is kept of a record. */
type Note = {
  readonly name: string
  readonly version: number
  readonly position: number
  readonly isOurs: boolean
  readonly isAnswer: boolean
  readonly told: ToldAnswer | undefined
}

export function logTail(client: EventStoreDBClient, names: StreamNames, answers: AnswerMemory) {
  const versions = recent<number>(STREAMS_KEPT)
  /** Position of the newest event of ours, and of the newest of anybody: reading goes on after it. */
  let head = 0
  let scanned = 0

  const noteOf = (event: Recorded): Note => {
    const { streamId: name } = event
    const isAnswer = names.isAnswers(name)
    const isOurs = isAnswer || names.stream(name) !== undefined
    const told = isOurs ? toldAnswer(event, isAnswer) : undefined
    return {
      name,
      version: Number(event.revision) + 1,
      position: positionOf(event),
      isAnswer,
      isOurs,
      told,
    }
  }

  const take = ({ name, version, position, isAnswer, isOurs, told }: Note) => {
    if (position <= scanned) return
    scanned = position
    if (!isOurs) return
    if (!isAnswer) head = position
    versions.set(name, version)
    if (told) answers.learn(told)
  }

  /** From the end backwards, as far as answers count (and to one event at least, for the head). */
  const readBack = async () => {
    const newestFirst: Note[] = []
    const isOld = ({ isOurs, told }: Note) => isOurs && told && answers.isOld(told.answeredAt)
    for (let from: number | 'end' = 'end'; ; ) {
      const page: Note[] = (await pageOfAll(client, 'backwards', from, PAGE)).map(noteOf)
      const [newest] = page
      if (newest && newestFirst.length === 0) newestFirst.push(newest)
      newestFirst.push(...page.filter(({ isOurs }) => isOurs))
      from = page.at(-1)?.position ?? from
      if (page.length < PAGE || newestFirst.length > NOTES_MAX || page.some(isOld)) break
    }
    for (const note of newestFirst.reverse()) take(note)
  }

  const readOn = async () => {
    for (;;) {
      const page = await pageOfAll(client, 'forwards', scanned, PAGE)
      for (const record of page) take(noteOf(record))
      if (page.length < PAGE) return
    }
  }

  const { mark, catchUp } = catchUps(() => (scanned === 0 ? readBack() : readOn()))

  return {
    /** A moment: a reading that begins later sees what was written before it. */
    mark,
    /** Takes in all that was written before a moment (now, if none is given). */
    catchUp,
    head: () => head,
    /** Where to begin to read what follows `after`: nothing of ours lies between. */
    readFrom: (after: number) => (after >= head ? Math.max(after, scanned) : after),
    /** A version that the stream has at least, by its name on the server. */
    knownVersion: (name: string): number => versions.get(name) ?? 0,
    /** The version of a stream by its name on the server, as far as it was taken in. */
    async versionOf(name: string): Promise<number> {
      const known = versions.get(name)
      if (known !== undefined) return known
      const newest = await newestOfStream(client, name)
      return newest ? Number(newest.revision) + 1 : 0
    },
  }
}

/** Lets many share a reading: one that begins after they asked has seen all that they ask for. */
function catchUps(read: () => Promise<void>) {
  let begun = 0
  let covered = 0
  let reading: Promise<void> | undefined
  let queued: Promise<void> | undefined
  const begin = async () => {
    const mine = ++begun
    await read()
    covered = mine
  }
  const catchUp = (mark = begun): Promise<void> => {
    if (covered > mark) return Promise.resolve()
    if (!reading) {
      reading = begin().finally(() => {
        reading = undefined
      })
      return reading
    }
    queued ??= reading
      .catch(() => {})
      .then(() => {
        queued = undefined
        return catchUp()
      })
    return queued
  }
  return { mark: () => begun, catchUp }
}

export type LogTail = ReturnType<typeof logTail>
