// Ways over the planet, as lists of directions: for walking and for lines of belts.

import { DIRECTIONS, neighbour } from './neighbours.ts'

/** The direction in which a neighbour lies, or -1 where the two are no neighbours. */
export function directionTo(n: number, from: number, to: number): number {
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    if (neighbour(n, from, direction) === to) return direction
  }
  return -1
}

/**
 * The shortest way, breadth-first; among several the one whose first differing direction is lower.
 * `open`: whether a cell may be walked on (the goal itself is always tried). Empty where start is goal,
 * undefined where no way of at most `longest` steps exists.
 */
export function findPath(
  n: number,
  from: number,
  to: number,
  open: (cell: number) => boolean,
  longest = 64,
): number[] | undefined {
  const cameFrom = new Map([[from, -1]])
  let front = [from]
  for (let steps = 0; steps < longest && !cameFrom.has(to) && front.length > 0; steps++) {
    front = front.flatMap((cell) => newlyReached(n, cell, to, open, cameFrom))
  }
  if (!cameFrom.has(to)) return undefined
  const directions: number[] = []
  for (let cell = to; cell !== from; ) {
    const before = cameFrom.get(cell)!
    directions.push(directionTo(n, before, cell))
    cell = before
  }
  return directions.reverse()
}

function newlyReached(
  n: number,
  cell: number,
  to: number,
  open: (cell: number) => boolean,
  cameFrom: Map<number, number>,
): number[] {
  const reached: number[] = []
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const next = neighbour(n, cell, direction)
    if (next < 0 || cameFrom.has(next) || (next !== to && !open(next))) continue
    cameFrom.set(next, cell)
    reached.push(next)
  }
  return reached
}
