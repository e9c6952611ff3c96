// Who made and used up what: every source and sink of items is counted for the world and for its player.

import type { SimulationState } from './state.ts'
import { playerAt } from './state.ts'

/** Items come into being by the work of the player of index `by`. */
export function produce(state: SimulationState, by: number, item: number, count: number) {
  state.balance.made[item]! += count
  const player = playerAt(state, by)
  if (player) player.statistics.produced[item]! += count
}

/** Items are used up by the work of the player of index `by`. */
export function consume(state: SimulationState, by: number, item: number, count: number) {
  state.balance.used[item]! += count
  const player = playerAt(state, by)
  if (player) player.statistics.consumed[item]! += count
}

/** Work that was given up used nothing: for inputs that come back. */
export function unconsume(state: SimulationState, by: number, item: number, count: number) {
  const player = playerAt(state, by)
  if (player) player.statistics.consumed[item]! -= count
}
