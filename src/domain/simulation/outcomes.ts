// How the rules tell what came of an order.

import type { OutcomeReason } from '../outcome.ts'
import type { OrderRef, SimulationState } from './state.ts'

/** Adds an outcome to the tick under way; its index is its place within the tick. */
export function tell(
  state: SimulationState,
  ref: OrderRef,
  done: number,
  asked: number,
  reason: OutcomeReason,
  cell?: number,
) {
  const outcome = {
    tick: state.tick,
    index: state.outcomes.length,
    account: ref.account,
    commandId: ref.commandId,
    order: ref.order,
    done,
    asked: clampCount(asked, Number.MAX_SAFE_INTEGER),
    reason,
  }
  state.outcomes.push(cell === undefined ? outcome : { ...outcome, cell })
}

/** `Done` when all was done, `Partly` when some was, else why none was. */
export const reasonFor = (done: number, asked: number, otherwise: OutcomeReason): OutcomeReason => {
  if (done >= asked) return 'Done'
  return done > 0 ? 'Partly' : otherwise
}

/** A count as an order means it: a whole number from 0 to `most`; what is no number counts as 0. */
export function clampCount(count: number, most: number): number {
  if (!(count > 0)) return 0
  return Math.min(Math.floor(count), most)
}
