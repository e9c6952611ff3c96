import { describe, expect, test } from 'vitest'
import { centresOf } from '../../client/src/planet/centres.ts'
import {
  buildGeometry,
  type ChunkGeometry,
  VERTICES_PER_CELL,
} from '../../client/src/planet/geometry.ts'
import { createPatch, type Patch } from '../../client/src/planet/patch.ts'
import { createSphere, cross, dot, minus, type Vector } from '../../client/src/planet/sphere.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'
import { positionOf } from '../../src/domain/grid/position.ts'

const n = 4
const sphere = createSphere(n)
const cells = Array.from({ length: sphere.count }, (_, cell) => cell)
/** The whole planet as if it were one chunk: places are cells. */
const whole: Patch = {
  n,
  cells: Int32Array.from(cells),
  own: cells.length,
  around: Int16Array.from(
    cells.flatMap((cell) => [0, 1, 2, 3, 4, 5].map((q) => sphere.ring(cell)[q] ?? -1)),
  ),
}
type CellNumber = (cell: number) => number | undefined
const build = (patch: Patch, height: CellNumber, depth: CellNumber = () => undefined) => {
  const read = (of: CellNumber) => Float64Array.from(patch.cells, (cell) => of(cell) ?? Number.NaN)
  return buildGeometry(patch, sphere.radius, read(height), read(depth))
}
/** A relief with every kind of neighbour: higher, lower, level. */
const height = (cell: number) => ((cell * 7) % 5) * 0.4
const geometry = build(whole, height)

function vertex(index: number): Vector {
  const at = index * 3
  return [geometry.positions[at]!, geometry.positions[at + 1]!, geometry.positions[at + 2]!]
}

function triangles(from: number, entries: number): number[][] {
  const list: number[][] = []
  for (let at = from; at < from + entries; at += 3) list.push([...geometry.index.slice(at, at + 3)])
  return list
}

const fans = triangles(0, geometry.fanEntries)
const walls = triangles(geometry.fanEntries, geometry.wallEntries)
const tops = triangles(
  geometry.fanEntries + geometry.wallEntries,
  geometry.index.length - geometry.fanEntries - geometry.wallEntries,
)
const verticesOf = ({ positions, surface }: ChunkGeometry, cell: number) => {
  const first = cell * VERTICES_PER_CELL
  const end = first + VERTICES_PER_CELL
  return [positions.slice(first * 3, end * 3), surface.slice(first * 4, end * 4)]
}
const cellOf = (index: number) => Math.floor(index / VERTICES_PER_CELL)

/** A triangle without area, which joins a wall's side to a rim that ends in its middle. */
function isSliver([a, b, c]: readonly number[]): boolean {
  const area = cross(minus(vertex(b!), vertex(a!)), minus(vertex(c!), vertex(a!)))
  return Math.hypot(...area) < 1e-4
}

