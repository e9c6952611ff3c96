// Which chunks border on a chunk.

import { cellsOfChunk, chunkOf } from '../../../src/domain/grid/chunk.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { columnsOf } from './patch.ts'

/** The chunks that have a cell beside a cell of this one. Costs its rim. */
export function chunksAround(n: number, chunk: number): number[] {
  const cells = cellsOfChunk(n, chunk)
  const columns = columnsOf(n, chunk)
  const found = new Set<number>()
  const look = (place: number) => {
    for (const next of neighboursOf(n, cells[place]!)) found.add(chunkOf(n, next))
  }
  for (let column = 0; column < columns; column++) {
    look(column)
    look(cells.length - 1 - column)
  }
  for (let first = 0; first < cells.length; first += columns) {
    look(first)
    look(first + columns - 1)
  }
  found.delete(chunk)
  return [...found]
}
