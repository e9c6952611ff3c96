// Writes one group of appends, all or nothing.
//
// While nobody else writes, a group is checked in memory and is one statement, which moves the head from where this
// writer left it. Whatever that statement or the memory cannot decide (a head that another process moved, an apparent
// conflict, a violated constraint) is decided again under the head's lock, from what the database says.

import type { PoolClient } from 'pg'
import type { Clock } from '../../domain/ports/time.ts'
import type { Waiting } from './appendQueue.ts'
import { isStoreFault, isUniqueViolation } from './failures.ts'
import type { LogMemory } from './logMemory.ts'
import { type Plan, planGroup } from './plan.ts'
import { headPosition, writePlan } from './statements.ts'

export type GroupWriter = {
  /** Settles every append of the group, or throws where the fault is the store's. */
  write(client: PoolClient, group: readonly Waiting[]): Promise<void>
}

/** `committed` is called after each transaction that wrote. */
export function groupWriter(
  memory: LogMemory,
  clock: Pick<Clock, 'now'>,
  committed: () => void,
): GroupWriter {
  const send = async (client: PoolClient, plan: Plan): Promise<boolean> => {
    if (plan.appends.length === 0) return true
    for (const append of plan.appends) append.state = 'sent'
    const { rows } = await client.query(writePlan(plan, clock.now()))
    return rows.length === 1
  }

  const durable = (plan: Plan) => {
    memory.learn(plan)
    for (const { append, result } of plan.results) append.settle(result)
    if (plan.appends.length > 0) committed()
  }

  /** Gives back the appends that have to be decided under the lock. */
  const writeFromMemory = async (client: PoolClient, group: readonly Waiting[]) => {
    // A stream that should not exist yet is not looked up: the constraint (stream, version) speaks if it does.
    const existing = group.filter(({ expectedVersion }) => expectedVersion > 0)
    await memory.loadVersions(
      client,
      existing.map(({ stream }) => stream),
    )
    const plan = planGroup(group, memory, false)
    try {
      if (await send(client, plan)) {
        durable(plan)
        return plan.doubtful
      }
    } catch (error) {
      if (isStoreFault(error)) throw error
    }
    // The statement took itself back, so nothing of it was written.
    memory.exclusive = false
    for (const append of group) append.state = 'waiting'
    return group
  }

  const writeUnderLock = async (client: PoolClient, group: readonly Waiting[]) => {
    await client.query('BEGIN')
    try {
      const { rows } = await client.query<{ position: number }>(`${headPosition} FOR UPDATE`)
      const position = rows[0]?.position ?? 0
      const alone = position === memory.position
      await memory.refresh(client, position, group)
      const found = await memory.loadAnswers(client, group)
      const { versionOf } = memory
      const known = { position, versionOf, remembered: (key: string) => found.get(key) }
      const plan = planGroup(group, known, true)
      await send(client, plan)
      await client.query('COMMIT')
      memory.exclusive = alone
      durable(plan)
    } catch (error) {
      if (!isStoreFault(error)) await client.query('ROLLBACK')
      throw error
    }
  }

  /** A group that fails is tried again one by one, so that a bad append fails alone. */
  const decideUnderLock = async (client: PoolClient, group: readonly Waiting[]): Promise<void> => {
    try {
      await writeUnderLock(client, group)
    } catch (error) {
      if (isStoreFault(error) || isUniqueViolation(error)) throw error
      if (group.length === 1) return group[0]?.fail(error)
      for (const append of group) {
        append.state = 'waiting'
        await decideUnderLock(client, [append])
      }
    }
  }

  return {
    async write(client, group) {
      const undecided = memory.exclusive ? await writeFromMemory(client, group) : group
      if (undecided.length > 0) await decideUnderLock(client, undecided)
    },
  }
}
