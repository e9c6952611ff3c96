// Belts as ribbons: each cell's piece comes in where another belt gives to it and goes out in its direction.

import { BufferAttribute, BufferGeometry, Mesh, ShaderMaterial, type Vector3 } from 'three'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import type { Lamps } from '../planet/lamps.ts'
import { type Ground, tangentTo, topPoint, upAt } from './placing.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

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

/** The way of every belt over its cell. */
export function beltWays(ground: Ground, lamps: Lamps, belts: readonly StructureView[]): BeltWay[] {
  const byCell = new Map(belts.map((belt) => [belt.cell, belt]))
  const { n } = ground.sphere
  return belts.map((structure) => {
    const { cell, direction } = structure
    const over = topPoint(ground, cell)
    const ahead = neighbour(n, cell, direction)
    const to =
      ahead < 0
        ? over.clone().addScaledVector(tangentTo(ground, cell, direction), 0.9)
        : edgePoint(ground, cell, ahead)
    const feeder = neighboursOf(n, cell).find((next) => {
      if (next === ahead) return false
      const other = byCell.get(next) ?? ground.planet.structures.get(next)
      return other !== undefined && neighbour(n, next, other.direction) === cell
    })
    const from =
      feeder === undefined
        ? over.clone().multiplyScalar(2).sub(to).setLength(over.length())
        : edgePoint(ground, cell, feeder)
    return { structure, up: upAt(ground, cell), from, over, to, light: lamps.brightness(cell) }
  })
}

/** A point of a belt's way: 0 where items come in, 1 where they leave. */
function pointOnBelt(
  { from, over, to, up }: BeltWay,
  t: number,
): { at: Vector3; up: Vector3; ahead: Vector3 } {
  const a = (1 - t) * (1 - t)
  const b = 2 * t * (1 - t)
  const c = t * t
  const at = from
    .clone()
    .multiplyScalar(a)
    .addScaledVector(over, b)
    .addScaledVector(to, c)
    .addScaledVector(up, 0.1)
  const ahead = over
    .clone()
    .sub(from)
    .multiplyScalar(1 - t)
    .add(to.clone().sub(over).multiplyScalar(t))
    .normalize()
  return { at, up, ahead }
}

export class BeltRibbons {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>

  constructor(shared: Shared) {
    this.mesh = new Mesh(new BufferGeometry(), createMaterial(shared))
    this.mesh.frustumCulled = false
    this.mesh.visible = false
  }

  build(ways: readonly BeltWay[]): void {
    const perWay = (SLICES + 1) * 4
    const positions = new Float32Array(ways.length * perWay * 3)
    const across = new Float32Array(ways.length * perWay * 3)
    const index: number[] = []
    ways.forEach((way, place) => {
      writeRibbon(way, place * perWay, positions, across, index)
    })
    this.mesh.geometry.dispose()
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(positions, 3))
    geometry.setAttribute('aAcross', new BufferAttribute(across, 3))
    geometry.setIndex(index)
    this.mesh.geometry = geometry
    this.mesh.visible = ways.length > 0
  }
}

function writeRibbon(
  way: BeltWay,
  base: number,
  positions: Float32Array,
  across: Float32Array,
  index: number[],
): void {
  // The light of lamps is the fraction of whether it is a plan.
  const plan = (way.structure.status === 'blueprint' ? 1 : 0) + way.light * 0.49
  for (let slice = 0; slice <= SLICES; slice++) {
    const t = slice / SLICES
    const { at, up, ahead } = pointOnBelt(way, t)
    const side = ahead.clone().cross(up).normalize()
    const row = base + slice * 4
    const profile: readonly (readonly [number, number, number])[] = [
      [-1, -THICKNESS, 0],
      [-1, 0, 0.04],
      [1, 0, 0.96],
      [1, -THICKNESS, 1],
    ]
    profile.forEach(([sideways, lift, u], corner) => {
      const vertex = row + corner
      const point = at
        .clone()
        .addScaledVector(side, sideways * HALF_WIDTH)
        .addScaledVector(up, lift)
      positions.set([point.x, point.y, point.z], vertex * 3)
      across.set([u, t, plan], vertex * 3)
      if (slice > 0 && corner > 0) {
        const before = vertex - 4
        index.push(before - 1, before, vertex - 1, before, vertex, vertex - 1)
      }
    })
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
