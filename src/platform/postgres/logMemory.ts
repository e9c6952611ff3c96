// What the writer of this process remembers of the log, so that most groups need no look at the database.

import type { PoolClient } from 'pg'
import type { Remembered } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answerKey, answersKeptMs } from '../answers.ts'
import { recent } from '../recent.ts'
import type { Waiting } from './appendQueue.ts'
import type { Plan } from './plan.ts'
import { answersTo, forgetAnswers, versionsOf } from './statements.ts'

const generationSize = 50_000

type AnswerRow = {
  account: string
  command_id: string
  payload_hash: string
  answer: string
  answered_at: number
}

export function logMemory(clock: Pick<Clock, 'now'>) {
  const versions = recent<number>(generationSize)
  const answers = recent<{ readonly given: Remembered; readonly answeredAt: number }>(
    generationSize,
  )
  const isOld = (answeredAt: number) => answeredAt <= clock.now() - answersKeptMs

  /** Versions of streams are only as good as `position`: what another process wrote since is not in them. */
  const loadVersions = async (client: PoolClient, streams: Iterable<string>): Promise<void> => {
    const missing = [...new Set(streams)].filter((stream) => versions.get(stream) === undefined)
    if (missing.length === 0) return
    const { rows } = await client.query<{ stream: string; version: number }>(versionsOf(missing))
    for (const { stream, version } of rows) versions.set(stream, version)
  }

  return {
    /** Where the head stood when this process last saw it. */
    position: 0,
    /** True while nobody else seems to write. */
    exclusive: false,
    /** Names the connection that writes: what an earlier one left in the air is another's. */
    writer: '',
    versionOf: (stream: string): number => versions.get(stream) ?? 0,
    loadVersions,

    /** Reads a group's streams anew, under the head's lock. */
    async refresh(client: PoolClient, position: number, group: readonly Waiting[]): Promise<void> {
      if (position !== this.position) versions.clear()
      this.position = position
      for (const { stream } of group) versions.delete(stream)
      await loadVersions(
        client,
        group.map(({ stream }) => stream),
      )
    },

    remembered(key: string): Remembered | undefined {
      const kept = answers.get(key)
      return kept && !isOld(kept.answeredAt) ? kept.given : undefined
    },

    /** The answers that a group's commands have; those too old to count are deleted, so that new ones have room. */
    async loadAnswers(client: PoolClient, group: readonly Waiting[]) {
      const { rows } = await client.query<AnswerRow>(
        answersTo(group.flatMap(({ commands }) => commands)),
      )
      const found = new Map<string, Remembered>()
      const old: { account: string; commandId: string }[] = []
      for (const row of rows) {
        const { account, command_id: commandId, payload_hash: payloadHash } = row
        if (isOld(row.answered_at)) old.push({ account, commandId })
        else
          found.set(answerKey(account, commandId), { payloadHash, answer: JSON.parse(row.answer) })
      }
      if (old.length > 0) await client.query(forgetAnswers(old))
      return found
    },

    /** A plan is durable, or on its way: then it has to be unlearned if it does not arrive. */
    learn(plan: Plan): void {
      this.position = plan.to
      for (const [stream, version] of plan.versions) versions.set(stream, version)
      const answeredAt = clock.now()
      for (const { account, commandId, remembered } of plan.answers) {
        answers.set(answerKey(account, commandId), { given: remembered, answeredAt })
      }
    },

    /** A plan that was learned was not written, or nobody knows: what follows is decided under the lock. */
    unlearn(plan: Plan): void {
      this.exclusive = false
      this.position = Math.min(this.position, plan.from)
      for (const stream of plan.versions.keys()) versions.delete(stream)
      for (const { account, commandId } of plan.answers) {
        answers.delete(answerKey(account, commandId))
      }
    },
  }
}

export type LogMemory = ReturnType<typeof logMemory>
