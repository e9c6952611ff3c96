// Which rule an event goes to. Any event applies to any state.

import type { PlayerEvent, SimulationEvent } from '../events.ts'
import { orderCraft, orderMove, startHarvest, stopHarvest } from './hand.ts'
import { tell } from './outcomes.ts'
import {
  claimCells,
  placeStructures,
  releaseCell,
  removeStructures,
  rotateStructure,
  selectRecipe,
} from './placing.ts'
import { enterWorld, leaveWorld } from './players.ts'
import { selectResearch } from './researching.ts'
import type { OrderRef, SimulationState } from './state.ts'
import { transfer } from './transfer.ts'

type HandEvent = Exclude<PlayerEvent, { type: 'WorldEntered' | 'WorldLeft' }>

/** Applies one event at the start of the tick under way. Event types that are no order change nothing. */
export function applyEvent(state: SimulationState, commandId: string, event: SimulationEvent) {
  const ref: OrderRef = { account: event.data.account, commandId, order: event.type }
  switch (event.type) {
    case 'WorldEntered':
      return enterWorld(state, ref, event.data)
    case 'WorldLeft':
      return leaveWorld(state, ref, event.data)
    case 'CellsClaimed':
      return claimCells(state, ref, event.data)
    case 'CellReleased':
      return releaseCell(state, ref, event.data)
    case 'StructuresPlaced':
      return placeStructures(state, ref, event.data)
    case 'StructuresRemoved':
      return removeStructures(state, ref, event.data)
    case 'StructureRotated':
      return rotateStructure(state, ref, event.data)
    case 'RecipeSelected':
      return selectRecipe(state, ref, event.data)
    default:
      return applyHand(state, ref, event)
  }
}

/** What a hand is asked to do only happens where the player is in the world. */
function applyHand(state: SimulationState, ref: OrderRef, event: HandEvent) {
  const player = state.playerByAccount.get(event.data.account)
  if (!player?.here) return tell(state, ref, 0, 1, 'NotEntered')
  switch (event.type) {
    case 'MoveOrdered':
      return orderMove(state, ref, player, event.data)
    case 'HarvestStarted':
      return startHarvest(state, ref, player, event.data)
    case 'HarvestStopped':
      return stopHarvest(state, ref, player)
    case 'CraftOrdered':
      return orderCraft(state, ref, player, event.data)
    case 'TransferOrdered':
      return transfer(state, ref, player, event.data)
    case 'ResearchSelected':
      return selectResearch(state, ref, player, event.data)
  }
}
