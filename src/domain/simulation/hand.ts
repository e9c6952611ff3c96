// What a player does by hand, over time: walking, harvesting, crafting.

import type { PlayerEvent } from '../events.ts'
import { isWater } from '../generation/terrain.ts'
import { distanceWithin } from '../grid/distance.ts'
import { isCell } from '../grid/lattice.ts'
import { DIRECTIONS, neighbour } from '../grid/neighbours.ts'
import type { OutcomeReason } from '../outcome.ts'
import { recipeCode } from '../recipes.ts'
import { dig, itemBeneath } from './deposits.ts'
import { earn, give, holds, INVENTORY_LIMIT, spend } from './inventory.ts'
import { cut } from './living.ts'
import { clampCount, reasonFor, tell } from './outcomes.ts'
import { extraReach, isResearched } from './researching.ts'
import type { OrderRef, Player, SimulationState } from './state.ts'
import { markPlayer } from './state.ts'
import { livingItem, recipeOf } from './tables.ts'

/** How far a hand reaches, in steps. */
export const REACH = 3
const TICKS_PER_STEP = 4
const TICKS_PER_HARVEST = 10
export const LONGEST_PATH = 64
const MOST_CRAFTS = 1000
const CRAFT_QUEUE = 8

type Data<Type extends PlayerEvent['type']> = Extract<PlayerEvent, { type: Type }>['data']

export const inReach = (state: SimulationState, player: Player, cell: number): boolean =>
  isCell(state.n, cell) &&
  distanceWithin(state.n, player.cell, cell, REACH + extraReach(player)) !== undefined

export function orderMove(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  data: Data<'MoveOrdered'>,
) {
  endMove(state, player, 'Interrupted')
  const asked = data.path.length
  const path = data.path.slice(0, LONGEST_PATH).map(directionOrNone)
  player.move = { ref, path, asked, done: 0 }
  markPlayer(state, player)
}

/** A direction 0..5 as an order means it; what is none is 6. */
export const directionOrNone = (direction: number) =>
  Number.isInteger(direction) && direction >= 0 && direction < DIRECTIONS
    ? Math.abs(direction)
    : DIRECTIONS

function endMove(state: SimulationState, player: Player, otherwise: OutcomeReason) {
  const { move } = player
  if (!move) return
  player.move = undefined
  markPlayer(state, player)
  tell(state, move.ref, move.done, move.asked, otherwise, player.cell)
}

function walk(state: SimulationState, player: Player) {
  const { move } = player
  if (!move) return
  if (move.done < move.path.length) {
    if (state.tick < player.nextStepTick) return
    const next = nextCell(state, player.cell, move.path[move.done]!)
    if (next < 0) return endMove(state, player, 'Blocked')
    player.cell = next
    player.nextStepTick = state.tick + TICKS_PER_STEP
    move.done++
    markPlayer(state, player)
  }
  if (move.done >= move.path.length) {
    endMove(state, player, reasonFor(move.done, move.asked, 'Partly'))
  }
}

/** Where a step leads; -1 into the sea, and where a pentagon lacks the direction. */
function nextCell(state: SimulationState, cell: number, direction: number): number {
  if (direction >= DIRECTIONS) return -1
  const next = neighbour(state.n, cell, direction)
  return next >= 0 && !isWater(state.terrain[next]!) ? next : -1
}

export function startHarvest(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  data: Data<'HarvestStarted'>,
) {
  endHarvest(state, player, 'Interrupted')
  player.harvest = { ref, cell: data.cell, done: 0, nextTick: state.tick + TICKS_PER_HARVEST }
  const hindrance = whyNoHarvest(state, player, data.cell)
  if (hindrance) endHarvest(state, player, hindrance)
  markPlayer(state, player)
}

export function stopHarvest(state: SimulationState, ref: OrderRef, player: Player) {
  const stopped = player.harvest
  endHarvest(state, player, 'Done')
  tell(state, ref, stopped ? 1 : 0, 1, stopped ? 'Done' : 'NothingThere')
}

/** A harvest has no end of its own: `asked` is what was done, or 1 where that is nothing. */
function endHarvest(state: SimulationState, player: Player, reason: OutcomeReason) {
  const { harvest } = player
  if (!harvest) return
  player.harvest = undefined
  markPlayer(state, player)
  tell(state, harvest.ref, harvest.done, Math.max(1, harvest.done), reason, harvest.cell)
}

