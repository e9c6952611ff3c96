// The centres of many cells at once, without an object for any of them: as `positionOf` has them, which finds one.

import { diamondCorners } from '../../../src/domain/grid/icosahedron.ts'
import { northPole } from '../../../src/domain/grid/lattice.ts'
import { positionOf } from '../../../src/domain/grid/position.ts'

/** The angle between two neighbouring corners of an icosahedron, radians. */
const EDGE = Math.atan(2)

/** The twelve corners, three numbers each: the planet of frequency 1 has a cell in each and no other. */
const corners = new Float64Array(36)
for (let cell = 0; cell < 10; cell++) corners.set(positionOf(1, cell), diamondCorners[cell]![1] * 3)
corners.set(positionOf(1, 10), 0)
corners.set(positionOf(1, 11), 33)

/** By weight of a corner, 0 to n: how much of it is in the sum. Of the planet that was asked for last. */
let shares = new Float64Array(0)

function sharesOf(n: number): Float64Array {
  if (shares.length !== n + 1) {
    shares = Float64Array.from({ length: n + 1 }, (_, weight) => Math.sin((weight / n) * EDGE))
  }
  return shares
}

/** Unit vectors of the centres of cells, three numbers each. The same cell has the same bits in any list. */
export function centresOf(n: number, cells: ArrayLike<number>): Float64Array {
  const share = sharesOf(n)
  const pole = northPole(n)
  const centres = new Float64Array(cells.length * 3)
  for (let place = 0, at = 0; place < cells.length; place++, at += 3) {
    const cell = cells[place]!
    if (cell >= pole) {
      centres.set(corners.subarray(cell === pole ? 0 : 33).subarray(0, 3), at)
      continue
    }
    const row = Math.floor(cell / n)
    const diamond = Math.floor(row / n)
    const i = row - diamond * n + 1
    const j = cell - row * n
    const [near, left, right, far] = diamondCorners[diamond]!
    // In the far half the weights of the right and left corners are n - i and n - j.
    const isNear = i + j <= n
    const a = (isNear ? near : far) * 3
    const b = (isNear ? left : right) * 3
    const c = (isNear ? right : left) * 3
    const wa = share[Math.abs(n - i - j)]!
    const wb = share[isNear ? i : n - i]!
    const wc = share[isNear ? j : n - j]!
    const x = corners[a]! * wa + corners[b]! * wb + corners[c]! * wc
    const y = corners[a + 1]! * wa + corners[b + 1]! * wb + corners[c + 1]! * wc
    const z = corners[a + 2]! * wa + corners[b + 2]! * wb + corners[c + 2]! * wc
    const scale = 1 / Math.sqrt(x * x + y * y + z * z)
    centres[at] = x * scale
    centres[at + 1] = y * scale
    centres[at + 2] = z * scale
  }
  return centres
}

/**
 * Writes the unit vector to the corner where three cells meet: as far from all three, where picking, which takes the nearest
 * centre, changes from cell to cell.
 * @param low, middle, high places among the centres, in the order of the cells' numbers: then the bits are the same for all three
 * @param corner its place among the corners
 */
export function writeCorner(
  centres: Float64Array,
  low: number,
  middle: number,
  high: number,
  corners: Float64Array,
  corner: number,
): void {
  const lx = centres[low * 3]!
  const ly = centres[low * 3 + 1]!
  const lz = centres[low * 3 + 2]!
  const ux = centres[middle * 3]! - lx
  const uy = centres[middle * 3 + 1]! - ly
  const uz = centres[middle * 3 + 2]! - lz
  const vx = centres[high * 3]! - lx
  const vy = centres[high * 3 + 1]! - ly
  const vz = centres[high * 3 + 2]! - lz
  const x = uy * vz - uz * vy
  const y = uz * vx - ux * vz
  const z = ux * vy - uy * vx
  const outward = x * lx + y * ly + z * lz > 0 ? 1 : -1
  const scale = outward / Math.sqrt(x * x + y * y + z * z)
  corners[corner * 3] = x * scale
  corners[corner * 3 + 1] = y * scale
  corners[corner * 3 + 2] = z * scale
}
