// Cells of a planet of frequency n: ten n×n diamonds and two poles, 10·n² + 2 ids in all.
//
// A diamond owns the lattice points i in 1..n, j in 0..n-1; diamonds 0..4 hang from the north pole,
// 5..9 stand on the south pole. docs/grid.md draws it.

/** Diamond number that stands for the north pole, which belongs to no diamond. */
export const NORTH_POLE_DIAMOND = 10
/** Diamond number that stands for the south pole. */
export const SOUTH_POLE_DIAMOND = 11

export type LatticePoint = { readonly diamond: number; readonly i: number; readonly j: number }

/** How many cells a planet of frequency n ≥ 1 has. Ids are 0 .. cellCount(n) - 1. */
export function cellCount(n: number): number {
  return 10 * n * n + 2
}

export function northPole(n: number): number {
  return 10 * n * n
}

export function southPole(n: number): number {
  return 10 * n * n + 1
}

/** The id of a point that the diamond owns: diamond 0..9, i in 1..n, j in 0..n-1; unchecked. */
export function cellAt(n: number, diamond: number, i: number, j: number): number {
  return (diamond * n + i - 1) * n + j
}

/** The inverse of cellAt. The poles are diamonds 10 (north) and 11 (south) with i = j = 0. */
export function latticeOf(n: number, cell: number): LatticePoint {
  const owned = 10 * n * n
  if (cell >= owned) {
    return { diamond: cell === owned ? NORTH_POLE_DIAMOND : SOUTH_POLE_DIAMOND, i: 0, j: 0 }
  }
  const row = Math.floor(cell / n)
  const diamond = Math.floor(row / n)
  return { diamond, i: row - diamond * n + 1, j: cell - row * n }
}

/** True for the twelve cells with five neighbours: (n, 0) of each diamond, and the poles. */
export function isPentagon(n: number, cell: number): boolean {
  const owned = 10 * n * n
  return cell >= owned || cell % (n * n) === n * (n - 1)
}

/** True where value is the id of a cell of a planet of frequency n. */
export function isCell(n: number, value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < cellCount(n)
}
