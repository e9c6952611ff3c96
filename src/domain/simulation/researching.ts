// What a player knows, and the laboratories' work at what they do not know yet.

import type { PlayerEvent } from '../events.ts'
import { CLAIM_LIMIT, researchCode } from '../research.ts'
import { tell } from './outcomes.ts'
import type { OrderRef, Player, SimulationState } from './state.ts'
import { markPlayer } from './state.ts'
import { compiledResearches, researchOf } from './tables.ts'

/** Whether a player knows the research of a code; code 0 everybody knows. */
export function isResearched(player: Player, code: number): boolean {
  const research = researchOf(code)
  return research === undefined || player.units[code - 1]! >= research.units
}

const known = (player: Player) =>
  compiledResearches.filter((_, index) => isResearched(player, index + 1))

/** Names of what a player knows, in the order of the table. */
export const researchedNames = (player: Player): string[] => known(player).map(({ name }) => name)

/** Steps that a player's hand reaches beyond anybody's. */
export const extraReach = (player: Player): number =>
  known(player).reduce((sum, { reach }) => sum + reach, 0)

/** How many cells a player may hold. */
export const claimLimitOf = (player: Player): number =>
  known(player).reduce((sum, { claims }) => sum + claims, CLAIM_LIMIT)

type Selected = Extract<PlayerEvent, { type: 'ResearchSelected' }>['data']

/** From now on the player's laboratories work at it; units done of another are kept. */
export function selectResearch(
  state: SimulationState,
  ref: OrderRef,
  player: Player,
  data: Selected,
) {
  const code = researchCode(data.research)
  const research = researchOf(code)
  if (!research || isResearched(player, code)) return tell(state, ref, 0, 1, 'NothingThere')
  if (!research.requires.every((required) => isResearched(player, required))) {
    return tell(state, ref, 0, 1, 'NotResearched')
  }
  player.research = code
  wakeStructures(state, player)
  markPlayer(state, player)
  tell(state, ref, 1, 1, 'Done')
}

/** A laboratory finished a unit. */
export function learnUnit(state: SimulationState, player: Player, code: number) {
  player.units[code - 1]! += 1
  markPlayer(state, player)
  if (!isResearched(player, code)) return
  if (player.research === code) player.research = 0
  state.mayBuild.add(player.index)
  wakeStructures(state, player)
}

/** What a player learns, or a laboratory that gives its unit up, can be what a machine waits for. */
export function wakeStructures(state: SimulationState, player: Player) {
  for (const structure of state.structures.values()) {
    if (structure.owner === player.index) structure.asleep = false
  }
}
