// Where things stand: matrices on the ground of a cell.

import { Matrix4, Vector3 } from 'three'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import type { PlanetCells } from '../planet/cells.ts'
import { heightOf } from '../planet/relief.ts'
import type { Sphere } from '../planet/sphere.ts'

export type Ground = { readonly sphere: Sphere; readonly planet: PlanetCells }

/** The middle of a cell's top, raised by `above`. */
export function topPoint({ sphere, planet }: Ground, cell: number, above = 0): Vector3 {
  const [x, y, z] = sphere.centre(cell)
  return new Vector3(x, y, z).multiplyScalar(sphere.radius + heightOf(planet, cell) + above)
}

export function upAt({ sphere }: Ground, cell: number): Vector3 {
  return new Vector3(...sphere.centre(cell))
}

/** Unit tangent from a cell towards its neighbour in a direction; any tangent where that is missing. */
export function tangentTo(ground: Ground, cell: number, direction: number): Vector3 {
  const up = upAt(ground, cell)
  const next = neighbour(ground.sphere.n, cell, direction)
  const towards = next < 0 ? new Vector3(0.31, 0.52, 0.79) : upAt(ground, next)
  return towards.addScaledVector(up, -towards.dot(up)).normalize()
}

/** Stands a model (y up, z ahead) on a point. */
export function standing(
  at: Vector3,
  up: Vector3,
  ahead: Vector3,
  scale: number | Vector3 = 1,
): Matrix4 {
  const side = up.clone().cross(ahead).normalize()
  const size = typeof scale === 'number' ? new Vector3(scale, scale, scale) : scale
  return new Matrix4().makeBasis(side, up, side.clone().cross(up)).scale(size).setPosition(at)
}
