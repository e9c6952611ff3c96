// A player in a world: come and gone, and the orders of their own hand. What an order comes to is the
// simulation's to judge, so an order is accepted from whoever is there, and again when it is given again.

import type { PlayerCommand } from './commands.ts'
import { type Decider, type Decision, type Refusal, refuse } from './decider.ts'
import type { Cell, PlayerEvent } from './events.ts'
import { landingCell } from './generation/landing.ts'
import { generateCell, isWater } from './generation/terrain.ts'
import { recipeNamed } from './recipes.ts'
import { researchNamed } from './research.ts'

export type Player = {
  readonly here: boolean
  /** Where they first landed; undefined for somebody who was never here. */
  readonly landing: Cell | undefined
  /** Whether a harvest was started and not stopped; the simulation may have ended it since. */
  readonly harvesting: boolean
}

export const player: Decider<PlayerCommand, PlayerEvent, Player> = {
  initial: () => ({ here: false, landing: undefined, harvesting: false }),
  fork: (state) => state,

  evolve(state, event) {
    switch (event.type) {
      case 'WorldEntered':
        return { here: true, landing: event.data.landing, harvesting: false }
      case 'WorldLeft':
        return { ...state, here: false, harvesting: false }
      case 'HarvestStarted':
        return { ...state, harvesting: true }
      case 'HarvestStopped':
        return { ...state, harvesting: false }
      case 'MoveOrdered':
      case 'CraftOrdered':
      case 'TransferOrdered':
      case 'ResearchSelected':
        return state
    }
  },

  decide(command, state): Decision<PlayerEvent> {
    if (command.type === 'EnterWorld') return enter(command, state)
    const { account } = command
    if (command.type === 'LeaveWorld' && !state.here && state.landing !== undefined) return []
    const absent = mustBeHere(state)
    if (absent) return absent
    switch (command.type) {
      case 'LeaveWorld':
        return [{ type: 'WorldLeft', data: { account } }]
      case 'MovePlayer':
        return [{ type: 'MoveOrdered', data: { account, path: command.path } }]
      case 'StartHarvest':
        return [{ type: 'HarvestStarted', data: { account, cell: command.cell } }]
      case 'StopHarvest':
        return state.harvesting ? [{ type: 'HarvestStopped', data: { account } }] : []
      case 'Craft': {
        const { recipe, count } = command
        if (recipeNamed(recipe)?.byHand !== true)
          return refuse('NoSuchRecipe', `nothing called ${recipe} is made by hand`)
        return [{ type: 'CraftOrdered', data: { account, recipe, count } }]
      }
      case 'Transfer': {
        const { cell, item, count, way } = command
        return [{ type: 'TransferOrdered', data: { account, cell, item, count, way } }]
      }
      case 'SelectResearch': {
        const { research } = command
        if (researchNamed(research) === undefined)
          return refuse('NoSuchResearch', `there is no research called ${research}`)
        return [{ type: 'ResearchSelected', data: { account, research } }]
      }
      case 'Say':
        return []
    }
  },
}

/** Who comes back comes back to where they landed first, so that leaving and entering is no way to travel. */
function enter(
  command: Extract<PlayerCommand, { type: 'EnterWorld' }>,
  state: Player,
): Decision<PlayerEvent> {
  if (state.here) return []
  const { account, seed, n, chance } = command
  const landing = state.landing ?? command.landing ?? landingCell(seed, n, chance)
  if (landing === command.landing && isWater(generateCell(seed, n, landing).terrain))
    return refuse('NotBuildable', `cell ${landing} is water: land on land`, [
      { cell: landing, refused: 'NotBuildable' },
    ])
  return [{ type: 'WorldEntered', data: { account, landing } }]
}

/** The refusal for somebody who is not in the world, or undefined if they are. */
export const mustBeHere = (state: Player): Refusal | undefined =>
  state.here ? undefined : refuse('NotInWorld', 'enter the world first')
