// Where a lattice point just outside a diamond really lies, and how the frame turns on the way there.
//
// Going east the diamonds of a hemisphere follow each other; `east` and `west` are k+1 and k-1 mod 5.

import { cellAt, northPole, southPole } from './lattice.ts'

/** What lies beyond a diamond's edges: `turn` is added to a direction (mod 6) when it is crossed. */
export type Crossing = { readonly cell: number; readonly turn: number }

const NOWHERE: Crossing = { cell: -1, turn: 0 }

function crossNorth(n: number, k: number, i: number, j: number): Crossing {
  const east = (k + 1) % 5
  const west = (k + 4) % 5
  if (i === 0) {
    return j === 0 ? { cell: northPole(n), turn: 0 } : { cell: cellAt(n, east, j, 0), turn: 5 }
  }
  if (j === n) return { cell: cellAt(n, 5 + east, i, 0), turn: 0 }
  if (i === n + 1) return j < 0 ? NOWHERE : { cell: cellAt(n, 5 + k, 1, j), turn: 0 }
  return { cell: cellAt(n, west, 1, i - 1), turn: 1 }
}

function crossSouth(n: number, k: number, i: number, j: number): Crossing {
  const east = (k + 1) % 5
  const west = (k + 4) % 5
  if (j === n) {
    return i === n ? { cell: southPole(n), turn: 0 } : { cell: cellAt(n, 5 + east, n, i), turn: 1 }
  }
  if (i === 0) return { cell: cellAt(n, k, n, j), turn: 0 }
  if (i === n + 1) return j < 0 ? NOWHERE : { cell: cellAt(n, 5 + west, j + 1, n - 1), turn: 5 }
  return { cell: cellAt(n, west, i, n - 1), turn: 0 }
}

/**
 * The owner of the point (i, j) one step outside a diamond (i = 0, i = n+1, j = -1 or j = n), and the
 * turn of the frame; cell -1 at the gap (n+1, -1) of a pentagon. Onto a pole the turn means nothing.
 */
export function cross(n: number, diamond: number, i: number, j: number): Crossing {
  return diamond < 5 ? crossNorth(n, diamond, i, j) : crossSouth(n, diamond - 5, i, j)
}
