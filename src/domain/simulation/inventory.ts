// What a player holds: counters by item, no slots, each up to a bound.

import type { Player, SimulationState } from './state.ts'
import { markPlayer } from './state.ts'
import { type Amounts, isFluid } from './tables.ts'

/** Most of one item that a player can hold. */
export const INVENTORY_LIMIT = 1_000_000_000

/** Adds up to `count` of an item and returns how many fitted. */
export function give(state: SimulationState, player: Player, item: number, count: number): number {
  const fits = Math.min(count, INVENTORY_LIMIT - player.inventory[item]!)
  if (fits <= 0) return 0
  player.inventory[item]! += fits
  state.mayBuild.add(player.index)
  markPlayer(state, player)
  return fits
}

/** Takes up to `count` of an item and returns how many there were. */
export function take(state: SimulationState, player: Player, item: number, count: number): number {
  const taken = Math.min(count, player.inventory[item]!)
  if (taken <= 0) return 0
  player.inventory[item]! -= taken
  markPlayer(state, player)
  return taken
}

export const holds = (player: Player, amounts: Amounts): boolean =>
  amounts.every(({ item, count }) => player.inventory[item]! >= count)

/** Takes a cost out of the world; the player must hold it. */
export function spend(state: SimulationState, player: Player, amounts: Amounts) {
  for (const { item, count } of amounts) {
    state.balance.used[item]! += take(state, player, item, count)
  }
}

/** Brings items into the world, into the player's hands; a fluid and what does not fit does not come to be. */
export function earn(state: SimulationState, player: Player, amounts: Amounts) {
  for (const { item, count } of amounts) {
    if (isFluid[item] === 0) state.balance.made[item]! += give(state, player, item, count)
  }
}

/** Gives back items that exist already; a fluid and what does not fit is lost, and counted as used. */
export function giveBack(state: SimulationState, player: Player, item: number, count: number) {
  const fitted = isFluid[item] === 1 ? 0 : give(state, player, item, count)
  state.balance.used[item]! += count - fitted
}
