// Ways over the planet, as lists of directions: for walking and for lines of belts.

import { neighbour } from '../../../src/domain/grid/neighbours.ts'

const DIRECTIONS = [0, 1, 2, 3, 4, 5] as const

/** The direction in which a neighbour lies, or -1 where the two are no neighbours. */
export function directionTo(n: number, from: number, to: number): number {
  return DIRECTIONS.findIndex((direction) => neighbour(n, from, direction) === to)
}

/**
 * Shortest way by breadth-first search.
 * @param open whether a cell may be walked on; the goal itself is always tried
 * @param longest steps, at most
 * @returns the directions to go, empty where start is goal, undefined where there is no way
 */
export function findPath(
  n: number,
  from: number,
  to: number,
  open: (cell: number) => boolean,
  longest = 64,
): number[] | undefined {
  if (from === to) return []
  const cameBy: CameBy = new Map()
  let front = [from]
  for (let steps = 0; steps < longest && front.length > 0; steps++) {
    const next: number[] = []
    for (const cell of front) {
      for (const reached of spread(n, cell, from, cameBy)) {
        if (reached === to) return wayBack(cameBy, from, to)
        if (open(reached)) next.push(reached)
      }
    }
    front = next
  }
  return undefined
}

/** For each cell that was reached: the cell before it and the direction from there. */
type CameBy = Map<number, readonly [number, number]>

/** The neighbours that nobody has reached yet, noted as reached from here. */
function spread(n: number, cell: number, start: number, cameBy: CameBy): number[] {
  const found: number[] = []
  for (const direction of DIRECTIONS) {
    const reached = neighbour(n, cell, direction)
    if (reached < 0 || reached === start || cameBy.has(reached)) continue
    cameBy.set(reached, [cell, direction])
    found.push(reached)
  }
  return found
}

function wayBack(cameBy: CameBy, from: number, to: number): number[] {
  const directions: number[] = []
  for (let cell = to; cell !== from; ) {
    const [before, direction] = cameBy.get(cell)!
    directions.push(direction)
    cell = before
  }
  return directions.reverse()
}
