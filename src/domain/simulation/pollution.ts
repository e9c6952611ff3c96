// Pollution is conserved: it flows along edges, and every unit that comes or goes is counted.

import type { SimulationState } from './state.ts'
import { markCell, playerAt } from './state.ts'

const MOST = 0xffff
/** Of 256: how often the ground takes a unit from a polluted cell, an ecology step. */
const SINK_CHANCE = 6

/** Adds what a machine of the player of index `by` gives off: only what fits comes into being, and that is counted. */
export function emit(state: SimulationState, cell: number, units: number, by = 0) {
  const fits = Math.min(units, MOST - state.pollution[cell]!)
  if (fits <= 0) return
  state.pollution[cell]! += fits
  state.balance.pollutionEmitted += fits
  const player = playerAt(state, by)
  if (player) player.statistics.pollution += fits
  markCell(state, cell)
}

/**
 * What a cell with `pollution` sends across each of its edges, 0..3. The random byte lets thin pollution
 * flow too; a sixth at most, so that six edges never send more than there is. A cell that could overflow
 * sends 3 along each edge, and at most that much comes back: so nothing ever overflows.
 */
export const fluxOf = (pollution: number, random: number): number =>
  Math.min(3, (pollution + (random & 63)) >> 6, Math.trunc(pollution / 6))

/** What the ground takes from a cell, 0 or 1, by a random byte. */
export const groundSink = (pollution: number, random: number): number =>
  pollution > 0 && (random & 255) < SINK_CHANCE ? 1 : 0
