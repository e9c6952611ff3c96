// Belts as ribbons: each cell's piece comes in where another belt gives to it and goes out in its direction.

import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  Mesh,
  ShaderMaterial,
  type TypedArray,
  Vector3,
} from 'three'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import type { Lamps } from '../planet/lamps.ts'
import { type Ground, tangentTo, topPoint, upAt } from './placing.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'
import { Slots, touched } from './slots.ts'

export type BeltWay = {
  readonly structure: StructureView
  readonly up: Vector3
  readonly from: Vector3
  readonly over: Vector3
  readonly to: Vector3
  /** Light of lamps by night, 0 to 1. */
  readonly light: number
}

const HALF_WIDTH = 0.27
const THICKNESS = 0.12
const SLICES = 6

/** The middle of the two cells' edge, as high as the higher of them: the lower one's belt climbs to it. */
function edgePoint(ground: Ground, cell: number, next: number): Vector3 {
  const own = topPoint(ground, cell)
  const other = topPoint(ground, next)
  const height = Math.max(own.length(), other.length())
  return own.add(other).setLength(height)
}

/** The way of a belt over its cell. */
export function beltWay(ground: Ground, lamps: Lamps, structure: StructureView): BeltWay {
  const { n } = ground.sphere
  const { cell, direction } = structure
  const over = topPoint(ground, cell)
  const ahead = neighbour(n, cell, direction)
  const to =
    ahead < 0
      ? over.clone().addScaledVector(tangentTo(ground, cell, direction), 0.9)
      : edgePoint(ground, cell, ahead)
  const feeder = neighboursOf(n, cell).find((next) => {
    if (next === ahead) return false
    const other = ground.planet.structures.get(next)
    return other !== undefined && neighbour(n, next, other.direction) === cell
  })
  const from =
    feeder === undefined
      ? over.clone().multiplyScalar(2).sub(to).setLength(over.length())
      : edgePoint(ground, cell, feeder)
  return { structure, up: upAt(ground, cell), from, over, to, light: lamps.brightness(cell) }
}

const VERTICES = (SLICES + 1) * 4
const INDICES = SLICES * 3 * 6
const BELTS_AT_FIRST = 128

/** The ribbons of all belts in one mesh; each is written when its way is new, and not when others are. */
export class BeltRibbons {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly slots = new Slots<number>()
  private capacity = BELTS_AT_FIRST
  private positions: BufferAttribute
  private across: BufferAttribute

  constructor(shared: Shared) {
    this.mesh = new Mesh(new BufferGeometry(), createMaterial(shared))
    this.mesh.frustumCulled = false
    this.positions = new BufferAttribute(new Float32Array(0), 3)
    this.across = new BufferAttribute(new Float32Array(0), 3)
    this.allocate()
    this.count()
  }

  put(way: BeltWay): void {
    const place = this.slots.take(way.structure.cell)
    if (place === this.capacity) this.grow()
    writeRibbon(way, place * VERTICES, this.positions.array, this.across.array)
    this.sent(place)
    this.count()
  }

  remove(cell: number): void {
    this.slots.leave(cell, (from, to) => {
      for (const { array } of [this.positions, this.across]) {
        array.copyWithin(to * VERTICES * 3, from * VERTICES * 3, (from + 1) * VERTICES * 3)
      }
      this.sent(to)
    })
    this.count()
  }

  clear(): void {
    this.slots.clear()
    this.count()
  }

  private sent(place: number): void {
    for (const attribute of [this.positions, this.across]) {
      touched(attribute, place * VERTICES * 3, VERTICES * 3)
    }
  }

  private count(): void {
    this.mesh.geometry.setDrawRange(0, this.slots.size * INDICES)
    this.mesh.visible = this.slots.size > 0
  }

  private grow(): void {
    const { positions, across } = this
    // Buffers on the device cannot grow: the old ones are given back.
    this.mesh.geometry.dispose()
    this.capacity *= 2
    this.allocate()
    this.positions.array.set(positions.array)
    this.across.array.set(across.array)
  }

