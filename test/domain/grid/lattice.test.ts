import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cellAt,
  cellCount,
  isCell,
  isPentagon,
  latticeOf,
  northPole,
  southPole,
} from '../../../src/domain/grid/lattice.ts'
import { allCells, anyCell, frequencies } from './frequencies.ts'

describe('the lattice', () => {
  it('has 10·n² + 2 cells, the last two of them the poles', () => {
    expect(cellCount(1)).toBe(12)
    expect(cellCount(64)).toBe(40_962)
    expect([northPole(64), southPole(64)]).toEqual([40_960, 40_961])
    expect(latticeOf(64, 40_960)).toEqual({ diamond: 10, i: 0, j: 0 })
    expect(latticeOf(64, 40_961)).toEqual({ diamond: 11, i: 0, j: 0 })
  })

  it.each(frequencies)('numbers the points of ten diamonds without a gap at n = %i', (n) => {
    const ids: number[] = []
    for (let diamond = 0; diamond < 10; diamond++) {
      for (let i = 1; i <= n; i++) {
        for (let j = 0; j < n; j++) ids.push(cellAt(n, diamond, i, j))
      }
    }
    expect([...ids, northPole(n), southPole(n)]).toEqual(allCells(n))
  })

  it('gives back the id of every lattice point', () => {
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        const { diamond, i, j } = latticeOf(n, cell)
        if (diamond >= 10) {
          expect(cell).toBe(diamond === 10 ? northPole(n) : southPole(n))
          return
        }
        expect(i >= 1 && i <= n && j >= 0 && j < n).toBe(true)
        expect(cellAt(n, diamond, i, j)).toBe(cell)
      }),
    )
  })

  it('has its twelve pentagons at the corners of the icosahedron', () => {
    const corners = allCells(9).filter((cell) => isPentagon(9, cell))
    expect(corners.map((cell) => latticeOf(9, cell))).toEqual([
      ...Array.from({ length: 10 }, (_, diamond) => ({ diamond, i: 9, j: 0 })),
      { diamond: 10, i: 0, j: 0 },
      { diamond: 11, i: 0, j: 0 },
    ])
    expect(allCells(1).every((cell) => isPentagon(1, cell))).toBe(true)
  })

  it('tells a cell from what is none', () => {
    expect([0, 11].every((value) => isCell(1, value))).toBe(true)
    expect([-1, 12, 0.5, Number.NaN, Number.POSITIVE_INFINITY].some((v) => isCell(1, v))).toBe(
      false,
    )
  })
})
