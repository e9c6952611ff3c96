// What becomes of an order behind the doors, as log lines under the correlation id of its request: its seal, its tick, its outcome.

import type { Observer, OrderId, TracedOrder } from '../domain/ports/observer.ts'
import type { Log } from './log.ts'
import { recent } from './recent.ts'

/** Orders between their seal and their outcome: at least so many. */
const KEPT = 10_000

const keyOf = ({ account, commandId }: OrderId) => `${account} ${commandId}`
/** An order with several events is told once. */
const once = (orders: readonly TracedOrder[]) =>
  new Map(orders.map((order) => [keyOf(order), order])).values()

/** Outcomes are told as they come, seals and ticks at the level `debug`. */
export function logObserver({ note, trace }: Pick<Log, 'note' | 'trace'>): Observer {
  const sealed = recent<{ readonly correlationId: string; readonly tick: number }>(KEPT)
  return {
    sealed({ world, tick, orders, durationMs }) {
      for (const order of once(orders)) {
        const { account, commandId, correlationId } = order
        sealed.set(keyOf(order), { correlationId, tick })
        trace({ event: 'seal', correlationId, commandId, account, world, tick, durationMs })
      }
    },
    ran({ world, orders, busyMs, durationMs }) {
      for (const order of once(orders)) {
        const { account, commandId, correlationId } = order
        // Sealed by a server before this one: its tick is in that one's log.
        const tick = sealed.get(keyOf(order))?.tick
        trace({ event: 'tick', correlationId, commandId, account, world, tick, busyMs, durationMs })
        sealed.set(keyOf(order), { correlationId, tick: tick ?? 0 })
      }
    },
    judged(world, { account, commandId, tick, order, done, asked, reason }) {
      const correlationId = sealed.get(keyOf({ account, commandId }))?.correlationId
      note({
        event: 'outcome',
        ...(correlationId === undefined ? {} : { correlationId }),
        ...{ commandId, account, world, tick, order, done, asked, reason },
      })
    },
    // Told by the request's own lines, or by metrics.
    appended() {},
    told() {},
    cut() {},
    kernelLost() {},
    kernelIs() {},
  }
}
