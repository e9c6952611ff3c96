import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { greatCircle } from '../../../src/domain/grid/distance.ts'
import { northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { cellAtDirection, positionOf } from '../../../src/domain/grid/position.ts'
import { allCells, anyCell, frequencies } from './frequencies.ts'

const component = fc.integer({ min: -1_000_000, max: 1_000_000 })
const anyRay = fc
  .tuple(component, component, component)
  .filter(([x, y, z]) => x !== 0 || y !== 0 || z !== 0)

function closeness(n: number, cell: number, ray: readonly number[]): number {
  const [x, y, z] = positionOf(n, cell)
  return (x * ray[0]! + y * ray[1]! + z * ray[2]!) / Math.hypot(...ray)
}

describe('the position of a cell', () => {
  it('lies on the unit sphere, the poles at its ends', () => {
    expect(positionOf(8, northPole(8))).toEqual([0, 1, 0])
    expect(positionOf(8, southPole(8))).toEqual([0, -1, 0])
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        expect(Math.hypot(...positionOf(n, cell))).toBeCloseTo(1, 12)
      }),
    )
  })

  it.each([8, 24, 64])('is about as far from every neighbour at n = %i', (n) => {
    const gaps = allCells(n).flatMap((cell) =>
      neighboursOf(n, cell).map((next) => greatCircle(n, cell, next) * n),
    )
    expect(Math.min(...gaps.slice(0, 50_000))).toBeGreaterThan(0.95)
    expect(Math.max(...gaps.slice(0, 50_000))).toBeLessThan(1.45)
  })
})

describe('the cell under a direction', () => {
  it.each(frequencies)('is the cell whose own direction it is at n = %i', (n) => {
    const missed = allCells(n).filter((cell) => cellAtDirection(n, positionOf(n, cell)) !== cell)
    expect(missed).toEqual([])
  })

  it('is the cell whose own direction it is on planets too large to list', () => {
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        expect(cellAtDirection(n, positionOf(n, cell))).toBe(cell)
      }),
    )
  })

  it.each([1, 2, 3, 5, 8, 16, 33])('is the nearest of all cells at n = %i', (n) => {
    fc.assert(
      fc.property(anyRay, (ray) => {
        const found = closeness(n, cellAtDirection(n, ray), ray)
        const best = allCells(n).reduce((most, cell) => Math.max(most, closeness(n, cell, ray)), -1)
        expect(found).toBeGreaterThanOrEqual(best - 1e-12)
      }),
      { numRuns: 60 },
    )
  })
})
