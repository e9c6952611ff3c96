// The planet as points on a sphere: cell centres, rings of neighbours and corners, for display only.

import { cellCount } from '../../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { positionOf } from '../../../src/domain/grid/position.ts'
import { writeCorner } from './centres.ts'

export type Vector = readonly [number, number, number]

/** Units of length per frequency: a cell is as wide on every planet, so models need no scale. */
const RADIUS_PER_N = 1.5625

/** Radius of the sea level of a planet of frequency n, in units of the scene. */
export function radiusOf(n: number): number {
  return Math.max(n, 4) * RADIUS_PER_N
}

export type Sphere = {
  readonly n: number
  readonly count: number
  readonly radius: number
  /** Unit vector of a cell's centre. */
  centre(cell: number): Vector
  /** The 5 or 6 neighbours, counterclockwise seen from outside. */
  ring(cell: number): readonly number[]
  /**
   * Unit vectors of the corners; corner q lies between ring neighbours q and q + 1.
   * @param around its ring, where that is known already
   */
  corners(cell: number, around?: readonly number[]): Vector[]
}

const PAGE_CELLS = 256
/** More than so many pages of centres are forgotten, and found again as they are asked for: 50 MB. */
const PAGES_MOST = 8192

/** A sphere that remembers the centres it was asked for. */
export function createSphere(n: number): Sphere {
  const count = cellCount(n)
  const pages = new Map<number, Float64Array>()

  function pageOf(cell: number): Float64Array {
    const page = Math.floor(cell / PAGE_CELLS)
    const known = pages.get(page)
    if (known) return known
    if (pages.size === PAGES_MOST) pages.clear()
    // Left as zeros, which no unit vector is.
    const made = new Float64Array(PAGE_CELLS * 3)
    pages.set(page, made)
    return made
  }

  function centre(cell: number): Vector {
    const centres = pageOf(cell)
    const at = (cell % PAGE_CELLS) * 3
    const known = centres[at] !== 0 || centres[at + 1] !== 0 || centres[at + 2] !== 0
    if (!known) centres.set(positionOf(n, cell), at)
    return [centres[at]!, centres[at + 1]!, centres[at + 2]!]
  }

  function ring(cell: number): readonly number[] {
    return neighboursOf(n, cell)
  }

  function corners(cell: number, around = ring(cell)): Vector[] {
    return around.map((neighbour, index) =>
      cornerOf(centre, cell, neighbour, around[(index + 1) % around.length]!),
    )
  }

  return { n, count, radius: radiusOf(n), centre, ring, corners }
}

/** The same three cells give the same bits in any order, so that neighbours share their corners without cracks. */
function cornerOf(centre: (cell: number) => Vector, a: number, b: number, c: number): Vector {
  const low = Math.min(a, b, c)
  const high = Math.max(a, b, c)
  const three = [...centre(low), ...centre(a + b + c - low - high), ...centre(high)]
  const corner = new Float64Array(3)
  writeCorner(Float64Array.from(three), 0, 1, 2, corner, 0)
  return [corner[0]!, corner[1]!, corner[2]!]
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

export function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

export function plus(a: Vector, b: Vector, times = 1): Vector {
  return [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times]
}

export function scaled(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by]
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

export function unit(a: Vector): Vector {
  return scaled(a, 1 / (Math.hypot(a[0], a[1], a[2]) || 1))
}
