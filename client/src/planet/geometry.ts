// One merged geometry per chunk: 19 vertices a cell (centre, 6 corners, 12 wall feet), triangles only
// where something is to be seen. The vertex shader finds its cell as gl_VertexID / 19.

import { dot, minus, plus, type Sphere, scaled, unit, type Vector } from './sphere.ts'

export const VERTICES_PER_CELL = 19
const FIRST_FOOT = 7
/** Heights that differ less than this are level. */
const LEVEL = 1e-4
/** How open the foot of a wall lies. */
const FOOT_LIGHT = 0.45

/** Something of a cell; undefined where it has none, or is not known. */
type CellNumber = (cell: number) => number | undefined
const dry: CellNumber = () => undefined

export type ChunkGeometry = {
  /** Cells in the order of their vertices: the cell of vertex v is cells[⌊v / 19⌋]. */
  readonly cells: readonly number[]
  readonly positions: Float32Array
  /**
   * Per vertex: unit normal (x, y, z) and light in its corner (127: open, 0: hidden), as signed bytes. On the sea, where the
   * normal is the way up, in place of it: how deep it is (127: deepest) and how near land (127: at it).
   */
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
 * Builds the geometry of some cells at once.
 * @param height top of a cell relative to the sphere's radius; undefined where it is not known (no wall then)
 * @param depth of the sea, 0 to 1; undefined for land and for what is not known
 */
export function buildGeometry(
  sphere: Sphere,
  cells: readonly number[],
  height: CellNumber,
  depth: CellNumber = dry,
): ChunkGeometry {
  const builder = new GeometryBuilder(sphere, cells, height, depth)
  builder.write(cells.length)
  return builder.finish()
}

/** Builds the geometry of some cells bit by bit, so that no frame need wait for a whole chunk. */
export class GeometryBuilder {
  private next = 0
  private readonly cells: readonly number[]
  private readonly writer: Writer

  constructor(
    sphere: Sphere,
    cells: readonly number[],
    height: CellNumber,
    depth: CellNumber = dry,
  ) {
    this.cells = cells
    this.writer = {
      sphere,
      height,
      depth,
      positions: new Float32Array(cells.length * VERTICES_PER_CELL * 3),
      surface: new Int8Array(cells.length * VERTICES_PER_CELL * 4),
      fans: [],
      walls: [],
      tops: [],
    }
  }

  /** Writes at most `count` more cells. @returns whether all are written */
  write(count: number): boolean {
    const end = Math.min(this.cells.length, this.next + count)
    for (; this.next < end; this.next++) {
      writeCell(this.writer, this.cells[this.next]!, this.next * VERTICES_PER_CELL)
    }
    return this.next === this.cells.length
  }

  /** What was built; only once `write` has said that all is written. */
  finish(): ChunkGeometry {
    const { cells } = this
    const { sphere, positions, surface, fans, walls, tops } = this.writer
    const index = new Uint32Array(fans.length + walls.length + tops.length)
    index.set(fans)
    index.set(walls, fans.length)
    index.set(tops, fans.length + walls.length)
    const middle = unit(
      cells.reduce<Vector>((sum, cell) => plus(sum, sphere.centre(cell)), [0, 0, 0]),
    )
    const widest = cells.reduce(
      (least, cell) => Math.min(least, dot(middle, sphere.centre(cell))),
      1,
    )
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
}

type Writer = {
  readonly sphere: Sphere
  readonly height: CellNumber
  readonly depth: CellNumber
  readonly positions: Float32Array
  readonly surface: Int8Array
  readonly fans: number[]
  readonly walls: number[]
  readonly tops: number[]
}

function writeCell(writer: Writer, cell: number, base: number): void {
  const { sphere, fans, walls, tops } = writer
  const centre = sphere.centre(cell)
  const around = sphere.ring(cell)
  const corners = sphere.corners(cell, around)
  const own = writer.height(cell) ?? 0
  const heights = around.map((neighbour) => writer.height(neighbour) ?? own)
  const sides = corners.length
  const top = sphere.radius + own

  let mean = 0
  for (let q = 0; q < sides; q++) {
    const light = cornerLight(own, heights[q]!, heights[(q + 1) % sides]!)
    mean += light / sides
    put(writer, base + 1 + q, corners[q]!, top, centre, light)
  }
  put(writer, base, centre, top, centre, 0.5 + mean / 2)

  for (let edge = 0; edge < sides; edge++) {
    // Edge e faces ring neighbour e, between corner e - 1 and corner e.
    const a = (edge + sides - 1) % sides
    const before = heights[a]!
    const level = heights[edge]!
    const after = heights[(edge + 1) % sides]!
    const foot = sphere.radius + Math.min(own, level)
    const outward = unit(minus(plus(corners[a]!, corners[edge]!), scaled(centre, 2)))
    const feet = base + FIRST_FOOT + edge * 2
    put(writer, feet, corners[a]!, foot, outward, FOOT_LIGHT)
    put(writer, feet + 1, corners[edge]!, foot, outward, FOOT_LIGHT)
    // The last vertex of a triangle provokes: a top's is the corner of its edge, a wall's is a foot.
    fans.push(base, base + 1 + a, base + 1 + edge)
    if (edge > 1) tops.push(base + 1, base + edge, base + 1 + edge)
    if (level >= own - LEVEL) continue
    walls.push(base + 1 + a, feet, feet + 1)
    walls.push(base + 1 + edge, base + 1 + a, feet + 1)
    // Where the third cell at a corner lies between the two, its rim ends in the middle of this wall's side: a sliver
    // joins them, or the light behind would show through. The wall to that cell has its foot there.
    if (before > level + LEVEL && before < own - LEVEL) {
      walls.push(base + 1 + a, base + FIRST_FOOT + a * 2 + 1, feet)
    }
    if (after > level + LEVEL && after < own - LEVEL) {
      const next = base + FIRST_FOOT + ((edge + 1) % sides) * 2
      walls.push(next, base + 1 + edge, feet + 1)
    }
  }
  // A pentagon's unused vertices lie in its centre, so that bounds and buffers stay honest.
  for (let q = sides; q < 6; q++) {
    put(writer, base + 1 + q, centre, top, centre, mean)
    put(writer, base + FIRST_FOOT + q * 2, centre, top, centre, mean)
    put(writer, base + FIRST_FOOT + q * 2 + 1, centre, top, centre, mean)
  }
  writeSea(writer, cell, around, base)
}

/** Corners take the mean of the cells that meet there, so that the steps of depth melt into each other. */
function writeSea(
  { depth, height, surface }: Writer,
  cell: number,
  around: readonly number[],
  base: number,
): void {
  const own = depth(cell)
  if (own === undefined) return
  const isLand = (next: number) => depth(next) === undefined && height(next) !== undefined
  const depths = around.map((next) => depth(next) ?? (isLand(next) ? 0 : own))
  const shores = around.map(isLand)
  write(surface, base, own, 0)
  for (let q = 0; q < around.length; q++) {
    const other = (q + 1) % around.length
    const coast = shores[q] || shores[other]
    write(surface, base + 1 + q, (own + depths[q]! + depths[other]!) / 3, coast ? 1 : 0)
  }
}

function write(surface: Int8Array, vertex: number, depth: number, shore: number): void {
  surface[vertex * 4] = Math.round(depth * 127)
  surface[vertex * 4 + 1] = Math.round(shore * 127)
}

/** How open a corner lies: higher neighbours take light from it. */
function cornerLight(own: number, left: number, right: number): number {
  const shade = Math.min(2.2, Math.max(0, left - own)) + Math.min(2.2, Math.max(0, right - own))
  return 1 / (1 + shade * 0.55)
}

/** @param along unit vector to where it is, `length` from the planet's middle */
function put(
  { positions, surface }: Writer,
  vertex: number,
  along: Vector,
  length: number,
  normal: Vector,
  light: number,
): void {
  const at = vertex * 3
  positions[at] = along[0] * length
  positions[at + 1] = along[1] * length
  positions[at + 2] = along[2] * length
  const on = vertex * 4
  surface[on] = Math.round(normal[0] * 127)
  surface[on + 1] = Math.round(normal[1] * 127)
  surface[on + 2] = Math.round(normal[2] * 127)
  surface[on + 3] = Math.round(light * 127)
}
