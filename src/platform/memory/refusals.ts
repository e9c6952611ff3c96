// Refused orders in memory, for the mailboxes: the newest of each account.

import type { AccountId } from '../../domain/events.ts'
import type { NumberedRefusal, PersonalData } from '../../domain/ports/personalData.ts'
import { refusalsKept } from '../personal.ts'

type Kept = Pick<PersonalData, 'keepRefusal' | 'refusalsAfter' | 'refusalHead'>

export function memoryRefusals() {
  const refusals = new Map<string, NumberedRefusal[]>()
  const kept: Kept = {
    async keepRefusal(account, order) {
      const of = refusals.get(account) ?? []
      const isOrder = (one: NumberedRefusal) =>
        one.commandId === order.commandId && one.refused === order.refused
      if (of.some(isOrder)) return
      of.push({ ...order, number: (of.at(-1)?.number ?? 0) + 1 })
      if (of.length > refusalsKept) of.shift()
      refusals.set(account, of)
    },
    async refusalsAfter(account, number, limit) {
      return (refusals.get(account) ?? []).filter((one) => one.number > number).slice(0, limit)
    },
    refusalHead: async (account) => refusals.get(account)?.at(-1)?.number ?? 0,
  }
  return { kept, erase: (account: AccountId) => void refusals.delete(account) }
}
