// Chunks: each diamond is cut in tiles of 64×64 cells; each pole is a chunk of one cell.

import { cellAt, northPole } from './lattice.ts'

export const CHUNK_SIDE = 64
export const CHUNK_CELLS = CHUNK_SIDE * CHUNK_SIDE

/** Chunks along one side of a diamond. */
function chunksPerSide(n: number): number {
  return Math.ceil(n / CHUNK_SIDE)
}

/** How many chunks a planet has: 10·T² + 2, T = ⌈n/64⌉; the last two are the poles. */
export function chunkCount(n: number): number {
  const side = chunksPerSide(n)
  return 10 * side * side + 2
}

/** The chunk that holds a cell: diamond·T² + row·T + column. */
export function chunkOf(n: number, cell: number): number {
  const side = chunksPerSide(n)
  const pole = cell - northPole(n)
  if (pole >= 0) return 10 * side * side + pole
  const line = Math.floor(cell / n)
  const diamond = Math.floor(line / n)
  const row = Math.floor((line - diamond * n) / CHUNK_SIDE)
  const column = Math.floor((cell - line * n) / CHUNK_SIDE)
  return (diamond * side + row) * side + column
}

/** Where a cell lies in its chunk: 0..4095, row-major (i, then j); 0 for a pole. */
export function offsetInChunk(n: number, cell: number): number {
  if (cell >= northPole(n)) return 0
  const line = Math.floor(cell / n)
  const row = (line % n) % CHUNK_SIDE
  const column = (cell - line * n) % CHUNK_SIDE
  return row * CHUNK_SIDE + column
}

/** The cell at an offset (0..4095) of a chunk; -1 where the offset is padding. */
export function cellInChunk(n: number, chunk: number, offset: number): number {
  const side = chunksPerSide(n)
  const pole = chunk - 10 * side * side
  if (pole >= 0) return offset === 0 ? northPole(n) + pole : -1
  const band = Math.floor(chunk / side)
  const diamond = Math.floor(band / side)
  const line = (band - diamond * side) * CHUNK_SIDE + Math.floor(offset / CHUNK_SIDE)
  const j = (chunk - band * side) * CHUNK_SIDE + (offset % CHUNK_SIDE)
  return line < n && j < n ? cellAt(n, diamond, line + 1, j) : -1
}

/** Every cell of a chunk, in ascending order of offset. */
export function cellsOfChunk(n: number, chunk: number): number[] {
  const cells: number[] = []
  for (let offset = 0; offset < CHUNK_CELLS; offset++) {
    const cell = cellInChunk(n, chunk, offset)
    if (cell >= 0) cells.push(cell)
  }
  return cells
}
