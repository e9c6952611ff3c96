// Moving items between a player's hand and a structure in reach, at once.

import type { PlayerEvent } from '../events.ts'
import { itemCode } from '../items.ts'
import { inReach } from './hand.ts'
import { give, INVENTORY_LIMIT, take } from './inventory.ts'
import { clampCount, reasonFor, tell } from './outcomes.ts'
import type { OrderRef, Player, SimulationState, Structure } from './state.ts'
import { acceptItem, roomFor, takeFromMachine } from './stock.ts'
import { isFluid } from './tables.ts'

type Transfer = Extract<PlayerEvent, { type: 'TransferOrdered' }>['data']

export function transfer(state: SimulationState, ref: OrderRef, player: Player, data: Transfer) {
  const { cell, count: asked } = data
  if (!inReach(state, player, cell)) return tell(state, ref, 0, asked, 'OutOfReach', cell)
  const structure = state.structures.get(cell)
  if (!structure || structure.blueprint) return tell(state, ref, 0, asked, 'NoStructure', cell)
  if (structure.owner !== player.index) return tell(state, ref, 0, asked, 'NotYours', cell)
  const item = itemCode(data.item)
  // No hand holds a fluid.
  const count = item < 0 || isFluid[item] === 1 ? 0 : clampCount(asked, INVENTORY_LIMIT)
  if (count === 0) return tell(state, ref, 0, asked, 'NothingThere', cell)
  if (data.way === 'put') put(state, ref, player, structure, item, count, asked)
  else takeOut(state, ref, player, structure, item, count, asked)
}

function put(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  structure: Structure,
  item: number,
  count: number,
  asked: number,
) {
  const held = player.inventory[item]!
  const room = roomFor(structure, item)
  const done = take(state, player, item, Math.min(count, room))
  if (done > 0) acceptItem(state, structure, item, done)
  const otherwise = held === 0 ? 'MissingMaterials' : 'NoRoom'
  tell(state, ref, done, asked, reasonFor(done, asked, otherwise), structure.cell)
}

function takeOut(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  structure: Structure,
  item: number,
  count: number,
  asked: number,
) {
  const there = structure.stock[item] ?? 0
  const done = give(state, player, item, Math.min(count, there))
  if (done > 0) takeFromMachine(state, structure, item, done)
  const otherwise = there === 0 ? 'NothingThere' : 'NoRoom'
  tell(state, ref, done, asked, reasonFor(done, asked, otherwise), structure.cell)
}
