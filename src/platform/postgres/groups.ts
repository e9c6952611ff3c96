// Writes groups of appends, each all or nothing.
//
// While nobody else writes, a group is checked in memory and is one statement, which moves the head from where the group
// before it leaves it; so the next may be sent before that one is answered, and writes nothing if that one did not. The head also
// keeps who moved it last, since another process may have moved it by as much. Whatever that statement or the memory cannot
// decide (a head that another process moved, an apparent conflict, a violated constraint) is decided again under the head's
// lock, from what the database says.

import type { PoolClient } from 'pg'
import type { Clock } from '../../domain/ports/time.ts'
import type { Waiting } from './appendQueue.ts'
import { isStoreFault, isUniqueViolation } from './failures.ts'
import type { LogMemory } from './logMemory.ts'
import { type Plan, planGroup } from './plan.ts'
import { makeRoom, takeHead, writePlan } from './statements.ts'

/** A group that was sent and is not answered yet. */
export type Flight = {
  readonly group: readonly Waiting[]
  /** Once its answers are given: what of it has to be decided under the lock. Rejects where the fault is the store's. */
  readonly landed: Promise<readonly Waiting[]>
  /** True once all of it, and of every flight before it, is durable. Never rejects. */
  readonly durable: Promise<boolean>
}

export type GroupWriter = {
  /**
   * Sends a group that is checked in memory, on what the flight `before` will have written. Only while the memory is
   * `exclusive`, and never beside `decide`.
   */
  send(client: PoolClient, group: readonly Waiting[], before: Flight | undefined): Promise<Flight>
  /** Settles every append of the group by what the database says, or throws where the fault is the store's. */
  decide(client: PoolClient, group: readonly Waiting[]): Promise<void>
}

export type GroupWriterOptions = {
  readonly clock: Pick<Clock, 'now'>
  /** Called with what is durable, after each transaction that wrote; in the order of the positions. */
  readonly committed: (plan: Plan) => void
  /** Positions of one partition. */
  readonly partitionEvents: number
}

export function groupWriter(
  memory: LogMemory,
  { clock, committed, partitionEvents }: GroupWriterOptions,
): GroupWriter {
  const room = partitions(partitionEvents)
  const write = async (client: PoolClient, plan: Plan): Promise<boolean> => {
    if (plan.appends.length === 0) return true
    for (const append of plan.appends) append.state = 'sent'
    const { rows } = await client.query(writePlan(plan, clock.now(), memory.writer))
    return rows.length === 1
  }

  const settle = (plan: Plan) => {
    for (const { append, result } of plan.results) append.settle(result)
    if (plan.appends.length > 0) committed(plan)
  }

  const writeUnderLock = async (client: PoolClient, group: readonly Waiting[]) => {
    await client.query('BEGIN')
    try {
      const { rows } = await client.query<{ position: number }>(takeHead(memory.writer))
      const position = rows[0]?.position ?? 0
      const alone = position === memory.position
      await memory.refresh(client, position, group)
      const found = await memory.loadAnswers(client, group)
      const { versionOf } = memory
      const known = { position, versionOf, remembered: (key: string) => found.get(key) }
      const plan = planGroup(group, known, true)
      await room.through(client, plan.to)
      await write(client, plan)
      await client.query('COMMIT')
      memory.exclusive = alone
      memory.learn(plan)
      settle(plan)
    } catch (error) {
      room.forget()
      if (!isStoreFault(error)) await client.query('ROLLBACK')
      throw error
    }
  }

  /** A group that fails is tried again one by one, so that a bad append fails alone. */
  const decide: GroupWriter['decide'] = async (client, group) => {
    try {
      await writeUnderLock(client, group)
    } catch (error) {
      if (isStoreFault(error) || isUniqueViolation(error)) throw error
      if (group.length === 1) return group[0]?.fail(error)
      for (const append of group) {
        append.state = 'waiting'
        await decide(client, [append])
      }
    }
  }
  return { send: sender(memory, room, write, settle), decide }
}

/** Sees to it that what is written has a partition to go into. */
function partitions(size: number) {
  let ends = 0
  return {
    async through(client: PoolClient, position: number): Promise<void> {
      if (position < ends) return
      const { rows } = await client.query<{ ends: number }>(makeRoom(position, size))
      ends = rows[0]?.ends ?? 0
    },
    /** What was made may have been taken back. */
    forget(): void {
      ends = 0
    },
  }
}

type Partitions = ReturnType<typeof partitions>

type Write = (client: PoolClient, plan: Plan) => Promise<boolean>

function sender(
  memory: LogMemory,
  room: Partitions,
  write: Write,
  settle: (plan: Plan) => void,
): GroupWriter['send'] {
  /** True if it is written; false where the statement took itself back. */
  const writeFromMemory = async (client: PoolClient, plan: Plan): Promise<boolean> => {
    try {
      return await write(client, plan)
    } catch (error) {
      if (isStoreFault(error)) throw error
      return false
    }
  }

  const land = async (
    plan: Plan,
    group: readonly Waiting[],
    written: Promise<boolean>,
    before: Flight | undefined,
  ): Promise<readonly Waiting[]> => {
    try {
      const isWritten = await written
      // What the plan took from the flight before it is true only if that one is durable.
      if (((await before?.durable) ?? true) && isWritten) {
        settle(plan)
        return plan.doubtful
      }
    } catch (error) {
      memory.unlearn(plan)
      throw error
    }
    memory.unlearn(plan)
    for (const append of group) append.state = 'waiting'
    return group
  }

  const send: GroupWriter['send'] = async (client, group, before) => {
    // A stream that should not exist yet is not looked up: the key of `streams` speaks if it does.
    const existing = group.filter(({ expectedVersion }) => expectedVersion > 0)
    await memory.loadVersions(
      client,
      existing.map(({ stream }) => stream),
    )
    // The flight before may have failed meanwhile: then nothing may be built on it.
    if (!memory.exclusive) return grounded(group)
    const plan = planGroup(group, memory, false)
    await room.through(client, plan.to)
    if (!memory.exclusive) return grounded(group)
    const written = writeFromMemory(client, plan)
    memory.learn(plan)
    const landed = land(plan, group, written, before)
    const durable = landed.then(
      (undecided) => undecided !== group,
      () => false,
    )
    return { group, landed, durable }
  }
  return send
}

/** A group that was not sent: all of it is still to be decided. */
const grounded = (group: readonly Waiting[]): Flight => ({
  group,
  landed: Promise.resolve(group),
  durable: Promise.resolve(false),
})
