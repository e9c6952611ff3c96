// The planet where its chunks have not come: a coarse ball below the ground, coloured as the planet was generated, from
// nothing but its seed. It is what is seen first, and stays under planets that are too large to be watched whole.

import {
  BufferAttribute,
  type BufferGeometry,
  Mesh,
  ShaderMaterial,
  SphereGeometry,
  Vector3,
} from 'three'
import { generateCell } from '../../../src/domain/generation/terrain.ts'
import { cellAtDirection } from '../../../src/domain/grid/position.ts'
import { terrainColours } from '../planet/cellColours.ts'
import { LOWEST_TOP } from '../planet/relief.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

const ACROSS = 192
const DOWN = 96
/** Of so many times fewer rows and columns where the ground soon covers it: half as much is a quarter of the work. */
const COARSER = 2
/** So deep under the lowest ground that it is never seen through it. */
const DEPTH = 0.5
/** So long a frame may spend on it, ms; the first one colours the whole side that is seen. */
const BUDGET_MS = 6
const FIRST_BUDGET_MS = 120

export class FarGlobe {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly n: number
  private readonly seed: number
  /** Vertices that have no colour yet, the last first. */
  private left: number[] | undefined

  /** @param lasts it stays under the ground, and is not only what is seen until the chunks have come */
  constructor(n: number, seed: number, shared: Shared, lasts: boolean) {
    this.n = n
    this.seed = seed
    const finer = lasts ? 1 : 1 / COARSER
    const radius = shared.uRadius.value + LOWEST_TOP - DEPTH
    const geometry = new SphereGeometry(radius, ACROSS * finer, DOWN * finer)
    const { count } = geometry.getAttribute('position')
    geometry.setAttribute('aColour', new BufferAttribute(new Float32Array(count * 3), 3))
    this.mesh = new Mesh(geometry, farGlobeMaterial(shared))
    this.mesh.renderOrder = -1
  }

  /** Colours some more of it, what faces the eye first. @returns whether anything was left to do */
  work(eye: Vector3): boolean {
    const isFirst = this.left === undefined
    this.left ??= this.towards(eye)
    if (this.left.length === 0) return false
    const { position, aColour } = this.mesh.geometry.attributes
    const at = new Vector3()
    const until = performance.now() + (isFirst ? FIRST_BUDGET_MS : BUDGET_MS)
    while (this.left.length > 0 && performance.now() < until) {
      const vertex = this.left.pop()!
      at.fromBufferAttribute(position as BufferAttribute, vertex).normalize()
      const { terrain } = generateCell(this.seed, this.n, cellAtDirection(this.n, at.toArray()))
      const { r, g, b } = terrainColours[terrain] ?? terrainColours[0]!
      ;(aColour as BufferAttribute).setXYZ(vertex, r, g, b)
    }
    aColour!.needsUpdate = true
    return true
  }

  dispose(): void {
    this.mesh.geometry.dispose()
    this.mesh.material.dispose()
  }

  /** All vertices, those that look away from the eye first. */
  private towards(eye: Vector3): number[] {
    const places = this.mesh.geometry.getAttribute('position')
    const facing = Float64Array.from({ length: places.count }, (_, vertex) => {
      const x = places.getX(vertex) * eye.x
      return x + places.getY(vertex) * eye.y + places.getZ(vertex) * eye.z
    })
    return Array.from(facing.keys()).sort((a, b) => facing[a]! - facing[b]!)
  }
}

export function farGlobeMaterial(shared: Shared): ShaderMaterial {
  return new ShaderMaterial({
    uniforms: { ...shared },
    vertexShader: /* glsl */ `
      in vec3 aColour;
      out vec3 vColour;
      out vec3 vPoint;
      void main() {
        vColour = aColour;
        vPoint = position;
        gl_Position = projectionMatrix * viewMatrix * vec4(position, 1.0);
      }`,
    fragmentShader: /* glsl */ `
      in vec3 vColour;
      in vec3 vPoint;
      ${LIGHT}
      void main() {
        vec3 up = normalize(vPoint);
        gl_FragColor = vec4(haze(shade(vColour, up, up, 0.9, 1.0), vPoint), 1.0);
        ${OUTPUT}
      }`,
  })
}
