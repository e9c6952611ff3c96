// Walking straight on. A direction belongs to a cell's frame, and frames turn at the seams, so whoever
// follows a line (a belt, a bridge, a drag) carries the pair (cell, direction) from step to step.
//
// At a hexagon straight on leaves opposite to where one came in. A pentagon has no opposite side:
// straight on leaves by the second side counter-clockwise from the one that one came in by, which is
// direction e + 3 across the gap and e + 2 elsewhere. No two ways in share a way out, so each can be undone.

import { cellAt, northPole } from './lattice.ts'
import { DIRECTIONS, neighbour, STEP_I, STEP_J } from './neighbours.ts'
import { cross } from './seams.ts'

export type Heading = { readonly cell: number; readonly direction: number }

/** The direction that the pentagon (n, 0) of a diamond lacks. */
const GAP = 4
/** Sides of a hexagon and of a pentagon between the way in and straight on, counter-clockwise. */
const AHEAD_OF_SIX = 3
const AHEAD_OF_FIVE = 2

/** How the directions of a cell lie around it: six, five with a gap, or the five of a pole. */
function sidesAround(n: number, cell: number): 'six' | 'gap' | 'pole' {
  if (cell >= northPole(n)) return 'pole'
  return cell % (n * n) === n * (n - 1) ? 'gap' : 'six'
}

/** The direction `sides` places counter-clockwise from another, counting only sides that the cell has. */
function turnBy(n: number, cell: number, direction: number, six: number, five: number): number {
  const around = sidesAround(n, cell)
  if (around === 'six') return (direction + six) % DIRECTIONS
  if (around === 'pole') return (direction + five) % 5
  const place = (Math.min(direction, GAP) + five) % 5
  return place === GAP ? GAP + 1 : place
}

/**
 * The neighbour in a direction and the direction that leads back from it; undefined where the
 * direction is missing at a pentagon.
 */
export function wayThere(n: number, cell: number, direction: number): Heading | undefined {
  const north = northPole(n)
  if (cell >= north) {
    const next = neighbour(n, cell, direction)
    return next < 0 ? undefined : { cell: next, direction: cell === north ? 2 : 0 }
  }
  const row = Math.floor(cell / n)
  const diamond = Math.floor(row / n)
  const i = row - diamond * n + 1 + STEP_I[direction]!
  const j = cell - row * n + STEP_J[direction]!
  if (i >= 1 && i <= n && j >= 0 && j < n) {
    return { cell: cellAt(n, diamond, i, j), direction: (direction + 3) % DIRECTIONS }
  }
  const crossing = cross(n, diamond, i, j)
  if (crossing.cell < 0) return undefined
  if (crossing.cell >= north) {
    return { cell: crossing.cell, direction: diamond < 5 ? diamond : 9 - diamond }
  }
  return { cell: crossing.cell, direction: (direction + crossing.turn + 3) % DIRECTIONS }
}

/**
 * One step straight on, across seams and pentagons: the next cell, and the direction that is straight
 * on there. Undefined only where a pentagon lacks the direction.
 */
export function step(n: number, cell: number, direction: number): Heading | undefined {
  const there = wayThere(n, cell, direction)
  if (!there) return undefined
  return {
    cell: there.cell,
    direction: turnBy(n, there.cell, there.direction, AHEAD_OF_SIX, AHEAD_OF_FIVE),
  }
}

/**
 * The direction that undoes a heading: it leads back to the cell from which `step` arrived with
 * `direction`. d + 3 at a hexagon; at a pentagon the inverse of straight on, which is not its own inverse.
 */
export function turnBack(n: number, cell: number, direction: number): number {
  return turnBy(n, cell, direction, DIRECTIONS - AHEAD_OF_SIX, 5 - AHEAD_OF_FIVE)
}
