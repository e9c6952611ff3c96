// Cutting what lives, by hand or by a harvester, and fertilising it.

import type { SimulationState } from './state.ts'
import { markCell } from './state.ts'
import { produce } from './statistics.ts'

/** Ecology steps for which fertiliser works. */
const FERTILE_STEPS = 255
/** A cell is fertilised again when no more steps than this are left. */
const FERTILE_REST = 32

/** Takes one of the living mass of a cell, as `item`, for the player of index `by`. */
export function cut(state: SimulationState, cell: number, item: number, by: number) {
  state.mass[cell]! -= 1
  if (state.mass[cell] === 0) state.life[cell] = 0
  produce(state, by, item, 1)
  markCell(state, cell)
}

/** Fertilises those of `cells` where something lives. Returns whether any needed it. */
export function fertilise(state: SimulationState, cells: readonly number[]): boolean {
  const living = cells.filter((cell) => state.mass[cell]! > 0)
  if (!living.some((cell) => state.fertility[cell]! <= FERTILE_REST)) return false
  for (const cell of living) {
    state.fertility[cell] = FERTILE_STEPS
    markCell(state, cell)
  }
  return true
}
