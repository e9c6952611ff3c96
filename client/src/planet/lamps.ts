// Lamps of machines by night: how brightly each cell about them lies, and each corner between cells.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'

/** The brightest that a cell can lie. */
const LIGHT_MOST = 15
/** What a lamp gives to its own cell, to those beside it and to those two steps away. */
const FALL = [9, 5, 2]
/** Kinds without a lamp of their own. */
const unlit: readonly string[] = ['belt', 'pipe', 'bridge', 'splitter']
/** Who waits keeps its lamp; who is not built yet, or has no power, has none. */
const dark: readonly string[] = ['blueprint', 'unpowered', 'exhausted', 'locked']

export class Lamps {
  private readonly n: number
  private readonly lamps = new Set<number>()
  /** By cell; sums of what every lamp near it gives. */
  private readonly light = new Map<number, number>()

  constructor(n: number) {
    this.n = n
  }

  /** The cells that are lit at all. */
  get cells(): Iterable<number> {
    return this.light.keys()
  }

  /** How bright a cell lies by night, 0 to 1. */
  brightness(cell: number): number {
    return this.at(cell) / LIGHT_MOST
  }

  /** The same in whole steps, 0 to 15. */
  at(cell: number): number {
    return Math.min(LIGHT_MOST, this.light.get(cell) ?? 0)
  }

  /**
   * Takes over which machines stand on some cells.
   * @returns the cells that lie in another light than before
   */
  update(
    cells: Iterable<number>,
    structureAt: (cell: number) => StructureView | undefined,
  ): Set<number> {
    const changed = new Set<number>()
    for (const cell of cells) {
      const structure = structureAt(cell)
      const isLit = structure !== undefined && shines(structure)
      if (isLit === this.lamps.has(cell)) continue
      this.spill(cell, isLit ? 1 : -1, changed)
      if (isLit) this.lamps.add(cell)
      else this.lamps.delete(cell)
    }
    return changed
  }

  private spill(lamp: number, sign: 1 | -1, changed: Set<number>): void {
    const seen = new Set([lamp])
    let front = [lamp]
    for (const given of FALL) {
      for (const cell of front) {
        const sum = (this.light.get(cell) ?? 0) + sign * given
        if (sum === 0) this.light.delete(cell)
        else this.light.set(cell, sum)
        changed.add(cell)
      }
      front = front
        .flatMap((cell) => neighboursOf(this.n, cell))
        .filter((cell) => !seen.has(cell) && seen.add(cell))
    }
  }
}

function shines({ prototype, status }: StructureView): boolean {
  return (
    !unlit.includes(prototype) && !dark.includes(status) && prototypeNamed(prototype) !== undefined
  )
}

/**
 * Writes how bright a cell's six corners lie (each the mean of the three cells that meet there, half a byte each) and the
 * cell itself.
 * @param around its ring of neighbours
 */
export function writeLamps(
  lamps: Lamps,
  cell: number,
  around: readonly number[],
  place: number,
  bytes: Uint8Array,
): void {
  const own = lamps.at(cell)
  const levels = around.map((next) => lamps.at(next))
  const corners = [0, 1, 2, 3, 4, 5].map((corner) => {
    const left = levels[corner % levels.length]!
    const right = levels[(corner + 1) % levels.length]!
    return Math.round((own + left + right) / 3)
  })
  const at = place * 4
  bytes[at] = corners[0]! + corners[1]! * 16
  bytes[at + 1] = corners[2]! + corners[3]! * 16
  bytes[at + 2] = corners[4]! + corners[5]! * 16
  bytes[at + 3] = own
}
