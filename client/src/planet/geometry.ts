// One merged geometry per chunk: 19 vertices a cell (centre, 6 corners, 12 wall feet), triangles only
// where something is to be seen. The vertex shader finds its cell as gl_VertexID / 19.
//
// It is built while somebody waits for it: numbers in typed arrays, and no object for a cell or a corner.

import { centresOf, writeCorner } from './centres.ts'
import type { Patch } from './patch.ts'

export const VERTICES_PER_CELL = 19
const SIDES = 6
const FIRST_FOOT = 7
/** Heights that differ less than this are level. */
const LEVEL = 1e-4
/** How open the foot of a wall lies, of 127. */
const FOOT_LIGHT = 57
/** Of one cell: six walls of two triangles, each with two slivers at most. */
const WALL_ENTRIES_MOST = SIDES * 12

export type ChunkGeometry = {
  /** Feet of walls that do not stand are left at the middle of the planet: no triangle has them. */
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
  readonly middle: readonly [number, number, number]
  readonly angle: number
}

/**
 * Builds the geometry of a chunk's own cells.
 * @param radius of the sphere, in units of the scene
 * @param heights tops of the patch's cells relative to the radius; NaN where one is not known (no wall then)
 * @param depths of the sea, 0 to 1; NaN for land and for what is not known
 */
export function buildGeometry(
  patch: Patch,
  radius: number,
  heights: Float64Array,
  depths: Float64Array,
): ChunkGeometry {
  const writer = new Writer(patch, radius, heights, depths)
  for (let place = 0; place < patch.own; place++) writer.writeCell(place)
  return writer.finish()
}

class Writer {
  private readonly patch: Patch
  private readonly radius: number
  private readonly heights: Float64Array
  private readonly depths: Float64Array
  private readonly centres: Float64Array
  private readonly positions: Float32Array
  private readonly surface: Int8Array
  private readonly fans: Uint32Array
  private fanEnd = 0
  private readonly tops: Uint32Array
  private topEnd = 0
  private walls: Uint32Array
  private wallEnd = 0
  /** Of the cell that is being written: its neighbours' heights, and unit vectors of its corners. */
  private readonly ring = new Float64Array(SIDES)
  private readonly corners = new Float64Array(SIDES * 3)

  constructor(patch: Patch, radius: number, heights: Float64Array, depths: Float64Array) {
    const { own } = patch
    this.patch = patch
    this.radius = radius
    this.heights = heights
    this.depths = depths
    this.centres = centresOf(patch.n, patch.cells)
    this.positions = new Float32Array(own * VERTICES_PER_CELL * 3)
    this.surface = new Int8Array(own * VERTICES_PER_CELL * 4)
    this.fans = new Uint32Array(own * SIDES * 3)
    this.tops = new Uint32Array(own * (SIDES - 2) * 3)
    // Most cells have no wall, some have six with slivers: it grows where they are many.
    this.walls = new Uint32Array(own * SIDES + WALL_ENTRIES_MOST)
  }

