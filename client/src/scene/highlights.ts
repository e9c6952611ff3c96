// Lines and ghosts over cells: what is hovered, selected, about to be claimed or built.

import {
  AdditiveBlending,
  BufferAttribute,
  BufferGeometry,
  Color,
  ConeGeometry,
  Group,
  Mesh,
  MeshBasicMaterial,
} from 'three'
import { step } from '../../../src/domain/grid/step.ts'
import { ownerColour } from '../planet/marks.ts'
import { heightOf } from '../planet/relief.ts'
import { createModelMaterial, Instances } from './instances.ts'
import { modelOf } from './models.ts'
import { type Ground, standing, tangentTo, topPoint, upAt } from './placing.ts'
import { ownerColours, type Shared } from './shading.ts'

export type Ghost = {
  readonly cell: number
  readonly prototype: string
  readonly direction: number
  readonly allowed: boolean
}

export type Highlighted = {
  readonly hovered: number
  readonly selected: number
  /** Cells of a stroke under way (claims, a line of belts). */
  readonly stroke: readonly number[]
  readonly ghosts: readonly Ghost[]
}

const HOVER = '#ffffff'
const SELECTED = '#8ff3ff'
const STROKE = '#9dffbe'
const REFUSED = '#ff7a66'

export class Highlights {
  readonly group = new Group()
  private readonly ground: Ground
  private readonly lines: Mesh<BufferGeometry, MeshBasicMaterial>
  private readonly ghosts = new Map<string, Instances>()
  private readonly arrows: Instances
  private readonly ghostMaterial

  constructor(ground: Ground, shared: Shared) {
    this.ground = ground
    this.lines = new Mesh(
      new BufferGeometry(),
      new MeshBasicMaterial({
        vertexColors: true,
        transparent: true,
        opacity: 0.95,
        depthWrite: false,
        side: 2,
        polygonOffset: true,
        polygonOffsetFactor: -2,
        polygonOffsetUnits: -2,
      }),
    )
    this.lines.frustumCulled = false
    this.lines.renderOrder = 2
    this.ghostMaterial = createModelMaterial(shared)
    const arrow = new ConeGeometry(0.2, 0.5, 4).rotateX(Math.PI / 2)
    const light = createModelMaterial(shared, { plain: true, glow: 0.9 })
    light.blending = AdditiveBlending
    this.arrows = new Instances(arrow.toNonIndexed(), light, 64)
    this.group.add(this.lines, this.arrows.mesh)
  }

  show({ hovered, selected, stroke, ghosts }: Highlighted): void {
    const rings: [number, string, number][] = stroke.map((cell) => [cell, STROKE, 0.16])
    if (hovered >= 0 && hovered !== selected) rings.push([hovered, HOVER, 0.09])
    if (selected >= 0) rings.push([selected, SELECTED, 0.15])
    for (const { cell, allowed } of ghosts) rings.push([cell, allowed ? STROKE : REFUSED, 0.12])
    this.drawRings(rings)
    this.drawGhosts(ghosts)
  }

  private drawRings(rings: readonly (readonly [number, string, number])[]): void {
    const positions: number[] = []
    const colours: number[] = []
    const index: number[] = []
    const { sphere, planet } = this.ground
    for (const [cell, css, width] of rings) {
      const centre = sphere.centre(cell)
      const radius = sphere.radius + heightOf(planet, cell) + 0.035
      const { r, g, b } = new Color(css)
      const corners = sphere.corners(cell)
      const base = positions.length / 3
      for (const corner of corners) {
        for (const inset of [0.03, 0.03 + width]) {
          for (let axis = 0; axis < 3; axis++) {
            positions.push((corner[axis]! * (1 - inset) + centre[axis]! * inset) * radius)
          }
          colours.push(r, g, b)
        }
      }
      for (let q = 0; q < corners.length; q++) {
        const a = base + q * 2
        const next = base + ((q + 1) % corners.length) * 2
        index.push(a, next, a + 1, next, next + 1, a + 1)
      }
    }
    this.lines.geometry.dispose()
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(positions), 3))
    geometry.setAttribute('color', new BufferAttribute(new Float32Array(colours), 3))
    geometry.setIndex(index)
    this.lines.geometry = geometry
    this.lines.visible = rings.length > 0
  }

  private drawGhosts(ghosts: readonly Ghost[]): void {
    const names = new Set([...ghosts.map(({ prototype }) => prototype), ...this.ghosts.keys()])
    const tint = new Color(ownerColours[ownerColour(1)])
    for (const name of names) {
      const list = ghosts.filter(({ prototype }) => prototype === name)
      this.ghostsOf(name).fill(
        list.map(({ cell, direction }) => ({
          matrix: standing(
            topPoint(this.ground, cell),
            upAt(this.ground, cell),
            tangentTo(this.ground, cell, direction),
            1.12,
          ),
          tint,
          state: 0,
        })),
      )
    }
    this.arrows.fill(
      ghosts.flatMap(({ cell, direction, allowed }) => {
        const ahead = step(this.ground.sphere.n, cell, direction)
        if (!ahead) return []
        const edge = topPoint(this.ground, cell)
          .add(topPoint(this.ground, ahead.cell))
          .multiplyScalar(0.5)
        const up = upAt(this.ground, cell)
        return [
          {
            matrix: standing(
              edge.addScaledVector(up, 0.45),
              up,
              tangentTo(this.ground, cell, direction),
              1.3,
            ),
            tint: new Color(allowed ? SELECTED : REFUSED),
            state: 1,
          },
        ]
      }),
    )
  }

  private ghostsOf(prototype: string): Instances {
    const known = this.ghosts.get(prototype)
    if (known) return known
    const instances = new Instances(modelOf(prototype), this.ghostMaterial, 16)
    this.ghosts.set(prototype, instances)
    this.group.add(instances.mesh)
    return instances
  }
}
