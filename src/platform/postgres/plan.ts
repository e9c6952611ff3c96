// Decides about a group of appends, in order, each on what the ones before it left behind.

import type { Answer, AppendResult, Remembered } from '../../domain/ports/eventStore.ts'
import { answerKey, answerTo } from '../answers.ts'
import type { Waiting } from './appendQueue.ts'

/** What is known about the log. */
export type Known = {
  /** Position of the newest event. */
  readonly position: number
  readonly versionOf: (stream: string) => number
  readonly remembered: (key: string) => Remembered | undefined
}

type GivenAnswer = {
  readonly account: string
  readonly commandId: string
  readonly remembered: Remembered
}

export type Plan = {
  /** What is written, in order. */
  readonly appends: readonly Waiting[]
  readonly answers: readonly GivenAnswer[]
  /** Positions go from `from + 1` to `to`. */
  readonly from: number
  readonly to: number
  /** New versions of the streams that are written to. */
  readonly versions: ReadonlyMap<string, number>
  /** What each append gets once the transaction is durable. */
  readonly results: readonly { readonly append: Waiting; readonly result: AppendResult }[]
  /** Look like conflicts in what is known; only the database can tell. */
  readonly doubtful: readonly Waiting[]
}

/** `exact`: what is known was read under the head's lock, so a conflict is a conflict. */
export function planGroup(group: readonly Waiting[], known: Known, exact: boolean): Plan {
  const appends: Waiting[] = []
  const answers: GivenAnswer[] = []
  const results: { append: Waiting; result: AppendResult }[] = []
  const doubtful: Waiting[] = []
  const versions = new Map<string, number>()
  const given = new Map<string, Remembered>()
  let position = known.position

  for (const append of group) {
    const which = append.commands.flatMap(({ account, commandId }, index) => {
      const key = answerKey(account, commandId)
      const remembered = given.get(key) ?? known.remembered(key)
      return remembered ? [{ index, remembered }] : []
    })
    const actual = versions.get(append.stream) ?? known.versionOf(append.stream)
    if (which.length > 0) {
      results.push({ append, result: { kind: 'answered', which } })
    } else if (actual !== append.expectedVersion) {
      if (exact) results.push({ append, result: { kind: 'conflict', actual } })
      else doubtful.push(append)
    } else {
      const own: Answer[] = []
      let streamVersion = actual
      for (const command of append.commands) {
        position += command.events.length
        streamVersion += command.events.length
        const answer = answerTo(command, position)
        const { account, commandId, payloadHash } = command
        const remembered = { payloadHash, answer }
        own.push(answer)
        answers.push({ account, commandId, remembered })
        given.set(answerKey(account, commandId), remembered)
      }
      versions.set(append.stream, streamVersion)
      appends.push(append)
      results.push({ append, result: { kind: 'appended', answers: own, streamVersion } })
    }
  }
  return { appends, answers, from: known.position, to: position, versions, results, doubtful }
}
