// The planet from afar where its chunks have not come: a coarse ball below the ground, coloured as the planet was
// generated. Only planets too large to be watched whole need it.

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
/** So deep under the lowest ground that it is never seen through it. */
const DEPTH = 0.5
/** So long a frame may spend on it, ms. */
const BUDGET_MS = 6

export class FarGlobe {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly n: number
  private readonly seed: number
  private next = 0

  constructor(n: number, seed: number, shared: Shared) {
    this.n = n
    this.seed = seed
    const geometry = new SphereGeometry(shared.uRadius.value + LOWEST_TOP - DEPTH, ACROSS, DOWN)
    const { count } = geometry.getAttribute('position')
    geometry.setAttribute('aColour', new BufferAttribute(new Float32Array(count * 3), 3))
    this.mesh = new Mesh(geometry, createMaterial(shared))
    this.mesh.renderOrder = -1
  }

  /** Colours some more of it. @returns whether anything was left to do */
  work(): boolean {
    const places = this.mesh.geometry.getAttribute('position')
    if (this.next >= places.count) return false
    const colours = this.mesh.geometry.getAttribute('aColour') as BufferAttribute
    const at = new Vector3()
    const until = performance.now() + BUDGET_MS
    for (; this.next < places.count && performance.now() < until; this.next++) {
      at.fromBufferAttribute(places, this.next).normalize()
      const { terrain } = generateCell(this.seed, this.n, cellAtDirection(this.n, at.toArray()))
      const { r, g, b } = terrainColours[terrain] ?? terrainColours[0]!
      colours.setXYZ(this.next, r, g, b)
    }
    colours.needsUpdate = true
    return true
  }
}

function createMaterial(shared: Shared): ShaderMaterial {
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
        gl_FragColor = vec4(haze(shade(vColour, up, up, 0.9), vPoint), 1.0);
        ${OUTPUT}
      }`,
  })
}