/** The item that a hand gets from a cell: what lives there first, then the deposit; -1 for none. */
const harvestItem = (state: SimulationState, cell: number): number =>
  state.mass[cell]! > 0 ? livingItem[state.life[cell]!]! : itemBeneath(state, cell)

function whyNoHarvest(
  state: SimulationState,
  player: Player,
  cell: number,
): OutcomeReason | undefined {
  if (!inReach(state, player, cell)) return 'OutOfReach'
  const owner = state.owner[cell]!
  if (owner !== 0 && owner !== player.index) return 'NotYours'
  const item = harvestItem(state, cell)
  if (item < 0) return 'NothingThere'
  return player.inventory[item]! < INVENTORY_LIMIT ? undefined : 'NoRoom'
}

function harvest(state: SimulationState, player: Player) {
  const { harvest } = player
  if (!harvest || state.tick < harvest.nextTick) return
  const { cell } = harvest
  const hindrance = whyNoHarvest(state, player, cell)
  if (hindrance) {
    return endHarvest(
      state,
      player,
      hindrance === 'NothingThere' && harvest.done > 0 ? 'Done' : hindrance,
    )
  }
  const item = harvestItem(state, cell)
  if (state.mass[cell]! > 0) cut(state, cell, item, player.index)
  else dig(state, cell, player.index)
  give(state, player, item, 1)
  harvest.done++
  harvest.nextTick = state.tick + TICKS_PER_HARVEST
}

export function orderCraft(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  data: Data<'CraftOrdered'>,
) {
  const recipe = recipeCode(data.recipe)
  const asked = clampCount(data.count, Number.MAX_SAFE_INTEGER)
  const count = Math.min(asked, MOST_CRAFTS)
  const known = recipeOf(recipe)
  if (count === 0 || !known?.byHand) return tell(state, ref, 0, asked, 'NothingThere')
  if (!isResearched(player, known.research)) {
    return tell(state, ref, 0, asked, 'NotResearched')
  }
  if (player.crafts.length >= CRAFT_QUEUE) return tell(state, ref, 0, asked, 'NoRoom')
  player.crafts.push({ ref, recipe, asked, count, done: 0, ticksLeft: 0 })
  markPlayer(state, player)
}

/** Works at the first order of the queue; an order that lacks materials ends. */
function craft(state: SimulationState, player: Player) {
  const order = player.crafts[0]
  if (!order) return
  const recipe = recipeOf(order.recipe)!
  if (order.ticksLeft === 0) {
    if (!holds(player, recipe.inputs)) return endCraft(state, player, 'MissingMaterials')
    spend(state, player, recipe.inputs)
    for (const { item, count } of recipe.inputs) player.statistics.consumed[item]! += count
    order.ticksLeft = recipe.ticks
  }
  order.ticksLeft--
  if (order.ticksLeft > 0) return
  earn(state, player, recipe.outputs)
  for (const { item, count } of recipe.outputs) player.statistics.produced[item]! += count
  order.done++
  markPlayer(state, player)
  if (order.done >= order.count) {
    endCraft(state, player, reasonFor(order.done, order.asked, 'Partly'))
  }
}

function endCraft(state: SimulationState, player: Player, reason: OutcomeReason) {
  const order = player.crafts.shift()!
  if (order.ticksLeft > 0) {
    const { inputs } = recipeOf(order.recipe)!
    earn(state, player, inputs)
    for (const { item, count } of inputs) player.statistics.consumed[item]! -= count
  }
  markPlayer(state, player)
  tell(state, order.ref, order.done, order.asked, reason)
}

/** Ends all that the hand does; materials of an unfinished craft come back. */
export function giveUpHand(state: SimulationState, player: Player) {
  endMove(state, player, 'Interrupted')
  endHarvest(state, player, 'Interrupted')
  while (player.crafts.length > 0) endCraft(state, player, 'Interrupted')
}

/** One tick of every player's hand, by index. */
export function runHands(state: SimulationState) {
  for (const player of state.players) {
    if (!player.here) continue
    walk(state, player)
    harvest(state, player)
    craft(state, player)
  }
}
