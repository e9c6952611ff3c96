// The icosahedron under the lattice: twelve corners, and for each diamond its four.
//
// Corner 0 is the north pole, 1 + k the upper ring at longitude 72k°, 6 + k the lower ring at 72k + 36°,
// 11 the south pole. The twelve pentagons are its corners.

import { latticeOf, NORTH_POLE_DIAMOND, SOUTH_POLE_DIAMOND } from './lattice.ts'

/** The corners at (0,0), (n,0), (0,n) and (n,n) of each diamond. */
export const diamondCorners: readonly (readonly [number, number, number, number])[] = Array.from(
  { length: 10 },
  (_, diamond) => {
    const k = diamond % 5
    const east = (k + 1) % 5
    const west = (k + 4) % 5
    return diamond < 5 ? [0, 1 + k, 1 + east, 6 + k] : [1 + k, 6 + west, 6 + k, 11]
  },
)

/** A point of a face: three corners and their integer weights, which sum to n. */
export type FacePoint = {
  readonly corners: readonly [number, number, number]
  readonly weights: readonly [number, number, number]
}

/**
 * The exact place of a cell: on the face that holds it, as weights of that face's corners. A cell on an
 * edge or a corner belongs to several faces; they give it the same corners with the same weights, up to
 * order and weights of 0.
 */
export function facePointOf(n: number, cell: number): FacePoint {
  const { diamond, i, j } = latticeOf(n, cell)
  if (diamond === NORTH_POLE_DIAMOND) return { corners: [0, 1, 2], weights: [n, 0, 0] }
  if (diamond === SOUTH_POLE_DIAMOND) return { corners: [11, 6, 7], weights: [n, 0, 0] }
  const [near, left, right, far] = diamondCorners[diamond]!
  return i + j <= n
    ? { corners: [near, left, right], weights: [n - i - j, i, j] }
    : { corners: [far, right, left], weights: [i + j - n, n - i, n - j] }
}
