// A planet of grass and nothing else, and a straight line of cells on it, far from any pentagon, for exact scenes.

import { depositCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'
import { enrich, enter, fill, line, place, run, teach } from './planet.ts'

export const N = 8
const LINE = line(N, 344, 0, 8)!
type Cells = readonly [number, number, number, number, number, number, number, number]
/** In order. */
export const row = LINE.map(({ cell }) => cell) as unknown as Cells
/** Directions along the line. */
export const ahead = LINE[0]!.direction
export const back = (ahead + 3) % 6

/** Two rich players, ann and bob, stand on its third cell and know everything. */
export function meadow(seed = 5): SimulationState {
  const state = createState({ seed, n: N })
  state.terrain.fill(terrainCode.grass)
  state.deposit.fill(depositCode.none)
  for (const plane of ['amount', 'life', 'mass', 'crystalBed'] as const) state[plane].fill(0)
  run(state, [enter('ann', row[2]), enter('bob', row[2])])
  for (const account of ['ann', 'bob']) {
    teach(state, account)
    enrich(state, account)
  }
  return state
}

/** `meadow` with a fed generator on the first cell of the line and a pole on the second. */
export function powered(): SimulationState {
  const state = meadow()
  run(state, [place('ann', [row[0], 'generator', 0], [row[1], 'pole', 0])])
  fill(state, row[0], 'coal', 10)
  return state
}

/** Puts ore under cells, so many units of it. */
export function iron(state: SimulationState, at: readonly number[], amount = 100) {
  for (const cell of at) {
    state.deposit[cell] = depositCode.iron
    state.amount[cell] = amount
  }
}
