// A harvester's job: one unit of what lives in its reach, a kind after the other, and the young are left.

import { cellsWithin } from '../grid/distance.ts'
import { LIFE_KINDS } from './life.ts'
import { cut, fertilise } from './living.ts'
import type { SimulationState, Structure } from './state.ts'
import { consume } from './statistics.ts'
import { acceptItem, takeFromMachine } from './stock.ts'
import { FERTILISER, livingItem, prototypeOf } from './tables.ts'

/** A harvester leaves this mass standing, so that the patch grows again. */
export const LEFT_STANDING = 32

/** Cuts one of the kind whose turn it is, or of the next that there is. Returns whether it did. */
export function runHarvest(state: SimulationState, harvester: Structure): boolean {
  const { cell, owner, prototype } = harvester
  // Its owner's land and nobody's: never that of others.
  const cells = cellsWithin(state.n, cell, prototypeOf(prototype).reach).filter(
    (near) => state.owner[near] === 0 || state.owner[near] === owner,
  )
  if (harvester.stock[FERTILISER]! > 0 && fertilise(state, cells)) {
    takeFromMachine(state, harvester, FERTILISER)
    consume(state, owner, FERTILISER, 1)
  }
  for (let offset = 1; offset < LIFE_KINDS; offset++) {
    const life = 1 + ((harvester.turn + offset - 1) % (LIFE_KINDS - 1))
    const best = fullest(state, cells, life)
    if (best < 0) continue
    const item = livingItem[life]!
    cut(state, best, item, owner)
    acceptItem(state, harvester, item)
    harvester.turn = life % (LIFE_KINDS - 1)
    return true
  }
  return false
}

/** The cell with most of a kind of life, the nearest among equals; -1 where none has enough. */
function fullest(state: SimulationState, cells: readonly number[], life: number): number {
  let best = -1
  let most = LEFT_STANDING
  for (const cell of cells) {
    if (state.life[cell] !== life || state.mass[cell]! <= most) continue
    best = cell
    most = state.mass[cell]!
  }
  return best
}
