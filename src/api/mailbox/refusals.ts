// Refused orders for the mailboxes of their players: kept before the order is answered, then told to whoever waits.

import type { AccountId } from '../../domain/events.ts'
import type { PersonalData, RefusedOrder } from '../../domain/ports/personalData.ts'

export type Refusals = {
  /** Durable when this resolves. */
  add(account: AccountId, order: RefusedOrder): Promise<void>
  /** Calls back at every new one of the account, until the returned function is called. */
  listen(account: AccountId, wake: () => void): () => void
}

type Group = { readonly orders: (readonly [AccountId, RefusedOrder])[]; kept: Promise<void> }

/** Orders in one write. Whoever asks waits for the answer, so how many wait is bounded by the doors. */
const GROUP_MAX = 500

export function openRefusals(personalData: Pick<PersonalData, 'keepRefusals'>): Refusals {
  const listeners = new Map<AccountId, Set<() => void>>()
  /** The one that is not being written yet. */
  let next: Group | undefined
  let writing: Promise<unknown> = Promise.resolve()

  /** All that come while one write is under way are one write: a flood of them leaves the database to others. */
  function group(): Group {
    if (next && next.orders.length < GROUP_MAX) return next
    const opened: Group = { orders: [], kept: Promise.resolve() }
    const before = writing
    opened.kept = (async () => {
      await before
      if (next === opened) next = undefined
      await personalData.keepRefusals(opened.orders)
    })()
    writing = opened.kept.catch(() => {})
    next = opened
    return opened
  }

  return {
    async add(account, order) {
      const { orders, kept } = group()
      orders.push([account, order])
      await kept
      for (const wake of listeners.get(account) ?? []) wake()
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
