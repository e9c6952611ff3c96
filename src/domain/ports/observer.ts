// Whoever measures is told here what happened and how long it took. Where nobody does, nothing is told and nothing costs.

import type { AccountId, WorldId } from '../events.ts'
import type { Outcome } from '../outcome.ts'
import type { KernelStatus } from './kernel.ts'

/** An order by its account's own id for it. */
export type OrderId = { readonly account: AccountId; readonly commandId: string }

/** An order in a tick, with the request that brought it. */
export type TracedOrder = OrderId & { readonly correlationId: string }

export type Observer = {
  /** An append has its result, or none: `failed` where the store cannot say. */
  appended(append: {
    readonly stream: string
    readonly orders: readonly OrderId[]
    readonly events: number
    readonly result: 'appended' | 'conflict' | 'answered' | 'failed'
    readonly durationMs: number
  }): void
  /** A seal is durable. `events`: how many it gives its tick; `orders`: whose each of them is. */
  sealed(seal: {
    readonly world: WorldId
    readonly tick: number
    readonly events: number
    readonly orders: readonly TracedOrder[]
    readonly durationMs: number
  }): void
  /** A batch of ticks was run. `busyMs`: the kernel's own time; `durationMs`: with the way there and back. */
  ran(batch: {
    readonly world: WorldId
    readonly through: number
    readonly ticks: number
    readonly busyMs: number
    readonly durationMs: number
    readonly orders: readonly TracedOrder[]
  }): void
  /** What came of an order is shown. */
  judged(world: WorldId, outcome: Outcome): void
  /** An item of the feed went to so many subscribers. */
  told(world: WorldId, kind: string, subscribers: number): void
  /** A subscriber that did not read was cut, and these many items with it. */
  cut(world: WorldId, dropped: number): void
  /** A kernel was lost, and the ledger is replayed. */
  kernelLost(world: WorldId): void
  /** What runs a world's rules is new, has lost a worker, or has been given up for another. */
  kernelIs(status: KernelStatus): void
}
