// The ground that a works is laid out on, and what is planned on it so far. Pure.

import type { Cell, PlacedStructure } from '../domain/events.ts'
import { deposits, lives } from '../domain/generation/codes.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { neighboursOf } from '../domain/grid/neighbours.ts'
import { directionTo } from '../domain/grid/path.ts'
import type { Planet } from './plan.ts'

export type Ground = {
  readonly planet: Planet
  readonly dry: (cell: Cell) => boolean
  /** Land that nobody has. */
  readonly free: (cell: Cell) => boolean
  readonly resourceAt: (cell: Cell) => {
    deposit: string
    amount: number
    life: string
    mass: number
  }
}
/** What is planned already: cells in use, and belts that lead to the store. */
export type Draft = { readonly used: Map<Cell, PlacedStructure>; readonly inbound: Set<Cell> }

export function groundOf(planet: Planet, open: (cell: Cell) => boolean): Ground {
  const known = new Map<Cell, ReturnType<typeof generateCell>>()
  const at = (cell: Cell) => {
    let found = known.get(cell)
    if (!found) {
      found = generateCell(planet.seed, planet.n, cell)
      known.set(cell, found)
    }
    return found
  }
  const dry = (cell: Cell) => !isWater(at(cell).terrain)
  return {
    planet,
    dry,
    free: (cell) => open(cell) && dry(cell),
    resourceAt: (cell) => {
      const { deposit, amount, life, mass } = at(cell)
      return { deposit: deposits[deposit] ?? '', amount, life: lives[life] ?? '', mass }
    },
  }
}

/** Free ground under which no ore lies that a drill would want. */
export const bare = ({ free, resourceAt }: Ground, cell: Cell) =>
  free(cell) && !['iron', 'copper', 'coal'].includes(resourceAt(cell).deposit)

export function put(
  { used }: Draft,
  n: number,
  cell: Cell,
  role: string,
  faced: Cell,
): PlacedStructure {
  const direction = Math.max(0, directionTo(n, cell, faced))
  const structure = { cell, prototype: role.split(' ')[0]!, direction }
  used.set(cell, structure)
  return structure
}

/** In use, or beside what is: so that ways stay open between the parts. */
export const crowded = (n: number, { used }: Draft, cell: Cell) =>
  used.has(cell) || neighboursOf(n, cell).some((near) => used.has(near))
