// The answers of the last 48 hours, in memory, bounded: EventStoreDB has no place to look them up.

import type { Remembered } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answersKeptMs } from '../answers.ts'
import type { ToldAnswer } from './records.ts'

const ACCOUNTS_MAX = 10_000

type Kept = { readonly remembered: Remembered; readonly answeredAt: number }

/** `perAccount`: the newest answers kept of each account. The accounts that were quiet longest go first. */
export function answerMemory(clock: Pick<Clock, 'now'>, perAccount: number) {
  // Both in order of use, so that the oldest are found at the front.
  const accounts = new Map<string, Map<string, Kept>>()
  const isOld = (answeredAt: number) => answeredAt <= clock.now() - answersKeptMs
  return {
    isOld,
    learn({ account, commandId, remembered, answeredAt }: ToldAnswer): void {
      if (isOld(answeredAt)) return
      const answers = accounts.get(account) ?? new Map<string, Kept>()
      accounts.delete(account)
      accounts.set(account, answers)
      answers.delete(commandId)
      answers.set(commandId, { remembered, answeredAt })
      for (const [oldest, kept] of answers) {
        if (answers.size <= perAccount && !isOld(kept.answeredAt)) break
        answers.delete(oldest)
      }
      const [quietest] = accounts.keys()
      if (accounts.size > ACCOUNTS_MAX && quietest !== undefined) accounts.delete(quietest)
    },
    remembered(account: string, commandId: string): Remembered | undefined {
      const kept = accounts.get(account)?.get(commandId)
      return kept && !isOld(kept.answeredAt) ? kept.remembered : undefined
    },
  }
}

export type AnswerMemory = ReturnType<typeof answerMemory>
