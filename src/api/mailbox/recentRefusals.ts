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

const ACCOUNTS_MAX = 10_000
const KEPT_PER_ACCOUNT = 100

export function recentRefusals(clock: Clock): RecentRefusals {
  const kept = new Map<AccountId, { acknowledged: number; orders: NumberedRefusal[] }>()
  const listeners = new Map<AccountId, Set<() => void>>()
  let last = 0
  return {
    add(account, order) {
      // Numbers rise over restarts too, so that an old cursor hides nothing new.
      last = Math.max(last + 1, clock.now())
      const of = kept.get(account) ?? { acknowledged: 0, orders: [] }
      of.orders = [...of.orders, { ...order, number: last }].slice(-KEPT_PER_ACCOUNT)
      kept.delete(account)
      if (kept.size >= ACCOUNTS_MAX) kept.delete(kept.keys().next().value!)
      kept.set(account, of)
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
    forget: (account) => kept.delete(account),
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
