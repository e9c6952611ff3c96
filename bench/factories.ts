// A planet covered with small working factories, for benchmarks.

import { depositCode, INEXHAUSTIBLE, terrainCode } from '../src/domain/generation/codes.ts'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { step } from '../src/domain/grid/step.ts'
import { itemCode } from '../src/domain/items.ts'
import { createState, type SimulationState } from '../src/domain/simulation/state.ts'
import { tick } from '../src/domain/simulation/tick.ts'

const KINDS = ['drill', ...Array<string>(8).fill('belt'), 'kiln', 'belt', 'belt', 'depot']

/** Up to `wanted` lines of drill, belts, kiln, belts and depot, spread evenly, all at work. */
export function factories(
  n: number,
  wanted: number,
): { readonly state: SimulationState; readonly structures: number } {
  const state = createState({ seed: 1, n })
  tick(state, [
    { commandId: 'enter', event: { type: 'WorldEntered', data: { account: 'ann', landing: 0 } } },
  ])
  for (const item of ['plate', 'gear', 'silica']) {
    state.players[0]!.inventory[itemCode(item)] = 1_000_000
  }
  const apart = Math.floor(cellCount(n) / wanted)
  for (let factory = 0; factory < wanted; factory++)
    placeFactory(state, factory * apart, factory % 6)
  for (let count = 0; count < 200; count++) tick(state, [])
  return { state, structures: state.structures.size }
}

function placeFactory(state: SimulationState, start: number, direction: number) {
  const structures: { cell: number; prototype: string; direction: number }[] = []
  let at = { cell: start, direction }
  for (const prototype of KINDS) {
    if (state.structures.has(at.cell)) return
    structures.push({ ...at, prototype })
    const next = step(state.n, at.cell, at.direction)
    if (!next) return
    at = next
  }
  state.terrain[start] = terrainCode.grass
  state.deposit[start] = depositCode.iron
  state.amount[start] = INEXHAUSTIBLE
  const account = 'ann'
  const kiln = structures.find(({ prototype }) => prototype === 'kiln')!.cell
  tick(state, [
    { commandId: 'place', event: { type: 'StructuresPlaced', data: { account, structures } } },
    {
      commandId: 'select',
      event: { type: 'RecipeSelected', data: { account, cell: kiln, recipe: 'plate' } },
    },
  ])
}
