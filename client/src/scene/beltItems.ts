// Items on belts, moved by the graphics device: each knows its way over the cell and when it came there, so that
// nothing is uploaded while they travel.

import {
  type BufferGeometry,
  CylinderGeometry,
  DynamicDrawUsage,
  InstancedBufferGeometry,
  InstancedInterleavedBuffer,
  InterleavedBufferAttribute,
  Mesh,
  ShaderMaterial,
} from 'three'
import { FULL, restOf, type Track } from '../planet/beltTracks.ts'
import type { BeltWay } from './belts.ts'
import { itemColour } from './itemColours.ts'
import { itemForm } from './itemForms.ts'
import { LIGHT, OUTPUT, type Shared } from './shading.ts'
import { Slots, touched } from './slots.ts'

/** What the shader reads of each item, and how many numbers: they lie side by side, so that an item is sent as one piece. */
const FIELDS = { aFrom: 3, aOver: 3, aTo: 3, aTint: 4, aTime: 2, aForm: 4 } as const
const STRIDE = 19
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
  /** By belt and place on it: cell × FULL + place. */
  private readonly slots = new Slots<number>()
  private capacity = 256
  private buffer: InstancedInterleavedBuffer

  constructor(shared: Shared) {
    const piece = new CylinderGeometry(1, 1, 1, 6).translate(0, 0.5, 0).toNonIndexed()
    piece.computeVertexNormals()
    this.geometry.setAttribute('position', piece.getAttribute('position'))
    this.geometry.setAttribute('normal', piece.getAttribute('normal'))
    const material = new ShaderMaterial({
      uniforms: { ...shared },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
    })
    this.mesh = new Mesh(this.geometry, material)
    this.mesh.frustumCulled = false
    this.buffer = this.allocate()
    this.count()
  }

  /** What lies on one belt, or the way over it, is new; its items then move by themselves. */
  put(way: BeltWay, track: Track | undefined): void {
    const { cell } = way.structure
    const items = track?.items ?? []
    for (let place = 0; place < FULL; place++) {
      const item = items[place]
      if (item === undefined) this.leave(cell * FULL + place)
      else this.write(cell * FULL + place, way, item, track!.entered[place]!, restOf(place))
    }
    this.count()
  }

  remove(cell: number): void {
    for (let place = 0; place < FULL; place++) this.leave(cell * FULL + place)
    this.count()
  }

  clear(): void {
    this.slots.clear()
    this.count()
  }

  private count(): void {
    this.geometry.instanceCount = this.slots.size
    this.mesh.visible = this.slots.size > 0
  }

  private write(key: number, way: BeltWay, item: string, entered: number, rest: number): void {
    const { from, over, to, light } = way
    const place = this.slots.take(key)
    if (place === this.capacity) this.grow()
    const { array } = this.buffer
    const first = place * STRIDE
    from.toArray(array, first)
    over.toArray(array, first + 3)
    to.toArray(array, first + 6)
    const { r, g, b } = itemColour(item)
    array[first + 9] = r
    array[first + 10] = g
    array[first + 11] = b
    array[first + 12] = light
    array[first + 13] = ((entered % TICK_ROUND) + TICK_ROUND) % TICK_ROUND
    array[first + 14] = rest
    const [width, height, top, rough] = itemForm(item)
    array[first + 15] = width
    array[first + 16] = height
    array[first + 17] = top
    array[first + 18] = rough * entered * 2.4
    touched(this.buffer, first, STRIDE)
  }

  private leave(key: number): void {
    this.slots.leave(key, (from, to) => {
      this.buffer.array.copyWithin(to * STRIDE, from * STRIDE, (from + 1) * STRIDE)
      touched(this.buffer, to * STRIDE, STRIDE)
    })
  }

  private grow(): void {
    const { array } = this.buffer
    // Buffers on the device cannot grow: the old ones are given back.
    this.geometry.dispose()
    this.capacity *= 2
    this.buffer = this.allocate()
    this.buffer.array.set(array)
  }

  private allocate(): InstancedInterleavedBuffer {
    const buffer = new InstancedInterleavedBuffer(new Float32Array(this.capacity * STRIDE), STRIDE)
    buffer.setUsage(DynamicDrawUsage)
    let offset = 0
    for (const [name, size] of Object.entries(FIELDS)) {
      this.geometry.setAttribute(name, new InterleavedBufferAttribute(buffer, size, offset))
      offset += size
    }
    return buffer
  }
}
