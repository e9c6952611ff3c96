// Power: what poles connect shares what its generators give, and generators burn as fast as that is asked for.

import { emit } from './pollution.ts'
import type { Grid, Network, SimulationState, Structure } from './state.ts'
import { setStatus } from './state.ts'
import { consume } from './statistics.ts'
import { takeFromMachine } from './stock.ts'
import { prototypeOf } from './tables.ts'

/** Full satisfaction, and the work of one tick at full speed. */
export const FULL = 256

/** Sets each grid's satisfaction for the tick, from the machines that work in it, and burns what that takes. */
export function sharePower(
  state: SimulationState,
  network: Network,
  working: readonly Structure[],
) {
  if (network.grids.length === 0) return
  for (const grid of network.grids) grid.demand = 0
  for (const machine of working) {
    const grid = network.gridOf.get(machine.cell)
    if (grid) grid.demand += prototypeOf(machine.prototype).power
  }
  for (const grid of network.grids) runGrid(state, grid)
}

function runGrid(state: SimulationState, grid: Grid) {
  grid.satisfaction = 0
  if (grid.demand === 0) {
    for (const generator of grid.generators) setStatus(state, generator, 'idle')
    return
  }
  const lit = grid.generators.filter(
    (generator) => generator.workLeft > 0 || light(state, generator),
  )
  const supply = lit.reduce((sum, { prototype }) => sum + prototypeOf(prototype).supply, 0)
  if (supply === 0) return
  grid.satisfaction = Math.min(FULL, Math.floor((FULL * supply) / grid.demand))
  const load = Math.min(FULL, Math.ceil((FULL * grid.demand) / supply))
  for (const generator of lit) burn(state, generator, load)
}

/** Begins to burn the first fuel of the table that is there. */
function light(state: SimulationState, generator: Structure): boolean {
  const { burns } = prototypeOf(generator.prototype)
  const fuel = burns.find(({ item }) => generator.stock[item]! > 0)
  if (!fuel) {
    setStatus(state, generator, 'starved')
    return false
  }
  takeFromMachine(state, generator, fuel.item)
  consume(state, generator.owner, fuel.item, 1)
  generator.workLeft = fuel.count * FULL
  generator.startTick = state.tick
  generator.duration = fuel.count
  return true
}

function burn(state: SimulationState, generator: Structure, load: number) {
  setStatus(state, generator, 'working')
  generator.workLeft = Math.max(0, generator.workLeft - load)
  if (generator.workLeft > 0) return
  emit(state, generator.cell, prototypeOf(generator.prototype).pollution, generator.owner)
}
