// Refused orders of late, per account, for mailboxes. In memory: the refusal itself was answered and is
// remembered with the command; this is so that a program that reads only its mailbox learns of it too.

import type { CommandName } from '../../domain/commands.ts'
import type { Refusal } from '../../domain/decider.ts'
import type { AccountId } from '../../domain/events.ts'
import type { Clock } from '../../domain/ports/time.ts'

type RefusedOrder = Refusal & {
  readonly world?: string
  readonly commandId: string
  readonly command: CommandName
}

type NumberedRefusal = RefusedOrder & { readonly number: number }

export type RecentRefusals = {
  add(account: AccountId, order: RefusedOrder): void
  /** Oldest first. */
  after(account: AccountId, number: number): readonly NumberedRefusal[]
  /** The mark only moves forward. */
  acknowledge(account: AccountId, number: number): void
  acknowledged(account: AccountId): number
  /** No number that was given is above it, and every one to come is. */
  newest(): number
  forget(account: AccountId): void
  /** Calls back at every new one of the account, until the returned function is called. */
  listen(account: AccountId, wake: () => void): () => void
}

const KEPT_PER_ACCOUNT = 100
/** Over all accounts. */
const KEPT_MAX = 20_000
/** Over all refusals: one may name hundreds, each with its own reason, and these are what fills memory. */
const CELLS_MAX = 400_000

export function recentRefusals(clock: Clock): RecentRefusals {
  /** Of accounts with refusals alone: a mark matters to nothing else. */
  const kept = new Map<AccountId, { acknowledged: number; orders: NumberedRefusal[] }>()
  /** Whose each kept number is, the oldest first. */
  const owners = new Map<number, AccountId>()
  const listeners = new Map<AccountId, Set<() => void>>()
  let last = 0
  let cellsKept = 0
  const left = ({ number, cells }: NumberedRefusal) => {
    owners.delete(number)
    cellsKept -= cells?.length ?? 0
  }
  const dropOldest = (account: AccountId) => {
    const of = kept.get(account)!
    left(of.orders.shift()!)
    if (of.orders.length === 0) kept.delete(account)
  }
  return {
    add(account, order) {
      // Numbers rise over restarts too, so that an old cursor hides nothing new.
      last = Math.max(last + 1, clock.now())
      const of = kept.get(account) ?? { acknowledged: 0, orders: [] }
      of.orders.push({ ...order, number: last })
      kept.set(account, of)
      owners.set(last, account)
      cellsKept += order.cells?.length ?? 0
      if (of.orders.length > KEPT_PER_ACCOUNT) dropOldest(account)
      while (owners.size > KEPT_MAX || cellsKept > CELLS_MAX) {
        dropOldest(owners.values().next().value!)
      }
      for (const wake of listeners.get(account) ?? []) wake()
    },
    after: (account, number) =>
      kept.get(account)?.orders.filter((order) => order.number > number) ?? [],
    acknowledge(account, number) {
      const of = kept.get(account)
      if (!of) return
      of.acknowledged = Math.max(of.acknowledged, number)
    },
    acknowledged: (account) => kept.get(account)?.acknowledged ?? 0,
    newest: () => Math.max(last, clock.now() - 1),
    forget(account) {
      for (const order of kept.get(account)?.orders ?? []) left(order)
      kept.delete(account)
    },
    listen(account, wake) {
      const of = listeners.get(account) ?? new Set()
      listeners.set(account, of.add(wake))
      return () => {
        of.delete(wake)
        if (of.size === 0 && listeners.get(account) === of) listeners.delete(account)
      }
    },
  }
}
