// Deposits: counted in units of 256 items. The opened unit's rest stays with the cell.

import { INEXHAUSTIBLE } from '../generation/codes.ts'
import type { SimulationState } from './state.ts'
import { markCell } from './state.ts'
import { produce } from './statistics.ts'
import { dugItem } from './tables.ts'

export const ITEMS_PER_UNIT = 256
/** The last unit never ends, but a drill on it takes this many times as long. */
export const TRICKLE_SLOWNESS = 8

/** The item that can be dug from a cell, or -1 where there is none. */
export const itemBeneath = (state: SimulationState, cell: number): number =>
  state.amount[cell]! > 0 ? dugItem[state.deposit[cell]!]! : -1

/** True where only the last unit is left, which gives for ever, slowly. */
export const isTrickle = (state: SimulationState, cell: number): boolean =>
  state.amount[cell] === 1 && (state.opened.get(cell) ?? 0) === 0

/** Digs one item out of a cell where `itemBeneath` is one, for the player of index `by`. */
export function dig(state: SimulationState, cell: number, by: number) {
  produce(state, by, itemBeneath(state, cell), 1)
  const left = state.opened.get(cell) ?? 0
  if (left > 1) state.opened.set(cell, left - 1)
  else if (left === 1) state.opened.delete(cell)
  else openUnit(state, cell)
}

function openUnit(state: SimulationState, cell: number) {
  const amount = state.amount[cell]!
  if (amount === 1 || amount === INEXHAUSTIBLE) return
  state.amount[cell] = amount - 1
  state.opened.set(cell, ITEMS_PER_UNIT - 1)
  markCell(state, cell)
}
