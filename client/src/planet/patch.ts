// A chunk with the cells that border on it, numbered one after the other: what its geometry is built from, here or in a worker.

import { CHUNK_SIDE, cellsOfChunk, chunkOf, offsetInChunk } from '../../../src/domain/grid/chunk.ts'
import { DIRECTIONS, neighboursOf, STEP_I, STEP_J } from '../../../src/domain/grid/neighbours.ts'

export type Patch = {
  readonly n: number
  /** The chunk's own cells in the order of their offsets, and behind them each cell that borders on one of them. */
  readonly cells: Int32Array
  /** How many of them are the chunk's own. */
  readonly own: number
  /** Six for each own cell: the places of its neighbours in `cells`, counterclockwise; a pentagon's sixth is -1. */
  readonly around: Int16Array
}

export function createPatch(n: number, chunk: number): Patch {
  const own = cellsOfChunk(n, chunk)
  const columns = columnsOf(n, chunk)
  const rows = own.length / columns
  const steps = STEP_I.map((step, direction) => step * columns + STEP_J[direction]!)
  const around = new Int16Array(own.length * DIRECTIONS)
  const cells = [...own]
  const outside = new Map<number, number>()
  const placeOf = (cell: number) => {
    if (chunkOf(n, cell) === chunk) return placeInChunk(columns, offsetInChunk(n, cell))
    const known = outside.get(cell)
    if (known !== undefined) return known
    outside.set(cell, cells.length)
    return cells.push(cell) - 1
  }
  const isInside = (row: number, column: number) =>
    row > 0 && row < rows - 1 && column > 0 && column < columns - 1
  for (let place = 0; place < own.length; place++) {
    const row = Math.floor(place / columns)
    const at = place * DIRECTIONS
    if (isInside(row, place - row * columns)) {
      for (let side = 0; side < DIRECTIONS; side++) around[at + side] = place + steps[side]!
    } else {
      const next = neighboursOf(n, own[place]!)
      around.fill(-1, at, at + DIRECTIONS)
      for (let side = 0; side < next.length; side++) around[at + side] = placeOf(next[side]!)
    }
  }
  return { n, cells: Int32Array.from(cells), own: own.length, around }
}

/** Cells in a row of a chunk: fewer than its width where the diamond ends. */
export function columnsOf(n: number, chunk: number): number {
  const side = Math.ceil(n / CHUNK_SIDE)
  if (chunk >= 10 * side * side) return 1
  return Math.min(CHUNK_SIDE, n - (chunk % side) * CHUNK_SIDE)
}

/** The place of a chunk's cell among its vertices and texels. @param offset as `offsetInChunk` has it */
export function placeInChunk(columns: number, offset: number): number {
  const row = Math.floor(offset / CHUNK_SIDE)
  return row * columns + (offset - row * CHUNK_SIDE)
}
