// Where a cell lies in the space that the noise fills: on the flat faces of an icosahedron with integer
// corners. Exact, so a cell on a seam has one place whichever face it is reached from.

import { facePointOf } from '../grid/icosahedron.ts'

/** From the planet's centre to a corner, in units of place. */
const RADIUS = 65_536

/** Units of grain per step from cell to cell are about 67: the edge of the icosahedron is 68,910 long. */
const UNITS_PER_GRAIN = 1024

// biome-ignore format: the upper ring, then the lower
const cornerX = Int32Array.of(0, 58617, 18114, -47422, -47422, 18114, 47422, -18114, -58617, -18114, 47422, 0)
// biome-ignore format: the upper ring, then the lower
const cornerY = Int32Array.of(RADIUS, 29309, 29309, 29309, 29309, 29309, -29309, -29309, -29309, -29309, -29309, -RADIUS)
// biome-ignore format: the upper ring, then the lower
const cornerZ = Int32Array.of(0, 0, -55748, -34454, 34454, 55748, -34454, -55748, 0, 55748, 34454, 0)

export type Place = {
  /** On the planet: the same for every frequency. |x|, |y|, |z| ≤ RADIUS. */
  readonly x: number
  readonly y: number
  readonly z: number
  /** In steps from cell to cell, about 67 units each: what is as large on every planet. */
  readonly grainX: number
  readonly grainY: number
  readonly grainZ: number
  /** Steps to the nearest pentagon. */
  readonly fromPentagon: number
}

/** The place of a cell. Integers; sums stay below 2^53 for any frequency that has 32-bit ids. */
export function placeOf(n: number, cell: number): Place {
  const { corners, weights } = facePointOf(n, cell)
  const [a, b, c] = corners
  const [wa, wb, wc] = weights
  const x = cornerX[a]! * wa + cornerX[b]! * wb + cornerX[c]! * wc
  const y = cornerY[a]! * wa + cornerY[b]! * wb + cornerY[c]! * wc
  const z = cornerZ[a]! * wa + cornerZ[b]! * wb + cornerZ[c]! * wc
  return {
    x: Math.floor(x / n),
    y: Math.floor(y / n),
    z: Math.floor(z / n),
    grainX: Math.floor(x / UNITS_PER_GRAIN),
    grainY: Math.floor(y / UNITS_PER_GRAIN),
    grainZ: Math.floor(z / UNITS_PER_GRAIN),
    fromPentagon: n - Math.max(wa, wb, wc),
  }
}

/** The square of the sine of a place's latitude, 0 at the equator .. 1024 at the poles. */
export function polarityOf(place: Place): number {
  const { x, y, z } = place
  return Math.floor((y * y * 1024) / (x * x + y * y + z * z))
}