  writeCell(place: number): void {
    const { patch, ring, centres, radius, heights, fans, tops } = this
    const { around } = patch
    const first = place * SIDES
    const sides = around[first + SIDES - 1]! < 0 ? SIDES - 1 : SIDES
    const known = heights[place]!
    const own = Number.isNaN(known) ? 0 : known
    let lowest = own
    for (let q = 0; q < sides; q++) {
      const height = heights[around[first + q]!]!
      ring[q] = Number.isNaN(height) ? own : height
      if (ring[q]! < lowest) lowest = ring[q]!
    }
    const base = place * VERTICES_PER_CELL
    const top = radius + own
    const at = place * 3
    const x = centres[at]!
    const y = centres[at + 1]!
    const z = centres[at + 2]!
    const nx = Math.round(x * 127)
    const ny = Math.round(y * 127)
    const nz = Math.round(z * 127)
    let light = 0
    for (let q = 0; q < sides; q++) {
      const next = q + 1 === sides ? 0 : q + 1
      this.findCorner(q, place, around[first + q]!, around[first + next]!)
      const open = cornerLight(own, ring[q]!, ring[next]!)
      light += open
      this.put(base + 1 + q, q, top, nx, ny, nz, Math.round(open * 127))
    }
    this.putAt(base, x * top, y * top, z * top)
    this.face(base, nx, ny, nz, Math.round((0.5 + light / sides / 2) * 127))
    for (let edge = 0; edge < sides; edge++) {
      // Edge e faces ring neighbour e, between corner e - 1 and corner e. The last vertex of a triangle provokes: a top's is
      // the corner of its edge, a wall's is a foot.
      const before = edge === 0 ? sides - 1 : edge - 1
      fans[this.fanEnd++] = base
      fans[this.fanEnd++] = base + 1 + before
      fans[this.fanEnd++] = base + 1 + edge
      if (edge < 2) continue
      tops[this.topEnd++] = base + 1
      tops[this.topEnd++] = base + edge
      tops[this.topEnd++] = base + 1 + edge
    }
    if (lowest < own - LEVEL) this.writeWalls(place, own, sides)
    if (!Number.isNaN(this.depths[place]!)) this.writeSea(place, base, sides)
  }

  finish(): ChunkGeometry {
    const { fans, fanEnd, walls, wallEnd, tops, topEnd, positions, surface } = this
    const index = new Uint32Array(fanEnd + wallEnd + topEnd)
    index.set(fans.subarray(0, fanEnd))
    index.set(walls.subarray(0, wallEnd), fanEnd)
    index.set(tops.subarray(0, topEnd), fanEnd + wallEnd)
    return {
      positions,
      surface,
      index,
      fanEntries: fanEnd,
      wallEntries: wallEnd,
      ...this.extent(),
    }
  }

  /** Walls towards lower neighbours, each with its own two feet. */
  private writeWalls(place: number, own: number, sides: number): void {
    const { ring, corners, centres, radius } = this
    const base = place * VERTICES_PER_CELL
    if (this.wallEnd + WALL_ENTRIES_MOST > this.walls.length) {
      const longer = new Uint32Array(this.walls.length * 2)
      longer.set(this.walls)
      this.walls = longer
    }
    const { walls } = this
    for (let edge = 0; edge < sides; edge++) {
      const level = ring[edge]!
      if (level >= own - LEVEL) continue
      const a = edge === 0 ? sides - 1 : edge - 1
      const next = edge + 1 === sides ? 0 : edge + 1
      const x = corners[a * 3]! + corners[edge * 3]! - 2 * centres[place * 3]!
      const y = corners[a * 3 + 1]! + corners[edge * 3 + 1]! - 2 * centres[place * 3 + 1]!
      const z = corners[a * 3 + 2]! + corners[edge * 3 + 2]! - 2 * centres[place * 3 + 2]!
      const scale = 127 / Math.sqrt(x * x + y * y + z * z)
      const nx = Math.round(x * scale)
      const ny = Math.round(y * scale)
      const nz = Math.round(z * scale)
      const feet = base + FIRST_FOOT + edge * 2
      this.put(feet, a, radius + level, nx, ny, nz, FOOT_LIGHT)
      this.put(feet + 1, edge, radius + level, nx, ny, nz, FOOT_LIGHT)
      let end = this.wallEnd
      walls[end++] = base + 1 + a
      walls[end++] = feet
      walls[end++] = feet + 1
      walls[end++] = base + 1 + edge
      walls[end++] = base + 1 + a
      walls[end++] = feet + 1
      // Where the third cell at a corner lies between the two, its rim ends in the middle of this wall's side: a sliver
      // joins them, or the light behind would show through. The wall to that cell has its foot there.
      if (ring[a]! > level + LEVEL && ring[a]! < own - LEVEL) {
        walls[end++] = base + 1 + a
        walls[end++] = base + FIRST_FOOT + a * 2 + 1
        walls[end++] = feet
      }
      if (ring[next]! > level + LEVEL && ring[next]! < own - LEVEL) {
        walls[end++] = base + FIRST_FOOT + next * 2
        walls[end++] = base + 1 + edge
        walls[end++] = feet + 1
      }
      this.wallEnd = end
    }
  }

