// What models are made of: primitives with a colour, and traits that the shader reads.

import {
  BoxGeometry,
  BufferAttribute,
  type BufferGeometry,
  Color,
  CylinderGeometry,
  Euler,
  IcosahedronGeometry,
  Matrix4,
  Quaternion,
  TorusGeometry,
  Vector3,
} from 'three'
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js'

/** What a part does besides having a colour. */
export type Traits = {
  /** Light of its own. */
  glow?: number
  /** Takes the owner's colour. */
  trim?: boolean
  /** While the machine works it turns about the model's axis, strikes down, or nods along z. */
  moves?: 'spins' | 'strikes' | 'nods'
  /** Its light is on only while the machine works. */
  whenWorking?: boolean
  turn?: readonly [number, number, number]
}
/** As the shader numbers them, from 1. */
const MOTIONS = ['spins', 'strikes', 'nods']
export type Place = readonly [number, number, number]

/** One part: a shape in a colour at a place. */
export function part(shape: BufferGeometry, colour: string, at: Place, traits: Traits = {}) {
  const geometry = shape.index ? shape.toNonIndexed() : shape
  geometry.deleteAttribute('uv')
  const [rx, ry, rz] = traits.turn ?? [0, 0, 0]
  geometry.applyMatrix4(
    new Matrix4().compose(
      new Vector3(...at),
      new Quaternion().setFromEuler(new Euler(rx, ry, rz)),
      new Vector3(1, 1, 1),
    ),
  )
  geometry.computeVertexNormals()
  const count = geometry.getAttribute('position').count
  const { r, g, b } = new Color(colour)
  const colours = new Float32Array(count * 3)
  const flags = new Float32Array(count * 4)
  const motion = traits.moves ? MOTIONS.indexOf(traits.moves) + 1 : 0
  for (let vertex = 0; vertex < count; vertex++) {
    colours.set([r, g, b], vertex * 3)
    flags.set(
      [traits.glow ?? 0, traits.trim ? 1 : 0, motion, traits.whenWorking ? 1 : 0],
      vertex * 4,
    )
  }
  geometry.setAttribute('aColour', new BufferAttribute(colours, 3))
  geometry.setAttribute('aTraits', new BufferAttribute(flags, 4))
  return geometry
}

/** A box; `at` is its middle. */
export function box(size: Place, colour: string, at: Place, traits?: Traits) {
  return part(new BoxGeometry(...size), colour, at, traits)
}

/** A round or many-sided pillar; `at` is its middle. */
export function pillar(
  [top, bottom, height]: Place,
  sides: number,
  colour: string,
  at: Place,
  traits?: Traits,
) {
  return part(new CylinderGeometry(top, bottom, height, sides), colour, at, traits)
}

/** A ball of flat faces. */
export function ball(radius: number, colour: string, at: Place, traits?: Traits) {
  return part(new IcosahedronGeometry(radius, 1), colour, at, traits)
}

/** A ring that lies flat. */
export function ring(
  radius: number,
  thickness: number,
  colour: string,
  at: Place,
  traits?: Traits,
) {
  return part(new TorusGeometry(radius, thickness, 5, 14), colour, at, {
    turn: [Math.PI / 2, 0, 0],
    ...traits,
  })
}

/** All parts as one geometry. */
export function merged(parts: BufferGeometry[]): BufferGeometry {
  const geometry = mergeGeometries(parts)
  if (!geometry) throw new Error('the parts of a model have different attributes')
  return geometry
}

export const SIXTH: Traits = { turn: [0, Math.PI / 6, 0] }

/** The hexagonal foot that every machine stands on, with its owner's line of light. */
export function foot(radius = 0.74) {
  return [
    pillar([radius, radius + 0.05, 0.1], 6, '#35404b', [0, 0.05, 0], SIXTH),
    pillar([radius - 0.06, radius - 0.06, 0.03], 6, '#4a5763', [0, 0.11, 0], SIXTH),
    pillar([radius + 0.015, radius + 0.035, 0.035], 6, '#ffffff', [0, 0.08, 0], {
      ...SIXTH,
      trim: true,
      glow: 0.9,
    }),
  ]
}

/** A spout towards +z: the way in which the machine gives. */
export function spout(colour: string) {
  return [
    box([0.26, 0.16, 0.3], colour, [0, 0.2, 0.6], { turn: [0.24, 0, 0] }),
    box([0.2, 0.03, 0.26], '#8feaff', [0, 0.29, 0.62], { turn: [0.24, 0, 0], glow: 0.5 }),
  ]
}
