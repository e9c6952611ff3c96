// Items on belts, moved by the graphics device: each knows its way over the cell and when it came there, so that
// nothing is uploaded while they travel.

import {
  type BufferGeometry,
  CylinderGeometry,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  ShaderMaterial,
} from 'three'
import { restOf, type Track } from '../planet/beltTracks.ts'
import type { BeltWay } from './belts.ts'
import { itemColour } from './itemColours.ts'
import { itemForm } from './itemForms.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'

const FIELDS = { aFrom: 3, aOver: 3, aTo: 3, aTint: 4, aTime: 2, aForm: 4 } as const
type Field = keyof typeof FIELDS
/** The shader's clock goes round after so many ticks. */
export const TICK_ROUND = 65_536

const VERTEX = /* glsl */ `
in vec3 aFrom;
in vec3 aOver;
in vec3 aTo;
in vec4 aTint;
in vec2 aTime;
in vec4 aForm;
uniform float uTick;
out vec3 vColour;
out vec3 vPoint;
out vec3 vNormal;
out float vLamp;
void main() {
  float since = uTick - aTime.x;
  if (since < -${TICK_ROUND / 2}.0) since += ${TICK_ROUND}.0;
  // One cell in eight ticks, as far as the place in the row allows.
  float t = clamp(since / 8.0, 0.0, aTime.y);
  vec3 place = (1.0 - t) * (1.0 - t) * aFrom + 2.0 * t * (1.0 - t) * aOver + t * t * aTo;
  vec3 ahead = normalize((1.0 - t) * (aOver - aFrom) + t * (aTo - aOver));
  vec3 up = normalize(aOver);
  vec3 side = normalize(cross(up, ahead));
  mat3 turn = mat3(side, cross(ahead, side), ahead);
  // A six-sided piece: how wide and high it is, how narrow its top, and how it lies.
  vec3 piece = position * aForm.xyx;
  piece.xz *= position.y > 0.0 ? aForm.z : 1.0;
  float c = cos(aForm.w), s = sin(aForm.w);
  mat2 lie = mat2(c, -s, s, c);
  piece.xz = lie * piece.xz;
  vec3 facing = normalize(normal + vec3(0.0, (1.0 - aForm.z) * (1.0 - abs(normal.y)), 0.0));
  facing.xz = lie * facing.xz;
  vec3 point = place + up * 0.135 + turn * piece;
  vColour = aTint.rgb;
  vLamp = aTint.a;
  vPoint = point;
  vNormal = turn * facing;
  gl_Position = projectionMatrix * viewMatrix * vec4(point, 1.0);
}
`
const FRAGMENT = /* glsl */ `
in vec3 vColour;
in vec3 vPoint;
in vec3 vNormal;
in float vLamp;
${LIGHT}
void main() {
  vec3 lit = shade(vColour, normalize(vNormal), normalize(vPoint), 0.95, sunlitAt(vPoint, normalize(vNormal))) + vColour * 0.12;
  lit += lampAt(vColour, normalize(vPoint), vLamp);
  gl_FragColor = vec4(haze(lit, vPoint), 1.0);
  ${OUTPUT}
}
`

export class BeltItems {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>
  private readonly geometry = new InstancedBufferGeometry()
  private capacity = 256

  constructor(shared: Shared) {
    const piece = new CylinderGeometry(1, 1, 1, 6).translate(0, 0.5, 0).toNonIndexed()
    piece.computeVertexNormals()
    this.geometry.setAttribute('position', piece.getAttribute('position'))
    this.geometry.setAttribute('normal', piece.getAttribute('normal'))
    this.geometry.instanceCount = 0
    const material = new ShaderMaterial({
      uniforms: { ...shared },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(this.geometry, material)
    this.mesh.frustumCulled = false
    this.allocate()
  }

  /** Lists every item anew; they then move by themselves. */
  fill(ways: Iterable<BeltWay>, trackOf: (cell: number) => Track | undefined): void {
    let count = 0
    for (const way of ways) {
      const track = trackOf(way.structure.cell)
      for (const [place, item] of track?.items.entries() ?? []) {
        if (count === this.capacity) this.grow()
        this.write(count++, way, item, track!.entered[place]!, restOf(place))
      }
    }
    for (const name of Object.keys(FIELDS)) this.field(name as Field).needsUpdate = true
    this.geometry.instanceCount = count
    this.mesh.visible = count > 0
  }

  private write(index: number, way: BeltWay, item: string, entered: number, rest: number): void {
    const { from, over, to } = way
    this.field('aFrom').setXYZ(index, from.x, from.y, from.z)
    this.field('aOver').setXYZ(index, over.x, over.y, over.z)
    this.field('aTo').setXYZ(index, to.x, to.y, to.z)
    const { r, g, b } = itemColour(item)
    this.field('aTint').setXYZW(index, r, g, b, way.light)
    const [width, height, top, rough] = itemForm(item)
    this.field('aForm').setXYZW(index, width, height, top, rough * entered * 2.4)
    this.field('aTime').setXY(index, ((entered % TICK_ROUND) + TICK_ROUND) % TICK_ROUND, rest)
  }

  private field(name: Field): InstancedBufferAttribute {
    return this.geometry.getAttribute(name) as InstancedBufferAttribute
  }

  private grow(): void {
    const before = Object.keys(FIELDS).map((name) => this.field(name as Field).array)
    this.capacity *= 2
    this.allocate()
    Object.keys(FIELDS).forEach((name, place) => {
      ;(this.field(name as Field).array as Float32Array).set(before[place] as Float32Array)
    })
  }

  private allocate(): void {
    for (const [name, size] of Object.entries(FIELDS)) {
      const values = new InstancedBufferAttribute(new Float32Array(this.capacity * size), size)
      this.geometry.setAttribute(name, values.setUsage(DynamicDrawUsage))
    }
  }
}
