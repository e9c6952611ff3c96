// A whole chunk of a new planet, as planes.

import { CHUNK_CELLS, cellInChunk, chunkCount } from '../grid/chunk.ts'
import { generateCell } from './terrain.ts'

/** One entry per offset of a chunk (4,096, or 1 at a pole); padding is 0 in every plane. */
export type ChunkPlanes = {
  readonly terrain: Uint8Array
  readonly elevation: Uint8Array
  readonly deposit: Uint8Array
  readonly amount: Uint16Array
  readonly life: Uint8Array
  readonly mass: Uint8Array
}

/** Generates every cell of a chunk, alike to generateCell cell by cell. */
export function generateChunk(seed: number, n: number, chunk: number): ChunkPlanes {
  const cells = chunk >= chunkCount(n) - 2 ? 1 : CHUNK_CELLS
  const planes: ChunkPlanes = {
    terrain: new Uint8Array(cells),
    elevation: new Uint8Array(cells),
    deposit: new Uint8Array(cells),
    amount: new Uint16Array(cells),
    life: new Uint8Array(cells),
    mass: new Uint8Array(cells),
  }
  for (let offset = 0; offset < cells; offset++) {
    const cell = cellInChunk(n, chunk, offset)
    if (cell < 0) continue
    const generated = generateCell(seed, n, cell)
    planes.terrain[offset] = generated.terrain
    planes.elevation[offset] = generated.elevation
    planes.deposit[offset] = generated.deposit
    planes.amount[offset] = generated.amount
    planes.life[offset] = generated.life
    planes.mass[offset] = generated.mass
  }
  return planes
}
