// The whole planet as a flat map, longitude by latitude. What has not come from the server is shown as it was
// generated, so that the map is whole at any size of planet.

import { generateCell } from '../../../src/domain/generation/terrain.ts'
import { cellAtDirection } from '../../../src/domain/grid/position.ts'
import { colourOfCell, terrainColours } from './cellColours.ts'
import type { PlanetCells } from './cells.ts'
import type { Vector } from './sphere.ts'

export type MapPoint = { readonly x: number; readonly y: number }

/** Where a unit vector is on a map of width 1 and height 1. */
export function toMap([x, y, z]: Vector): MapPoint {
  const longitude = Math.atan2(-z, x)
  return { x: 0.5 + longitude / (2 * Math.PI), y: 0.5 - Math.asin(clamp(y)) / Math.PI }
}

/** The unit vector of a point of a map of width 1 and height 1. */
export function fromMap({ x, y }: MapPoint): Vector {
  const longitude = (x - 0.5) * 2 * Math.PI
  const latitude = (0.5 - y) * Math.PI
  const flat = Math.cos(latitude)
  return [flat * Math.cos(longitude), Math.sin(latitude), -flat * Math.sin(longitude)]
}

const clamp = (value: number) => Math.max(-1, Math.min(1, value))

const NOT_ASKED = -1
/** How bright what has not come is drawn, beside what has. */
const UNSEEN = 0.62

export class MapPainter {
  readonly width: number
  readonly height: number
  /** Cell of each pixel; found a few rows at a time. */
  private readonly cells: Int32Array
  /** Terrain as generated, for cells that have not come. */
  private readonly generated: Uint8Array
  private rows = 0
  private readonly planet: PlanetCells
  private readonly seed: number

  constructor(planet: PlanetCells, seed: number, width: number, height: number) {
    this.planet = planet
    this.seed = seed
    this.width = width
    this.height = height
    this.cells = new Int32Array(width * height).fill(NOT_ASKED)
    this.generated = new Uint8Array(width * height)
  }

  get rowsFound(): number {
    return this.rows
  }

  get complete(): boolean {
    return this.rows >= this.height
  }

  /** Finds the cells of some more rows. Costs about 10 µs a pixel. */
  prepare(rows: number): void {
    const { n } = this.planet
    const end = Math.min(this.height, this.rows + rows)
    for (; this.rows < end; this.rows++) {
      for (let column = 0; column < this.width; column++) {
        const point = { x: (column + 0.5) / this.width, y: (this.rows + 0.5) / this.height }
        const at = this.rows * this.width + column
        const cell = cellAtDirection(n, [...fromMap(point)])
        this.cells[at] = cell
        if (!this.planet.knows(cell)) {
          this.generated[at] = generateCell(this.seed, n, cell).terrain
        }
      }
    }
  }

  /**
   * Writes the map as RGBA.
   * @param ownerAt colours of owners by `owner`, as [r, g, b] of 0 to 255
   * @param unseen brightness of what has not come, 0 to 1
   */
  paint(
    pixels: Uint8ClampedArray,
    ownerAt: (owner: number) => readonly [number, number, number],
    unseen = UNSEEN,
  ) {
    const { planet } = this
    for (let at = 0; at < this.cells.length; at++) {
      const cell = this.cells[at]!
      if (cell === NOT_ASKED) continue
      const known = planet.knows(cell)
      const colour = known
        ? colourOfCell(planet, cell)
        : (terrainColours[this.generated[at]!] ?? terrainColours[0]!)
      const owner = known ? planet.owner.at(cell) : 0
      const shade = known ? 1 : unseen
      const [r, g, b] =
        owner > 0
          ? ownerAt(owner)
          : [gamma(colour.r) * shade, gamma(colour.g) * shade, gamma(colour.b) * shade]
      pixels[at * 4] = r
      pixels[at * 4 + 1] = g
      pixels[at * 4 + 2] = b
      pixels[at * 4 + 3] = 255
    }
  }
}

/** Linear to what a screen shows, as 0 to 255. */
const gamma = (linear: number) => 255 * Math.min(1, linear) ** (1 / 2.2)
