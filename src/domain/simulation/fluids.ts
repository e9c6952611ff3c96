// Fluids: machines give to the pipes beside them, pipes equalise edge by edge, machines take from pipes.

import { tickKey } from './random.ts'
import { rotated } from './rotation.ts'
import type { Beside, Network, SimulationState, Structure } from './state.ts'
import { acceptItem, roomFor, takeFromMachine } from './stock.ts'
import { isFluid, prototypeOf, recipeOf } from './tables.ts'

/** Most that passes between a machine and one pipe in a tick. */
const PASSED_AT_ONCE = 4
/** Capacity for which an amount is its own level: a tank of ten times as much rises ten times as slowly. */
const LEVELS = 100

/** One tick of all that flows. */
export function runFluids(state: SimulationState, network: Network) {
  const { fluidSources, pipeEdges, pipes } = network
  if (fluidSources.length + pipeEdges.length + pipes.length === 0) return
  const key = tickKey(state.seed, state.tick)
  for (const source of fluidSources) pourOut(state, source, key)
  for (const [a, b] of pipeEdges) equalise(state, a, b)
  for (const pipe of pipes) serve(state, pipe, key)
}

function pourOut(state: SimulationState, { structure, others }: Beside, key: number) {
  if (structure.load === 0) return
  const item = fluidToGive(structure)
  if (item < 0) return
  for (const pipe of rotated(others, key, structure.cell)) {
    const amount = Math.min(PASSED_AT_ONCE, structure.stock[item]!, roomFor(pipe, item))
    pass(state, structure, pipe, item, amount)
  }
}

function fluidToGive(source: Structure): number {
  if (prototypeOf(source.prototype).kind === 'pump') {
    return source.stock.findIndex((count) => count > 0)
  }
  const outputs = recipeOf(source.recipe)?.outputs ?? []
  return outputs.find(({ item }) => isFluid[item] === 1 && source.stock[item]! > 0)?.item ?? -1
}

const levelOf = (pipe: Structure) =>
  Math.floor((pipe.load * LEVELS) / prototypeOf(pipe.prototype).capacity)

/**
 * An eighth of the difference in level flows, at least 1 where it is 2 or more. Edges go one after the other,
 * ascending, on what is there by then: so nothing is ever overdrawn, and no pipe overflows.
 */
function equalise(state: SimulationState, a: Structure, b: Structure) {
  if (a.fluid === b.fluid ? a.fluid < 0 : a.fluid >= 0 && b.fluid >= 0) return
  const difference = levelOf(a) - levelOf(b)
  const size = Math.abs(difference)
  if (size < 2) return
  const amount = Math.max(1, size >> 3)
  if (difference > 0) pass(state, a, b, a.fluid, amount)
  else pass(state, b, a, b.fluid, amount)
}

/** A pipe serves the machines beside it that want what it holds, in rotation. */
function serve(state: SimulationState, { structure: pipe, others }: Beside, key: number) {
  if (pipe.load === 0) return
  for (const machine of rotated(others, key, pipe.cell)) {
    if (pipe.load === 0) return
    const item = pipe.fluid
    pass(state, pipe, machine, item, Math.min(PASSED_AT_ONCE, pipe.load, roomFor(machine, item)))
  }
}

function pass(
  state: SimulationState,
  from: Structure,
  to: Structure,
  item: number,
  amount: number,
) {
  if (amount <= 0) return
  takeFromMachine(state, from, item, amount)
  acceptItem(state, to, item, amount)
}
