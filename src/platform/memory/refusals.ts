// Refused orders in memory, for the mailboxes: the newest of each account.

import type { AccountId } from '../../domain/events.ts'
import type {
  NumberedRefusal,
  PersonalData,
  RefusedOrder,
} from '../../domain/ports/personalData.ts'
import { refusalsKept } from '../personal.ts'

type Kept = Pick<PersonalData, 'keepRefusals' | 'refusalsAfter' | 'refusalHead'>

/** `isAble`: whether the account has a session. */
export function memoryRefusals(isAble: (account: AccountId) => boolean) {
  const refusals = new Map<string, NumberedRefusal[]>()
  const keep = (account: AccountId, order: RefusedOrder): void => {
    const of = refusals.get(account) ?? []
    const isOrder = (one: NumberedRefusal) =>
      one.commandId === order.commandId && one.refused === order.refused
    if (!isAble(account) || of.some(isOrder)) return
    of.push({ ...order, number: (of.at(-1)?.number ?? 0) + 1 })
    if (of.length > refusalsKept) of.shift()
    refusals.set(account, of)
  }
  const kept: Kept = {
    async keepRefusals(orders) {
      for (const [account, order] of orders) keep(account, order)
    },
    async refusalsAfter(account, number, limit) {
      return (refusals.get(account) ?? []).filter((one) => one.number > number).slice(0, limit)
    },
    refusalHead: async (account) => refusals.get(account)?.at(-1)?.number ?? 0,
  }
  return { kept, erase: (account: AccountId) => void refusals.delete(account) }
}
