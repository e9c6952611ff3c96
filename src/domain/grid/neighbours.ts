// The six neighbours of a cell, in one order everywhere: counter-clockwise seen from outside.
//
//   direction   0        1        2       3        4        5
//   (i, j)    (0,+1)  (-1,+1)  (-1,0)  (0,-1)  (+1,-1)  (+1,0)
//
// Consecutive directions are neighbours of each other, and inside a diamond the way back is d + 3.
// A pentagon (n, 0) lacks direction 4. A pole has the directions 0..4: the north pole's d leads to
// diamond d, the south pole's to diamond 9 - d, which keeps both counter-clockwise.

import { cellAt, cellCount, northPole } from './lattice.ts'
import { cross } from './seams.ts'

export const DIRECTIONS = 6
/** Change of i and of j, by direction. */
export const STEP_I: readonly number[] = [0, -1, -1, 0, 1, 1]
export const STEP_J: readonly number[] = [1, 1, 0, -1, -1, 0]

/** The cell next to a pole in direction 0..4; -1 for direction 5. */
function neighbourOfPole(n: number, cell: number, direction: number): number {
  if (direction > 4) return -1
  return cell === northPole(n) ? cellAt(n, direction, 1, 0) : cellAt(n, 9 - direction, n, n - 1)
}

/** The neighbour of a cell in a direction 0..5; -1 where a pentagon lacks it. Arithmetic only. */
export function neighbour(n: number, cell: number, direction: number): number {
  if (cell >= northPole(n)) return neighbourOfPole(n, cell, direction)
  const row = Math.floor(cell / n)
  const diamond = Math.floor(row / n)
  const i = row - diamond * n + 1 + STEP_I[direction]!
  const j = cell - row * n + STEP_J[direction]!
  if (i >= 1 && i <= n && j >= 0 && j < n) return (diamond * n + i - 1) * n + j
  return cross(n, diamond, i, j).cell
}

/** The five or six neighbours of a cell, in the order of their directions. */
export function neighboursOf(n: number, cell: number): number[] {
  const found: number[] = []
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const next = neighbour(n, cell, direction)
    if (next >= 0) found.push(next)
  }
  return found
}

const MAX_TABLES = 4
const tables = new Map<number, Int32Array>()

/**
 * All neighbours of all cells: entry 6·cell + direction, -1 where missing. Shared, do not write to it.
 * 24 bytes a cell; the tables of the last four frequencies are kept.
 */
export function neighbourTable(n: number): Int32Array {
  const known = tables.get(n)
  if (known) return known
  const count = cellCount(n)
  const table = new Int32Array(count * DIRECTIONS)
  for (let cell = 0; cell < count; cell++) {
    for (let direction = 0; direction < DIRECTIONS; direction++) {
      table[cell * DIRECTIONS + direction] = neighbour(n, cell, direction)
    }
  }
  if (tables.size >= MAX_TABLES) tables.delete(tables.keys().next().value!)
  tables.set(n, table)
  return table
}
