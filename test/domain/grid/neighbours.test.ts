import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diamondCorners } from '../../../src/domain/grid/icosahedron.ts'
import { isPentagon, latticeOf, northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { neighbour, neighboursOf, neighbourTable } from '../../../src/domain/grid/neighbours.ts'
import { positionOf } from '../../../src/domain/grid/position.ts'
import { allCells, anyCell, frequencies } from './frequencies.ts'
import { subdividedIcosahedron, vertexKey } from './subdividedIcosahedron.ts'

/** The vertex of the independent construction that a cell claims to be, from its lattice point alone. */
function vertexOf(n: number, cell: number): string {
  const { diamond, i, j } = latticeOf(n, cell)
  if (diamond === 10) return vertexKey([0], [n])
  if (diamond === 11) return vertexKey([11], [n])
  const [near, left, right, far] = diamondCorners[diamond]!
  return i + j <= n
    ? vertexKey([near, left, right], [n - i - j, i, j])
    : vertexKey([far, right, left], [i + j - n, n - i, n - j])
}

describe('the neighbours of a cell', () => {
  it.each(frequencies)('are those of the subdivided icosahedron at n = %i', (n) => {
    const icosahedron = subdividedIcosahedron(n)
    const cells = allCells(n)
    const cellOf = new Map(cells.map((cell) => [vertexOf(n, cell), cell]))
    expect([...cellOf.keys()].sort()).toEqual([...icosahedron.keys()].sort())
    expect(cellOf.size).toBe(cells.length)
    for (const cell of cells) {
      const wanted = [...icosahedron.get(vertexOf(n, cell))!].map((vertex) => cellOf.get(vertex)!)
      const found = neighboursOf(n, cell)
      expect(found.toSorted((a, b) => a - b)).toEqual(wanted.toSorted((a, b) => a - b))
    }
  })

  it.each(frequencies)('are six, and five at exactly twelve pentagons, at n = %i', (n) => {
    const fives = allCells(n).filter((cell) => neighboursOf(n, cell).length === 5)
    expect(fives).toHaveLength(12)
    expect(fives).toEqual(allCells(n).filter((cell) => isPentagon(n, cell)))
    expect(fives.slice(-2)).toEqual([northPole(n), southPole(n)])
    const sixes = allCells(n).filter((cell) => new Set(neighboursOf(n, cell)).size === 6)
    expect(sixes).toHaveLength(10 * n * n - 10)
  })

  it.each(frequencies)('have the cell as their neighbour in turn at n = %i', (n) => {
    const unknown = allCells(n).filter((cell) =>
      neighboursOf(n, cell).some((next) => !neighboursOf(n, next).includes(cell)),
    )
    expect(unknown).toEqual([])
  })

  it.each(frequencies)('rotate round the cell: each touches the next at n = %i', (n) => {
    const strangers = allCells(n).filter((cell) => {
      const around = neighboursOf(n, cell)
      return around.some(
        (next, place) => !neighboursOf(n, next).includes(around[(place + 1) % around.length]!),
      )
    })
    expect(strangers).toEqual([])
  })

  it.each([2, 3, 8, 17])('go counter-clockwise seen from outside at n = %i', (n) => {
    const clockwise = allCells(n).filter((cell) => {
      const [x, y, z] = positionOf(n, cell)
      const around = neighboursOf(n, cell)
      return around.some((next, place) => {
        const a = positionOf(n, next)
        const b = positionOf(n, around[(place + 1) % around.length]!)
        const u = [a[0] - x, a[1] - y, a[2] - z] as const
        const v = [b[0] - x, b[1] - y, b[2] - z] as const
        const outward =
          x * (u[1] * v[2] - u[2] * v[1]) +
          y * (u[2] * v[0] - u[0] * v[2]) +
          z * (u[0] * v[1] - u[1] * v[0])
        return outward <= 0
      })
    })
    expect(clockwise).toEqual([])
  })

  it('of the poles are the tips of the ten diamonds', () => {
    const n = 5
    const tips = neighboursOf(n, northPole(n)).map((cell) => latticeOf(n, cell))
    expect(tips).toEqual([0, 1, 2, 3, 4].map((diamond) => ({ diamond, i: 1, j: 0 })))
    const feet = neighboursOf(n, southPole(n)).map((cell) => latticeOf(n, cell))
    expect(feet).toEqual([9, 8, 7, 6, 5].map((diamond) => ({ diamond, i: 5, j: 4 })))
  })

  it('know each other on planets too large to list', () => {
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        const around = neighboursOf(n, cell)
        expect(new Set(around).size).toBe(isPentagon(n, cell) ? 5 : 6)
        for (const next of around) expect(neighboursOf(n, next)).toContain(cell)
      }),
    )
  })

  it('are the same in the table, which is built once', () => {
    for (const n of [1, 2, 7, 64]) {
      const table = neighbourTable(n)
      expect(neighbourTable(n)).toBe(table)
      const differing = allCells(n).filter((cell) =>
        [0, 1, 2, 3, 4, 5].some((d) => table[cell * 6 + d] !== neighbour(n, cell, d)),
      )
      expect(differing).toEqual([])
    }
  })
})
