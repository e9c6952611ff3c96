// Which chunks border on a chunk.

import { CHUNK_SIDE, cellsOfChunk, chunkOf, offsetInChunk } from '../../../src/domain/grid/chunk.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'

/** The chunks that have a cell beside a cell of this one. Costs its rim. */
export function chunksAround(n: number, chunk: number): number[] {
  const cells = cellsOfChunk(n, chunk)
  const rowOf = (cell: number) => Math.floor(offsetInChunk(n, cell) / CHUNK_SIDE)
  const columnOf = (cell: number) => offsetInChunk(n, cell) % CHUNK_SIDE
  const last = cells.at(-1)!
  const [rows, columns] = [rowOf(last), columnOf(last)]
  const found = new Set<number>()
  for (const cell of cells) {
    const [row, column] = [rowOf(cell), columnOf(cell)]
    if (row > 0 && row < rows && column > 0 && column < columns) continue
    for (const next of neighboursOf(n, cell)) found.add(chunkOf(n, next))
  }
  found.delete(chunk)
  return [...found]
}