  /** Corners take the mean of the cells that meet there, so that the steps of depth melt into each other. */
  private writeSea(place: number, base: number, sides: number): void {
    const { depths, surface, patch } = this
    const first = place * SIDES
    const own = depths[place]!
    surface[base * 4] = Math.round(own * 127)
    surface[base * 4 + 1] = 0
    for (let q = 0; q < sides; q++) {
      const left = patch.around[first + q]!
      const right = patch.around[first + (q + 1 === sides ? 0 : q + 1)]!
      const coast = this.isLand(left) || this.isLand(right)
      const at = (base + 1 + q) * 4
      surface[at] = Math.round(
        ((own + this.depthFrom(left, own) + this.depthFrom(right, own)) / 3) * 127,
      )
      surface[at + 1] = coast ? 127 : 0
    }
  }

  private isLand(place: number): boolean {
    return Number.isNaN(this.depths[place]!) && !Number.isNaN(this.heights[place]!)
  }

  /** What is not known goes on as deep as it is here. */
  private depthFrom(place: number, own: number): number {
    const depth = this.depths[place]!
    if (!Number.isNaN(depth)) return depth
    return Number.isNaN(this.heights[place]!) ? own : 0
  }

  /**
   * Finds corner q of a cell, which lies as far from all three that meet there: where picking, which takes the nearest centre,
   * changes from cell to cell. The same three give the same bits in any order, so that neighbours share corners without cracks.
   */
  private findCorner(q: number, place: number, left: number, right: number): void {
    const { cells } = this.patch
    // In the order of their numbers.
    let low = place
    let middle = left
    let high = right
    let other: number
    if (cells[low]! > cells[middle]!) {
      other = low
      low = middle
      middle = other
    }
    if (cells[middle]! > cells[high]!) {
      other = middle
      middle = high
      high = other
      if (cells[low]! > cells[middle]!) {
        other = low
        low = middle
        middle = other
      }
    }
    writeCorner(this.centres, low, middle, high, this.corners, q)
  }

  /** Puts a vertex into corner q, `length` from the planet's middle. */
  private put(
    vertex: number,
    q: number,
    length: number,
    nx: number,
    ny: number,
    nz: number,
    light: number,
  ): void {
    const { corners } = this
    const at = q * 3
    this.putAt(vertex, corners[at]! * length, corners[at + 1]! * length, corners[at + 2]! * length)
    this.face(vertex, nx, ny, nz, light)
  }

  private putAt(vertex: number, x: number, y: number, z: number): void {
    const { positions } = this
    const at = vertex * 3
    positions[at] = x
    positions[at + 1] = y
    positions[at + 2] = z
  }

  private face(vertex: number, nx: number, ny: number, nz: number, light: number): void {
    const { surface } = this
    const at = vertex * 4
    surface[at] = nx
    surface[at + 1] = ny
    surface[at + 2] = nz
    surface[at + 3] = light
  }

  private extent(): Pick<ChunkGeometry, 'middle' | 'angle'> {
    const { centres, patch } = this
    const end = patch.own * 3
    let x = 0
    let y = 0
    let z = 0
    for (let at = 0; at < end; at += 3) {
      x += centres[at]!
      y += centres[at + 1]!
      z += centres[at + 2]!
    }
    const length = Math.sqrt(x * x + y * y + z * z) || 1
    x /= length
    y /= length
    z /= length
    let least = 1
    for (let at = 0; at < end; at += 3) {
      least = Math.min(least, x * centres[at]! + y * centres[at + 1]! + z * centres[at + 2]!)
    }
    return { middle: [x, y, z], angle: Math.acos(Math.max(-1, least)) + 1.2 / patch.n }
  }
}

/** How open a corner lies: higher neighbours take light from it. */
function cornerLight(own: number, left: number, right: number): number {
  const shade = Math.min(2.2, Math.max(0, left - own)) + Math.min(2.2, Math.max(0, right - own))
  return 1 / (1 + shade * 0.55)
}
