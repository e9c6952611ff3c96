import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { distanceWithin } from '../../../src/domain/grid/distance.ts'
import { cellCount } from '../../../src/domain/grid/lattice.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { directionTo, findPath } from '../../../src/domain/grid/path.ts'

const walk = (n: number, from: number, path: readonly number[]) =>
  path.reduce((cell, direction) => neighbour(n, cell, direction), from)

const planet = fc.integer({ min: 1, max: 9 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    from: fc.nat(cellCount(n) - 1),
    to: fc.nat(cellCount(n) - 1),
    closed: fc.uniqueArray(fc.nat(cellCount(n) - 1), { maxLength: cellCount(n) >> 2 }),
  }),
)

describe('a way over the planet', () => {
  test.prop([planet])(
    'is as long as the distance where nothing is in the way',
    ({ n, from, to }) => {
      const path = findPath(n, from, to, () => true)!
      expect(walk(n, from, path)).toBe(to)
      expect(path.length).toBe(distanceWithin(n, from, to, 64))
    },
  )

  test.prop([planet])('never crosses what is closed', ({ n, from, to, closed }) => {
    const path = findPath(n, from, to, (cell) => !closed.includes(cell))
    if (!path) return expect(distanceWithin(n, from, to, 1) ?? 2).toBeGreaterThan(1)
    const crossed = path.slice(0, -1).map((_, steps) => walk(n, from, path.slice(0, steps + 1)))
    expect(crossed.filter((cell) => closed.includes(cell))).toEqual([])
    expect(walk(n, from, path)).toBe(to)
  })

  test('is not longer than it may be', () => {
    expect(findPath(16, 0, 1, () => true, 1)).toHaveLength(1)
    expect(findPath(16, 0, 3, () => true, 2)).toBeUndefined()
  })

  test('a direction leads to each neighbour, and to nothing else', () => {
    for (const cell of [0, 17, 2560, 2561]) {
      for (const next of neighboursOf(16, cell)) {
        expect(neighbour(16, cell, directionTo(16, cell, next))).toBe(next)
      }
      expect(directionTo(16, cell, cell)).toBe(-1)
    }
  })
})
