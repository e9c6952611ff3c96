// Small shapes for plants and stones: position and normal only, coloured by their instance.

import {
  type BufferGeometry,
  ConeGeometry,
  CylinderGeometry,
  Euler,
  IcosahedronGeometry,
  Matrix4,
  Quaternion,
  Vector3,
} from 'three'
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js'

type Place = readonly [number, number, number]

function placed(shape: BufferGeometry, at: Place, turn: Place = [0, 0, 0], flat = 1) {
  const geometry = shape.index ? shape.toNonIndexed() : shape
  geometry.deleteAttribute('uv')
  geometry.applyMatrix4(
    new Matrix4().compose(
      new Vector3(...at),
      new Quaternion().setFromEuler(new Euler(...turn)),
      new Vector3(1, flat, 1),
    ),
  )
  geometry.computeVertexNormals()
  return geometry
}

function merged(parts: BufferGeometry[]): BufferGeometry {
  const geometry = mergeGeometries(parts)
  if (!geometry) throw new Error('the parts of a shape have different attributes')
  return geometry
}

/** A conifer of two cones. */
export function cone(): BufferGeometry {
  return merged([
    placed(new CylinderGeometry(0.04, 0.05, 0.14, 4, 1, true), [0, 0.07, 0]),
    placed(new ConeGeometry(0.24, 0.46, 6, 1, true), [0, 0.35, 0]),
    placed(new ConeGeometry(0.17, 0.4, 6, 1, true), [0, 0.62, 0], [0, 0.5, 0]),
  ])
}

/** A leafy tree: a crown of three lumps on a stem. */
export function leafy(): BufferGeometry {
  return merged([
    placed(new CylinderGeometry(0.035, 0.06, 0.34, 5, 1, true), [0, 0.17, 0]),
    placed(new IcosahedronGeometry(0.25, 0), [0, 0.5, 0], [0.3, 0.5, 0], 1.05),
    placed(new IcosahedronGeometry(0.17, 0), [0.17, 0.4, 0.08], [1, 0.2, 0.4]),
    placed(new IcosahedronGeometry(0.15, 0), [-0.14, 0.42, -0.1], [0.1, 1.2, 0.7]),
  ])
}

/** A few blades of grass. */
export function blades(): BufferGeometry {
  const lean = [0, 1, 2, 3, 4].map((blade) => blade * 2.4)
  return merged(
    lean.map((angle, blade) =>
      placed(
        new ConeGeometry(0.03, 0.2 + 0.04 * (blade % 3), 3, 1, true),
        [Math.cos(angle) * 0.07, 0.1, Math.sin(angle) * 0.07],
        [Math.sin(angle) * 0.35, 0, -Math.cos(angle) * 0.35],
      ),
    ),
  )
}

/** A few rounded lumps close together. */
export function lumps(size: number, count: number): BufferGeometry {
  const places: readonly Place[] = [
    [0, size * 0.45, 0],
    [size * 0.95, size * 0.28, size * 0.3],
    [-size * 0.3, size * 0.25, size * 0.95],
  ]
  return merged(
    places
      .slice(0, count)
      .map((at, index) =>
        placed(
          new IcosahedronGeometry(size * (1 - index * 0.28), 0),
          at,
          [index, index * 2, 0],
          0.9,
        ),
      ),
  )
}

/** Low cushions with short blades. */
export function tuft(): BufferGeometry {
  return merged([
    placed(new IcosahedronGeometry(0.17, 0), [0, 0.03, 0], [0, 0, 0], 0.6),
    placed(new ConeGeometry(0.045, 0.26, 3, 1, true), [0.05, 0.16, 0.02], [0.1, 0, -0.2]),
    placed(new ConeGeometry(0.04, 0.22, 3, 1, true), [-0.06, 0.14, 0.05], [0.2, 0, 0.3]),
    placed(new ConeGeometry(0.04, 0.2, 3, 1, true), [0, 0.13, -0.07], [-0.3, 0, 0]),
  ])
}

export function crystals(): BufferGeometry {
  return merged([
    placed(new ConeGeometry(0.09, 0.62, 5, 1), [0, 0.3, 0]),
    placed(new ConeGeometry(0.065, 0.42, 5, 1), [0.12, 0.18, 0.02], [0, 0, -0.4]),
    placed(new ConeGeometry(0.06, 0.36, 5, 1), [-0.1, 0.16, 0.06], [0, 0, 0.45]),
    placed(new ConeGeometry(0.055, 0.3, 5, 1), [0, 0.14, -0.12], [-0.45, 0, 0]),
  ])
}

export function toadstool(): BufferGeometry {
  return merged([
    placed(new CylinderGeometry(0.05, 0.07, 0.22, 5), [0, 0.11, 0]),
    placed(new ConeGeometry(0.2, 0.16, 7), [0, 0.28, 0]),
    placed(new ConeGeometry(0.11, 0.1, 6), [0.16, 0.14, 0.06]),
  ])
}
