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
import { plus, scaled, type Vector } from '../planet/sphere.ts'
import { createModelMaterial, Instances } from './instances.ts'
import { modelOf } from './models.ts'
import { type Ground, standing, tangentTo, topPoint, upAt } from './placing.ts'
import { ownerColours, type Shared } from './shading.ts'

export type Ghost = {
  readonly cell: number
  readonly prototype: string
  readonly direction: number
  /** `pending`: ordered, and its tick has not come; `hint`: the guide points there. */
  readonly level: 'good' | 'waits' | 'refused' | 'pending' | 'hint'
}

export type Highlighted = {
  readonly hovered: number
  readonly selected: number
  /** Cells of a stroke under way (claims, a line of belts). */
  readonly stroke: readonly number[]
  readonly ghosts: readonly Ghost[]
  /** Selected together. */
  readonly picked: readonly number[]
  /** Ordered, not yet done: claims and removals. */
  readonly claims: readonly number[]
  readonly removals: readonly number[]
  /** The cell that the keyboard points at, or -1. */
  readonly cursor: number
  /** Cells that the guide points at. */
  readonly hints: readonly number[]
}

/** Not by hue alone: what waits is dashed, what is refused or goes is crossed out. */
type Ring = {
  readonly cell: number
  readonly css: string
  readonly width: number
  readonly style?: 'dashed' | 'crossed'
}

const HOVER = '#ffffff'
const SELECTED = '#8ff3ff'
const STROKE = '#9dffbe'
const REFUSED = '#ff7a66'
const WAITS = '#ffd27a'
const PENDING = '#8fb8ff'
const CURSOR = '#ffffff'
const HINT: Omit<Ring, 'cell'> = { css: '#fff3b0', width: 0.2, style: 'dashed' }

const levelRings: Readonly<Record<Ghost['level'], Omit<Ring, 'cell'>>> = {
  good: { css: STROKE, width: 0.12 },
  waits: { css: WAITS, width: 0.14, style: 'dashed' },
  refused: { css: REFUSED, width: 0.14, style: 'crossed' },
  pending: { css: PENDING, width: 0.1, style: 'dashed' },
  hint: HINT,
}

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

  show(highlighted: Highlighted): void {
    const { hovered, selected, stroke, ghosts, picked, claims, removals, cursor, hints } =
      highlighted
    const rings: Ring[] = hints.map((cell) => ({ cell, ...HINT }))
    rings.push(...stroke.map((cell) => ({ cell, css: STROKE, width: 0.16 })))
    for (const cell of claims) rings.push({ cell, css: PENDING, width: 0.14, style: 'dashed' })
    for (const cell of removals) rings.push({ cell, css: REFUSED, width: 0.12, style: 'crossed' })
    for (const cell of picked) rings.push({ cell, css: SELECTED, width: 0.14 })
    if (hovered >= 0 && hovered !== selected) {
      rings.push({ cell: hovered, css: HOVER, width: 0.09 })
    }
    if (selected >= 0) rings.push({ cell: selected, css: SELECTED, width: 0.15 })
    for (const { cell, level } of ghosts) rings.push({ cell, ...levelRings[level] })
    if (cursor >= 0) rings.push({ cell: cursor, css: CURSOR, width: 0.22, style: 'dashed' })
    this.drawRings(rings)
    this.drawGhosts(ghosts)
  }

  private drawRings(rings: readonly Ring[]): void {
    const lines: Lines = { positions: [], colours: [], index: [] }
    const { sphere, planet } = this.ground
    for (const { cell, css, width, style } of rings) {
      const centre = sphere.centre(cell)
      const height = sphere.radius + heightOf(planet, cell) + 0.035
      const colour = new Color(css)
      const corners = sphere.corners(cell)
      const at = (corner: Vector, inset: number) =>
        scaled(plus(scaled(corner, 1 - inset), centre, inset), height)
      corners.forEach((corner, q) => {
        const next = corners[(q + 1) % corners.length]!
        for (const [from, to] of style === 'dashed' ? DASHES : WHOLE) {
          const a = between(corner, next, from)
          const b = between(corner, next, to)
          quad(lines, colour, [at(a, 0.03), at(a, 0.03 + width), at(b, 0.03), at(b, 0.03 + width)])
        }
      })
      if (style !== 'crossed') continue
      for (const q of [0, 1]) {
        const corner = corners[q]!
        const across = corners[(q + 3) % corners.length]!
        const aside = between(corner, corners[q + 1]!, 0.14)
        const asideAcross = between(across, corners[(q + 2) % corners.length]!, 0.14)
        quad(lines, colour, [
          at(corner, 0.3),
          at(aside, 0.3),
          at(across, 0.3),
          at(asideAcross, 0.3),
        ])
      }
    }
    this.lines.geometry.dispose()
    const geometry = new BufferGeometry()
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(lines.positions), 3))
    geometry.setAttribute('color', new BufferAttribute(new Float32Array(lines.colours), 3))
    geometry.setIndex(lines.index)
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
      ghosts.flatMap(({ cell, direction, level }) => {
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
            tint: new Color(level === 'refused' ? REFUSED : SELECTED),
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

type Lines = { readonly positions: number[]; readonly colours: number[]; readonly index: number[] }

/** Which shares of an edge are drawn. */
const WHOLE: readonly (readonly [number, number])[] = [[0, 1]]
const DASHES: readonly (readonly [number, number])[] = [
  [0, 0.3],
  [0.7, 1],
]

function between(a: Vector, b: Vector, share: number): Vector {
  return plus(scaled(a, 1 - share), b, share)
}

/** Two triangles over the corners a, a′, b, b′. */
function quad({ positions, colours, index }: Lines, { r, g, b }: Color, corners: Vector[]): void {
  const base = positions.length / 3
  for (const corner of corners) {
    positions.push(...corner)
    colours.push(r, g, b)
  }
  index.push(base, base + 2, base + 1, base + 2, base + 3, base + 1)
}
