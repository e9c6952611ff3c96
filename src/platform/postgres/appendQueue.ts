// The appends that wait for a group: urgent ones first, and never more than the limit.

import { type AppendResult, type DecidedCommand, StoreBusy } from '../../domain/ports/eventStore.ts'
import type { StorableEvent } from '../storable.ts'

/** An append that waits. `events[i]` belongs to `commands[i]`. */
export type Waiting = {
  readonly stream: string
  readonly expectedVersion: number
  readonly commands: readonly DecidedCommand[]
  readonly events: readonly (readonly StorableEvent[])[]
  /** `sent`: the server may have seen it, so from then on a lost connection means an unknown outcome. */
  state: 'waiting' | 'sent' | 'settled'
  /** How often it was given back to the queue. */
  returns: number
  readonly settle: (result: AppendResult) => void
  readonly fail: (error: unknown) => void
}

/** Makes an append that waits, and the promise of its result. */
export function waitFor(
  asked: Pick<Waiting, 'stream' | 'expectedVersion' | 'commands' | 'events'>,
): { readonly waiting: Waiting; readonly result: Promise<AppendResult> } {
  let settle!: (result: AppendResult) => void
  let fail!: (error: unknown) => void
  const result = new Promise<AppendResult>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  const waiting: Waiting = {
    ...asked,
    state: 'waiting',
    returns: 0,
    settle(value) {
      waiting.state = 'settled'
      settle(value)
    },
    fail(error) {
      waiting.state = 'settled'
      fail(error)
    },
  }
  return { waiting, result }
}

export type GroupLimits = {
  /** Appends that may wait; one more is refused with `StoreBusy`. Urgent ones (few by nature) always get in. */
  readonly waiting: number
  /** Appends in one transaction. */
  readonly group: number
  /** Events in one transaction, if it holds more than one append. */
  readonly groupEvents: number
}

export function appendQueue(limits: GroupLimits) {
  const urgent: Waiting[] = []
  const plain: Waiting[] = []
  const fill = (group: Waiting[], from: Waiting[], room: { events: number }) => {
    let taken = 0
    for (const append of from) {
      const events = append.events.reduce((sum, of) => sum + of.length, 0)
      if (group.length >= limits.group || (group.length > 0 && events > room.events)) break
      room.events -= events
      group.push(append)
      taken++
    }
    from.splice(0, taken)
  }
  return {
    get size() {
      return urgent.length + plain.length
    },
    add(append: Waiting, isUrgent: boolean): void {
      if (isUrgent) urgent.push(append)
      else if (plain.length < limits.waiting) plain.push(append)
      else throw new StoreBusy(`${plain.length} appends wait already: try again later`)
    },
    /** Gives back to the front what was taken and not sent. */
    putBack(appends: readonly Waiting[]): void {
      for (const append of appends) append.returns++
      plain.unshift(...appends)
    },
    /** The next group: urgent appends first, each kind in order of arrival. */
    take(): Waiting[] {
      const group: Waiting[] = []
      const room = { events: limits.groupEvents }
      fill(group, urgent, room)
      fill(group, plain, room)
      return group
    },
    takeAll(): Waiting[] {
      return [...urgent.splice(0), ...plain.splice(0)]
    },
  }
}

export type AppendQueue = ReturnType<typeof appendQueue>
