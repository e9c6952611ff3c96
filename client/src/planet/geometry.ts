// One merged geometry per chunk: 19 vertices a cell (centre, 6 corners, 12 wall feet), triangles only
// where something is to be seen. The vertex shader finds its cell as gl_VertexID / 19.

import { dot, minus, plus, type Sphere, scaled, unit, type Vector } from './sphere.ts'

export const VERTICES_PER_CELL = 19
const FIRST_FOOT = 7

export type ChunkGeometry = {
  /** Cells in the order of their vertices: the cell of vertex v is cells[⌊v / 19⌋]. */
  readonly cells: readonly number[]
  readonly positions: Float32Array
  /** Per vertex: unit normal (x, y, z) and light in its corner (127: open, 0: hidden), as signed bytes. */
  readonly surface: Int8Array
  /** First the tops as fans about their centres, then the walls, then the tops again in fewer triangles, for afar. */
  readonly index: Uint32Array
  /** How many entries of `index` the first two parts have. */
  readonly fanEntries: number
  readonly wallEntries: number
  /** Unit vector to the middle, and the angle that holds every cell, radians. */
  readonly middle: Vector
  readonly angle: number
}

/**
 * Builds the geometry of some cells.
 * @param height top of a cell relative to the sphere's radius; undefined where it is not known (no wall then)
 */
export function buildGeometry(
  sphere: Sphere,
  cells: readonly number[],
  height: (cell: number) => number | undefined,
): ChunkGeometry {
  const positions = new Float32Array(cells.length * VERTICES_PER_CELL * 3)
  const surface = new Int8Array(cells.length * VERTICES_PER_CELL * 4)
  const writer: Writer = { sphere, height, positions, surface, fans: [], walls: [], tops: [] }
  cells.forEach((cell, place) => {
    writeCell(writer, cell, place * VERTICES_PER_CELL)
  })
  const { fans, walls, tops } = writer
  const index = new Uint32Array(fans.length + walls.length + tops.length)
  index.set(fans)
  index.set(walls, fans.length)
  index.set(tops, fans.length + walls.length)
  const middle = unit(
    cells.reduce<Vector>((sum, cell) => plus(sum, sphere.centre(cell)), [0, 0, 0]),
  )
  const widest = cells.reduce((least, cell) => Math.min(least, dot(middle, sphere.centre(cell))), 1)
  return {
    cells,
    positions,
    surface,
    index,
    fanEntries: fans.length,
    wallEntries: walls.length,
    middle,
    angle: Math.acos(Math.max(-1, widest)) + 1.2 / sphere.n,
  }
}

type Writer = {
  readonly sphere: Sphere
  readonly height: (cell: number) => number | undefined
  readonly positions: Float32Array
  readonly surface: Int8Array
  readonly fans: number[]
  readonly walls: number[]
  readonly tops: number[]
}

function writeCell(writer: Writer, cell: number, base: number): void {
  const { sphere } = writer
  const centre = sphere.centre(cell)
  const around = sphere.ring(cell)
  const corners = sphere.corners(cell, around)
  const own = writer.height(cell) ?? 0
  const heights = around.map((neighbour) => writer.height(neighbour) ?? own)
  const sides = corners.length
  const top = sphere.radius + own

  const light = corners.map((_, q) => cornerLight(own, heights[q]!, heights[(q + 1) % sides]!))
  const mean = light.reduce((sum, value) => sum + value, 0) / sides
  put(writer, base, scaled(centre, top), centre, 0.5 + mean / 2)
  corners.forEach((corner, q) => {
    put(writer, base + 1 + q, scaled(corner, top), centre, light[q]!)
  })

  for (let edge = 0; edge < sides; edge++) {
    // Edge e faces ring neighbour e, between corner e - 1 and corner e.
    const a = (edge + sides - 1) % sides
    const foot = sphere.radius + Math.min(own, heights[edge]!)
    const outward = unit(minus(plus(corners[a]!, corners[edge]!), scaled(centre, 2)))
    const feet = base + FIRST_FOOT + edge * 2
    put(writer, feet, scaled(corners[a]!, foot), outward, 0.45)
    put(writer, feet + 1, scaled(corners[edge]!, foot), outward, 0.45)
    // The last vertex of a triangle provokes: a top's is the corner of its edge, a wall's is a foot.
    writer.fans.push(base, base + 1 + a, base + 1 + edge)
    if (edge > 1) writer.tops.push(base + 1, base + edge, base + 1 + edge)
    if (heights[edge]! < own - 1e-4) {
      writer.walls.push(base + 1 + a, feet, feet + 1)
      writer.walls.push(base + 1 + edge, base + 1 + a, feet + 1)
    }
  }
  // A pentagon's unused vertices lie in its centre, so that bounds and buffers stay honest.
  for (let q = sides; q < 6; q++) {
    put(writer, base + 1 + q, scaled(centre, top), centre, mean)
    put(writer, base + FIRST_FOOT + q * 2, scaled(centre, top), centre, mean)
    put(writer, base + FIRST_FOOT + q * 2 + 1, scaled(centre, top), centre, mean)
  }
}

/** How open a corner lies: higher neighbours take light from it. */
function cornerLight(own: number, left: number, right: number): number {
  const shade = Math.min(2.2, Math.max(0, left - own)) + Math.min(2.2, Math.max(0, right - own))
  return 1 / (1 + shade * 0.55)
}

function put(writer: Writer, vertex: number, at: Vector, normal: Vector, light: number): void {
  writer.positions.set(at, vertex * 3)
  writer.surface[vertex * 4] = Math.round(normal[0] * 127)
  writer.surface[vertex * 4 + 1] = Math.round(normal[1] * 127)
  writer.surface[vertex * 4 + 2] = Math.round(normal[2] * 127)
  writer.surface[vertex * 4 + 3] = Math.round(light * 127)
}
