import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CHUNK_CELLS,
  CHUNK_SIDE,
  cellInChunk,
  cellsOfChunk,
  chunkCount,
  chunkOf,
  offsetInChunk,
} from '../../../src/domain/grid/chunk.ts'
import { cellAt, northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { allCells, anyCell } from './frequencies.ts'

describe('chunks', () => {
  it.each([1, 2, 24, 63, 64, 65, 130])('hold every cell exactly once at n = %i', (n) => {
    const cells = Array.from({ length: chunkCount(n) }, (_, chunk) => cellsOfChunk(n, chunk)).flat()
    expect(cells.toSorted((a, b) => a - b)).toEqual(allCells(n))
  })

  it('lead from a cell to its offset and back', () => {
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        const chunk = chunkOf(n, cell)
        const offset = offsetInChunk(n, cell)
        expect(chunk >= 0 && chunk < chunkCount(n)).toBe(true)
        expect(offset >= 0 && offset < CHUNK_CELLS).toBe(true)
        expect(cellInChunk(n, chunk, offset)).toBe(cell)
      }),
    )
  })

  it('are 64 rows of 64, a diamond after another, the poles last', () => {
    expect(chunkCount(64)).toBe(12)
    expect(chunkCount(65)).toBe(42)
    expect(chunkOf(128, cellAt(128, 3, 65, 64))).toBe(3 * 4 + 3)
    expect(offsetInChunk(128, cellAt(128, 3, 66, 70))).toBe(CHUNK_SIDE + 6)
    expect([chunkOf(65, northPole(65)), chunkOf(65, southPole(65))]).toEqual([40, 41])
  })

  it('have padding where the planet ends', () => {
    expect(cellInChunk(10, 0, 10)).toBe(-1)
    expect(cellInChunk(10, 0, 10 * 64)).toBe(-1)
    expect(cellInChunk(10, 10, 1)).toBe(-1)
    expect(cellsOfChunk(10, 4)).toHaveLength(100)
    expect(cellsOfChunk(10, 11)).toEqual([southPole(10)])
  })
})