  private allocate(): void {
    const geometry = new BufferGeometry()
    this.positions = new BufferAttribute(new Float32Array(this.capacity * VERTICES * 3), 3)
    this.across = new BufferAttribute(new Float32Array(this.capacity * VERTICES * 3), 3)
    const index = new Uint32Array(this.capacity * INDICES)
    for (let place = 0; place < this.capacity; place++) writeIndex(place, index)
    geometry.setAttribute('position', this.positions.setUsage(DynamicDrawUsage))
    geometry.setAttribute('aAcross', this.across.setUsage(DynamicDrawUsage))
    geometry.setIndex(new BufferAttribute(index, 1))
    this.mesh.geometry = geometry
  }
}

/** Sideways, lifted, and where across the ribbon: its four edges. */
const PROFILE: readonly (readonly [number, number, number])[] = [
  [-1, -THICKNESS, 0],
  [-1, 0, 0.04],
  [1, 0, 0.96],
  [1, -THICKNESS, 1],
]
const at = new Vector3()
const ahead = new Vector3()
const side = new Vector3()
const turned = new Vector3()

/** Written anew as belts come: nothing is left to be collected. */
function writeRibbon(
  { structure, light, from, over, to, up }: BeltWay,
  base: number,
  positions: TypedArray,
  across: TypedArray,
): void {
  // The light of lamps is the fraction of whether it is a plan.
  const plan = (structure.status === 'blueprint' ? 1 : 0) + light * 0.49
  for (let slice = 0; slice <= SLICES; slice++) {
    const t = slice / SLICES
    at.copy(from).multiplyScalar((1 - t) * (1 - t))
    at.addScaledVector(over, 2 * t * (1 - t))
      .addScaledVector(to, t * t)
      .addScaledVector(up, 0.1)
    ahead.subVectors(over, from).multiplyScalar(1 - t)
    ahead.addScaledVector(turned.subVectors(to, over), t)
    side.crossVectors(ahead.normalize(), up).normalize().multiplyScalar(HALF_WIDTH)
    for (let edge = 0; edge < 4; edge++) {
      const [sideways, lift, u] = PROFILE[edge]!
      const first = (base + slice * 4 + edge) * 3
      positions[first] = at.x + side.x * sideways + up.x * lift
      positions[first + 1] = at.y + side.y * sideways + up.y * lift
      positions[first + 2] = at.z + side.z * sideways + up.z * lift
      across[first] = u
      across[first + 1] = t
      across[first + 2] = plan
    }
  }
}

function writeIndex(place: number, index: Uint32Array): void {
  let entry = place * INDICES
  for (let slice = 1; slice <= SLICES; slice++) {
    for (let edge = 1; edge < 4; edge++) {
      const vertex = place * VERTICES + slice * 4 + edge
      const before = vertex - 4
      index.set([before - 1, before, vertex - 1, before, vertex, vertex - 1], entry)
      entry += 6
    }
  }
}

function createMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    side: 2,
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      in vec3 aAcross;
      out vec3 vAcross;
      out vec3 vPoint;
      void main() {
        vAcross = aAcross;
        vPoint = position;
        gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vAcross;
      in vec3 vPoint;
      uniform float uTick;
      ${LIGHT}
      void main() {
        float edge = abs(vAcross.x - 0.5) * 2.0;
        // One cell in eight ticks, as what lies on it; four treads a cell.
        float tread = fract(vAcross.y * 4.0 - uTick * 0.5 + edge * 0.35);
        vec3 rubber = mix(vec3(0.03, 0.034, 0.04), vec3(0.085, 0.095, 0.105),
          smoothstep(0.4, 0.48, tread) * (1.0 - smoothstep(0.64, 0.72, tread)));
        vec3 colour = mix(rubber, vec3(0.5, 0.34, 0.06), step(0.82, edge));
        vec3 up = normalize(vPoint);
        vec3 lit = shade(colour, up, up, 0.9, sunlitAt(vPoint, up));
        lit += lampAt(colour, up, fract(vAcross.z) * 2.0);
        if (vAcross.z > 0.5) {
          if (fract((gl_FragCoord.x + gl_FragCoord.y) * 0.25) < 0.5) discard;
          lit = lit * 0.35 + vec3(0.16, 0.55, 0.68) * 0.6;
        }
        gl_FragColor = vec4(haze(lit, vPoint), 1.0);
        ${OUTPUT}
      }`,
  })
}
