// Refused orders for the mailboxes of their players: kept before the order is answered, then told to whoever waits.

import type { AccountId } from '../../domain/events.ts'
import type { PersonalData, RefusedOrder } from '../../domain/ports/personalData.ts'

export type Refusals = {
  /** Durable when this resolves. */
  add(account: AccountId, order: RefusedOrder): Promise<void>
  /** Calls back at every new one of the account, until the returned function is called. */
  listen(account: AccountId, wake: () => void): () => void
}

export function openRefusals(personalData: Pick<PersonalData, 'keepRefusal'>): Refusals {
  const listeners = new Map<AccountId, Set<() => void>>()
  return {
    async add(account, order) {
      await personalData.keepRefusal(account, order)
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
