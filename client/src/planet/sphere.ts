// The planet as points on a sphere: cell centres, rings of neighbours and corners, for display only.

import { cellCount } from '../../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { positionOf } from '../../../src/domain/grid/position.ts'

export type Vector = readonly [number, number, number]

/** Units of length per frequency: a cell is as wide on every planet, so models need no scale. */
const RADIUS_PER_N = 1.5625

/** Radius of the sea level of a planet of frequency n, in units of the scene. */
function radiusOf(n: number): number {
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
    const around = neighboursOf(n, cell)
    return turnsLeft(centre(cell), centre(around[0]!), centre(around[1]!))
      ? around
      : around.toReversed()
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
  const first = Math.min(a, b, c)
  const last = Math.max(a, b, c)
  const [lx, ly, lz] = centre(first)
  const [mx, my, mz] = centre(a + b + c - first - last)
  const [hx, hy, hz] = centre(last)
  // As far from all three: where picking, which takes the nearest centre, changes from cell to cell.
  const ux = mx - lx
  const uy = my - ly
  const uz = mz - lz
  const vx = hx - lx
  const vy = hy - ly
  const vz = hz - lz
  const x = uy * vz - uz * vy
  const y = uz * vx - ux * vz
  const z = ux * vy - uy * vx
  const outward = x * lx + y * ly + z * lz > 0 ? 1 : -1
  const scale = outward / Math.sqrt(x * x + y * y + z * z)
  return [x * scale, y * scale, z * scale]
}

function turnsLeft(up: Vector, a: Vector, b: Vector): boolean {
  return dot(cross(minus(a, up), minus(b, up)), up) > 0
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
