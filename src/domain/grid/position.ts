// Where a cell lies on the unit sphere, and which cell lies under a direction. For display and picking
// only: floating point, never an input of the rules.
//
// y points to the north pole; longitude grows counter-clockwise seen from above it, from +x towards -z.
// A cell's corner weights b pass through sin(b · 63.4° / n) before they are summed: that evens out the
// areas of the cells, largest to smallest, from 1.93 to 1.18.

import { diamondCorners, facePointOf } from './icosahedron.ts'
import { cellAt } from './lattice.ts'
import { DIRECTIONS, neighbour } from './neighbours.ts'
import { cross } from './seams.ts'

export type Vector = [x: number, y: number, z: number]

/** The angle between two neighbouring corners of an icosahedron, in radians. */
const EDGE = Math.atan(2)
const RING_HEIGHT = 1 / Math.sqrt(5)
const RING_RADIUS = 2 / Math.sqrt(5)

function ringCorner(degrees: number, height: number): Vector {
  const longitude = (degrees * Math.PI) / 180
  return [RING_RADIUS * Math.cos(longitude), height, -RING_RADIUS * Math.sin(longitude)]
}

const ring = [0, 1, 2, 3, 4]
const corners: readonly Vector[] = [
  [0, 1, 0],
  ...ring.map((k) => ringCorner(72 * k, RING_HEIGHT)),
  ...ring.map((k) => ringCorner(72 * k + 36, -RING_HEIGHT)),
  [0, -1, 0],
]

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross3(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function scaled(a: Vector, by: number): Vector {
  return [a[0] * by, a[1] * by, a[2] * by]
}

/** The centre of a cell as a unit vector. */
export function positionOf(n: number, cell: number): Vector {
  const { corners: at, weights } = facePointOf(n, cell)
  let x = 0
  let y = 0
  let z = 0
  for (let index = 0; index < 3; index++) {
    const weight = Math.sin((weights[index]! / n) * EDGE)
    const corner = corners[at[index]!]!
    x += corner[0] * weight
    y += corner[1] * weight
    z += corner[2] * weight
  }
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

/** One face for picking: `middle` finds it, `inverse` turns a direction into corner weights. */
type Face = {
  readonly diamond: number
  /** The half at (0,0), or the one at (n,n). */
  readonly near: boolean
  readonly middle: Vector
  readonly inverse: readonly [Vector, Vector, Vector]
}

function makeFace(diamond: number, near: boolean): Face {
  const [first, left, right, far] = diamondCorners[diamond]!
  const a = corners[near ? first : far]!
  const b = corners[left]!
  const c = corners[right]!
  const volume = dot(a, cross3(b, c))
  return {
    diamond,
    near,
    middle: [a[0] + b[0] + c[0], a[1] + b[1] + c[1], a[2] + b[2] + c[2]],
    inverse: [
      scaled(cross3(b, c), 1 / volume),
      scaled(cross3(c, a), 1 / volume),
      scaled(cross3(a, b), 1 / volume),
    ],
  }
}

const faces: readonly Face[] = diamondCorners.flatMap((_, diamond) => [
  makeFace(diamond, true),
  makeFace(diamond, false),
])

function faceUnder(direction: Vector): Face {
  let best = faces[0]!
  let bestDot = Number.NEGATIVE_INFINITY
  for (const face of faces) {
    const closeness = dot(face.middle, direction)
    if (closeness > bestDot) {
      bestDot = closeness
      best = face
    }
  }
  return best
}

/** Undoes the area-evening: angles b·63.4° that sum to 63.4° and whose sines are as the given weights. */
function anglesFrom(sines: Vector): Vector {
  let scale = (3 * Math.sin(EDGE / 3)) / (sines[0] + sines[1] + sines[2])
  for (let round = 0; round < 4; round++) {
    let error = -EDGE
    let slope = 0
    for (const sine of sines) {
      const value = Math.min(sine * scale, 0.9999)
      error += Math.asin(value)
      slope += sine / Math.sqrt(1 - value * value)
    }
    scale -= error / slope
  }
  return [
    Math.asin(Math.min(sines[0] * scale, 1)),
    Math.asin(Math.min(sines[1] * scale, 1)),
    Math.asin(Math.min(sines[2] * scale, 1)),
  ]
}

/** The cell of the point (i, j) of a diamond's closed square, whoever owns it. */
function cellAtPoint(n: number, diamond: number, i: number, j: number): number {
  return i >= 1 && j < n ? cellAt(n, diamond, i, j) : cross(n, diamond, i, j).cell
}

/** A first guess, at most a step or two off. */
function guessUnder(n: number, direction: Vector): number {
  const face = faceUnder(direction)
  const [, left, right] = anglesFrom([
    Math.max(0, dot(face.inverse[0], direction)),
    Math.max(0, dot(face.inverse[1], direction)),
    Math.max(0, dot(face.inverse[2], direction)),
  ])
  const a = Math.min(n, Math.max(0, Math.round((left / EDGE) * n)))
  const b = Math.min(n - a, Math.max(0, Math.round((right / EDGE) * n)))
  // In the far half the weights of the left and right corners are n - j and n - i.
  return face.near ? cellAtPoint(n, face.diamond, a, b) : cellAtPoint(n, face.diamond, n - b, n - a)
}

/**
 * The cell whose centre is nearest to a direction (any length but 0). The guess by arithmetic is
 * followed uphill: the lattice is a Delaunay mesh of the centres, so the hill has one top.
 */
export function cellAtDirection(n: number, direction: readonly [number, number, number]): number {
  const length = Math.hypot(direction[0], direction[1], direction[2])
  const ray: Vector = [direction[0] / length, direction[1] / length, direction[2] / length]
  let cell = guessUnder(n, ray)
  let closeness = dot(positionOf(n, cell), ray)
  for (;;) {
    let better = -1
    for (let side = 0; side < DIRECTIONS; side++) {
      const next = neighbour(n, cell, side)
      if (next < 0) continue
      const nextCloseness = dot(positionOf(n, next), ray)
      if (nextCloseness > closeness) {
        closeness = nextCloseness
        better = next
      }
    }
    if (better < 0) return cell
    cell = better
  }
}
