// Many copies of one model that come, change and go one by one: only what differs is written and sent.

import {
  type BufferGeometry,
  DynamicDrawUsage,
  InstancedBufferAttribute,
  InstancedMesh,
  type ShaderMaterial,
} from 'three'
import type { Instance } from './instances.ts'
import { Slots, touched } from './slots.ts'

export class KeyedInstances {
  readonly mesh: InstancedMesh
  private readonly slots = new Slots<number>()
  private capacity = 64
  private tints: InstancedBufferAttribute

  constructor(geometry: BufferGeometry, material: ShaderMaterial) {
    this.mesh = new InstancedMesh(geometry.clone(), material, this.capacity)
    this.mesh.frustumCulled = false
    this.tints = this.allocate()
    this.count()
  }

  /** Stands a copy anew, or otherwise than before. */
  put(key: number, { matrix, tint, state, light = 0 }: Instance): void {
    const place = this.slots.take(key)
    if (place === this.capacity) this.grow()
    this.mesh.setMatrixAt(place, matrix)
    touched(this.mesh.instanceMatrix, place * 16, 16)
    this.tints.setXYZW(place, tint.r, tint.g, tint.b, state + light * 0.49)
    touched(this.tints, place * 4, 4)
    this.count()
  }

  /** Only how it works, and how brightly it lies, has changed. */
  shade(key: number, state: number, light: number): void {
    const place = this.slots.of(key)
    if (place < 0) return
    this.tints.setW(place, state + light * 0.49)
    touched(this.tints, place * 4, 4)
  }

  remove(key: number): void {
    this.slots.leave(key, (from, to) => {
      const matrices = this.mesh.instanceMatrix
      matrices.array.copyWithin(to * 16, from * 16, from * 16 + 16)
      touched(matrices, to * 16, 16)
      this.tints.array.copyWithin(to * 4, from * 4, from * 4 + 4)
      touched(this.tints, to * 4, 4)
    })
    this.count()
  }

  clear(): void {
    this.slots.clear()
    this.count()
  }

  private count(): void {
    this.mesh.count = this.slots.size
    this.mesh.visible = this.slots.size > 0
  }

  private grow(): void {
    const { instanceMatrix } = this.mesh
    const { tints } = this
    // Buffers on the device cannot grow: the old ones are given back.
    this.mesh.dispose()
    this.mesh.geometry.dispose()
    this.capacity *= 2
    this.tints = this.allocate()
    this.mesh.instanceMatrix.array.set(instanceMatrix.array)
    this.tints.array.set(tints.array)
  }

  private allocate(): InstancedBufferAttribute {
    const matrices = new InstancedBufferAttribute(new Float32Array(this.capacity * 16), 16)
    const tints = new InstancedBufferAttribute(new Float32Array(this.capacity * 4), 4)
    this.mesh.instanceMatrix = matrices.setUsage(DynamicDrawUsage)
    this.mesh.geometry.setAttribute('aTint', tints.setUsage(DynamicDrawUsage))
    return tints
  }
}
