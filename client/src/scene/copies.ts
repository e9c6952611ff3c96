// One shape drawn many times with numbers of its own for each copy, moved by its shader alone; listed anew as a whole.

import {
  type BufferGeometry,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  type ShaderMaterial,
} from 'three'

export class Copies {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly shape: BufferGeometry

  constructor(shape: BufferGeometry, material: ShaderMaterial, renderOrder: number) {
    this.shape = shape
    this.mesh = new Mesh(new InstancedBufferGeometry(), material)
    this.mesh.frustumCulled = false
    this.mesh.visible = false
    this.mesh.renderOrder = renderOrder
  }

  /** Lists all copies. @param attributes of the shader, by name: as many numbers for each copy */
  fill(count: number, attributes: Readonly<Record<string, Float32Array>>): void {
    const { mesh, shape } = this
    mesh.visible = count > 0
    // Buffers cannot grow: the old ones are given back.
    mesh.geometry.dispose()
    const geometry = new InstancedBufferGeometry()
    geometry.index = shape.index
    for (const [name, attribute] of Object.entries(shape.attributes)) {
      geometry.setAttribute(name, attribute)
    }
    for (const [name, numbers] of Object.entries(attributes)) {
      const each = numbers.length / Math.max(1, count)
      geometry.setAttribute(name, new InstancedBufferAttribute(numbers, each))
    }
    geometry.instanceCount = count
    mesh.geometry = geometry
  }
}
