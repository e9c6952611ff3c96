import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsWithin, distanceWithin, greatCircle } from '../../../src/domain/grid/distance.ts'
import { cellCount, northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { allCells, anyCell } from './frequencies.ts'

const anyThree = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    cells: fc.tuple(...[0, 1, 2].map(() => fc.nat({ max: cellCount(n) - 1 }))),
  }),
)

/** Farther than any two cells of a planet lie apart. */
const FAR = 100

describe('the cells within reach', () => {
  it('start with the cell itself and come ring by ring', () => {
    fc.assert(
      fc.property(anyCell, fc.integer({ min: 0, max: 5 }), ({ n, cell }, reach) => {
        const found = cellsWithin(n, cell, reach)
        expect(found[0]).toBe(cell)
        expect(new Set(found).size).toBe(found.length)
        const distances = found.map((near) => distanceWithin(n, cell, near, reach)!)
        expect(distances).toEqual(distances.toSorted((a, b) => a - b))
        expect(distances.every((distance) => distance <= reach)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('are 3·r·(r+1) + 1 where no pentagon is near, and fewer at one', () => {
    expect(cellsWithin(64, 64 * 32 + 32, 6)).toHaveLength(127)
    expect(cellsWithin(64, northPole(64), 6)).toHaveLength(1 + (5 * 6 * 7) / 2)
    expect(cellsWithin(64, 100, 0)).toEqual([100])
  })

  it('are the whole planet in the end', () => {
    expect(cellsWithin(4, 17, FAR).toSorted((a, b) => a - b)).toEqual(allCells(4))
  })
})

describe('the distance in steps', () => {
  it('is one between neighbours and nothing to oneself', () => {
    fc.assert(
      fc.property(anyCell, ({ n, cell }) => {
        expect(distanceWithin(n, cell, cell, 0)).toBe(0)
        for (const next of neighboursOf(n, cell)) expect(distanceWithin(n, cell, next, 3)).toBe(1)
      }),
    )
  })

  it('is the same there and back, and no detour is shorter', () => {
    fc.assert(
      fc.property(anyThree, ({ n, cells: [a, b, c] }) => {
        const ab = distanceWithin(n, a!, b!, FAR)!
        expect(distanceWithin(n, b!, a!, FAR)).toBe(ab)
        expect(ab).toBeLessThanOrEqual(
          distanceWithin(n, a!, c!, FAR)! + distanceWithin(n, c!, b!, FAR)!,
        )
      }),
    )
  })

  it('is unknown beyond the limit', () => {
    expect(distanceWithin(8, northPole(8), southPole(8), 24)).toBe(24)
    expect(distanceWithin(8, northPole(8), southPole(8), 23)).toBeUndefined()
    expect(distanceWithin(8, 5, 5, -1)).toBeUndefined()
  })
})

describe('the great circle', () => {
  it('is half a turn from pole to pole and nothing to oneself', () => {
    expect(greatCircle(32, northPole(32), southPole(32))).toBeCloseTo(Math.PI, 12)
    expect(greatCircle(32, 77, 77)).toBe(0)
  })
})
