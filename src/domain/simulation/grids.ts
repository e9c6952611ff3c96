// Which poles belong together, and what hangs on them: the connected components of power.

import { cellsWithin } from '../grid/distance.ts'
import type { Grid, SimulationState, Structure } from './state.ts'
import { prototypeOf } from './tables.ts'

/** Steps from a pole to the machines and generators that it serves. */
export const POLE_SERVES = 2

/** The grids in the order of their lowest poles; what two grids reach belongs to that of the lower pole. */
export function gridsOf(state: SimulationState, built: readonly Structure[]) {
  const poles = built.filter(({ prototype }) => prototypeOf(prototype).kind === 'pole')
  const gridOf = new Map<number, Grid>()
  const grids: Grid[] = []
  const placed = new Set<number>()
  for (const pole of poles) {
    if (placed.has(pole.cell)) continue
    const connected = connectedTo(state, pole, placed)
    const generators: Structure[] = []
    const grid: Grid = { generators, demand: 0, satisfaction: 0 }
    for (const each of connected) hangOn(state, each, grid, generators, gridOf)
    generators.sort((a, b) => a.cell - b.cell)
    grids.push(grid)
  }
  return { grids, gridOf }
}

/** The built structures of the same owner within some steps of a pole. */
function near(state: SimulationState, pole: Structure, reach: number): Structure[] {
  return cellsWithin(state.n, pole.cell, reach).flatMap((cell) => {
    const structure = state.structures.get(cell)
    return structure && !structure.blueprint && structure.owner === pole.owner ? [structure] : []
  })
}

function connectedTo(state: SimulationState, first: Structure, placed: Set<number>): Structure[] {
  const connected = [first]
  placed.add(first.cell)
  for (const pole of connected) {
    const { kind, reach } = prototypeOf(pole.prototype)
    for (const other of near(state, pole, reach)) {
      if (prototypeOf(other.prototype).kind !== kind || placed.has(other.cell)) continue
      placed.add(other.cell)
      connected.push(other)
    }
  }
  return connected
}

function hangOn(
  state: SimulationState,
  pole: Structure,
  grid: Grid,
  generators: Structure[],
  gridOf: Map<number, Grid>,
) {
  for (const structure of near(state, pole, POLE_SERVES)) {
    const { power, supply } = prototypeOf(structure.prototype)
    if (power + supply === 0 || gridOf.has(structure.cell)) continue
    gridOf.set(structure.cell, grid)
    if (supply > 0) generators.push(structure)
  }
}