describe('the geometry of a chunk', () => {
  test('every cell has 19 vertices; those that a triangle has lie at its own height or a lower neighbour’s', () => {
    expect(geometry.positions.length).toBe(sphere.count * VERTICES_PER_CELL * 3)
    for (const index of new Set(geometry.index)) {
      const cell = cellOf(index)
      const above = Math.hypot(...vertex(index)) - sphere.radius
      const lowest = Math.min(height(cell), ...sphere.ring(cell).map(height))
      expect(above).toBeLessThan(height(cell) + 1e-4)
      expect(above).toBeGreaterThan(lowest - 1e-4)
    }
  })

  test('a hexagon is a fan of six triangles and a pentagon of five, and fewer from afar', () => {
    const sides = cells.reduce((sum, cell) => sum + sphere.ring(cell).length, 0)
    expect(fans.length).toBe(sides)
    expect(tops.length).toBe(sides - 2 * sphere.count)
  })

  test('walls stand only towards lower neighbours, two triangles each', () => {
    const expected = cells.reduce(
      (sum, cell) => sum + sphere.ring(cell).filter((next) => height(next) < height(cell)).length,
      0,
    )
    expect(expected).toBeGreaterThan(0)
    expect(walls.filter((triangle) => !isSliver(triangle)).length).toBe(expected * 2)
  })

  test('no light shows through: every edge of the surface is walked once each way, also where three heights meet', () => {
    const walked = new Map<string, number>()
    for (const triangle of [...fans, ...walls]) {
      triangle.forEach((from, side) => {
        const [a, b] = [vertex(from).join(), vertex(triangle[(side + 1) % 3]!).join()]
        const edge = a < b ? `${a} ${b}` : `${b} ${a}`
        walked.set(edge, (walked.get(edge) ?? 0) + (a < b ? 1 : -1))
      })
    }
    expect(walls.some(isSliver)).toBe(true)
    expect([...walked.values()].filter((balance) => balance !== 0)).toEqual([])
  })

  test('chunks built one by one are the planet that is built at once, bit for bit, so that none can be told from the next', () => {
    const depth = (cell: number) => (cell % 5 === 0 ? undefined : (cell % 7) / 7)
    const planet = build(whole, height, depth)
    let entries = 0
    for (let chunk = 0; chunk < chunkCount(n); chunk++) {
      const patch = createPatch(n, chunk)
      const part = build(patch, height, depth)
      entries += part.index.length
      for (let place = 0; place < patch.own; place++) {
        expect(verticesOf(part, place)).toEqual(verticesOf(planet, patch.cells[place]!))
      }
    }
    expect(entries).toBe(planet.index.length)
  })

  test('every triangle looks outward', () => {
    for (const [a, b, c] of [...fans, ...tops]) {
      const normal = cross(minus(vertex(b!), vertex(a!)), minus(vertex(c!), vertex(a!)))
      expect(dot(normal, vertex(a!))).toBeGreaterThan(0)
    }
    for (const triangle of walls) {
      if (isSliver(triangle)) continue
      const [a, b, c] = triangle
      const normal = cross(minus(vertex(b!), vertex(a!)), minus(vertex(c!), vertex(a!)))
      const centre = vertex(cellOf(a!) * VERTICES_PER_CELL)
      expect(dot(normal, minus(vertex(c!), centre))).toBeGreaterThan(0)
    }
  })

  test('the last vertex of a wall is a foot and of a top a corner, since it provokes', () => {
    for (const [, , last] of walls) expect(last! % VERTICES_PER_CELL).toBeGreaterThanOrEqual(7)
    for (const [, , last] of [...fans, ...tops]) {
      expect(last! % VERTICES_PER_CELL).toBeGreaterThan(0)
      expect(last! % VERTICES_PER_CELL).toBeLessThan(7)
    }
  })

  test('neighbours share two corners bit for bit', () => {
    for (const cell of cells) {
      const own = new Set(sphere.corners(cell).map(String))
      for (const next of sphere.ring(cell)) {
        const shared = sphere.corners(next).filter((corner) => own.has(String(corner)))
        expect(shared).toHaveLength(2)
      }
    }
  })

  test('a wall towards a cell that is not known yet is left out', () => {
    const alone = build(whole, (cell) => (cell === 5 ? 3 : undefined))
    expect(alone.wallEntries).toBe(0)
  })

  test('the sea is as deep in a corner for all cells that meet there, and shallow along the coast', () => {
    const depth = (cell: number) => (cell % 5 === 0 ? undefined : (cell % 7) / 7)
    const level = () => 0
    const { surface } = build(whole, level, depth)
    const depths = new Map<string, number>()
    for (const cell of cells) {
      if (depth(cell) === undefined) continue
      const around = sphere.ring(cell)
      for (const [q, corner] of sphere.corners(cell).entries()) {
        const at = (cell * VERTICES_PER_CELL + 1 + q) * 4
        const others = [around[q]!, around[(q + 1) % around.length]!]
        const isCoast = others.some((other) => depth(other) === undefined)
        expect(surface[at + 1]).toBe(isCoast ? 127 : 0)
        const known = depths.get(String(corner))
        if (known !== undefined) expect(Math.abs(surface[at]! - known)).toBeLessThanOrEqual(1)
        depths.set(String(corner), surface[at]!)
      }
    }
    expect(depths.size).toBeGreaterThan(0)
  })
})

test.each([1, 2, 5, 64])(
  'the centres of N = %i, found all at once, are where each cell is',
  (n) => {
    const { count } = createSphere(n)
    const list = Array.from({ length: Math.min(count, 3000) }, (_, place) => (place * 7919) % count)
    const centres = centresOf(n, [...list, count - 1, count - 2])
    for (const [place, cell] of [...list, count - 1, count - 2].entries()) {
      const [x, y, z] = positionOf(n, cell)
      expect(centres[place * 3]).toBeCloseTo(x, 12)
      expect(centres[place * 3 + 1]).toBeCloseTo(y, 12)
      expect(centres[place * 3 + 2]).toBeCloseTo(z, 12)
    }
  },
)
