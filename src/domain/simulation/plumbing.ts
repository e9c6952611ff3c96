// What stands beside what: pipes and their neighbours, depots and the machines around them.

import type { PrototypeKind } from '../prototypes.ts'
import type { Beside, SimulationState, Structure } from './state.ts'
import { prototypeOf } from './tables.ts'

const kindOf = ({ prototype }: Structure) => prototypeOf(prototype).kind

/** The neighbours by direction that are built and belong to the same owner. */
function neighbours(state: SimulationState, { cell, owner }: Structure): Structure[] {
  const found: Structure[] = []
  for (let at = 6 * cell; at < 6 * cell + 6; at++) {
    const other = state.structures.get(state.around[at]!)
    if (other && !other.blueprint && other.owner === owner) found.push(other)
  }
  return found
}

/** The structures of a kind that have neighbours of the other kinds, with those. */
export function besides(
  state: SimulationState,
  built: readonly Structure[],
  kind: PrototypeKind,
  otherKinds: readonly PrototypeKind[],
): Beside[] {
  return built
    .filter((structure) => kindOf(structure) === kind)
    .map((structure) => ({
      structure,
      others: neighbours(state, structure).filter((other) => otherKinds.includes(kindOf(other))),
    }))
    .filter(({ others }) => others.length > 0)
}

/**
 * A crafter pours only into the pipe behind it: else its water could get into the pipe that brings brine, in a
 * tick in which that one is empty, and nothing would flow there any more.
 */
function drain(state: SimulationState, { structure, others }: Beside): Beside[] {
  const behind = state.around[6 * structure.cell + ((structure.direction + 3) % 6)]
  const drains = others.filter(({ cell }) => cell === behind)
  return drains.length > 0 ? [{ structure, others: drains }] : []
}

/** What the flow of fluids needs to know; `built` ascends by cell, and so does all that follows from it. */
export function plumbing(state: SimulationState, built: readonly Structure[]) {
  const pipeEdges = besides(state, built, 'pipe', ['pipe']).flatMap(({ structure, others }) =>
    others
      .filter((other) => other.cell > structure.cell)
      .map((other): readonly [Structure, Structure] => [structure, other]),
  )
  const fluidSources = [
    ...besides(state, built, 'pump', ['pipe']),
    ...besides(state, built, 'crafter', ['pipe']).flatMap((beside) => drain(state, beside)),
  ].sort((a, b) => a.structure.cell - b.structure.cell)
  return { pipeEdges, fluidSources, pipes: besides(state, built, 'pipe', ['crafter']) }
}
