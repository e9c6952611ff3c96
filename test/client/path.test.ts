import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { directionTo, findPath } from '../../client/src/planet/path.ts'
import { distanceWithin } from '../../src/domain/grid/distance.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { neighbour, neighboursOf } from '../../src/domain/grid/neighbours.ts'

const n = 5
const anywhere = fc.integer({ min: 0, max: cellCount(n) - 1 })
const walk = (from: number, path: readonly number[]) =>
  path.reduce((cell, direction) => neighbour(n, cell, direction), from)

property.prop([anywhere, anywhere])(
  'over open ground the way leads to the goal and is the shortest',
  (from, to) => {
    const path = findPath(n, from, to, () => true)!
    expect(walk(from, path)).toBe(to)
    expect(path.length).toBe(distanceWithin(n, from, to, 64))
  },
)

property.prop([anywhere, anywhere, fc.integer({ min: 2, max: 5 })])(
  'a way goes round what is closed',
  (from, to, spacing) => {
    const open = (cell: number) => cell % spacing !== 0
    const path = findPath(n, from, to, open)
    const passed = path?.slice(0, -1).map((_, step) => walk(from, path.slice(0, step + 1))) ?? []
    expect(passed.filter((cell) => !open(cell))).toEqual([])
  },
)

test('there is no way out of a closed ring, and none longer than was allowed', () => {
  const walls = new Set(neighboursOf(n, 60))
  expect(findPath(n, 60, 200, (cell) => !walls.has(cell))).toBeUndefined()
  expect(findPath(n, 0, 200, () => true, 1)).toBeUndefined()
})

test('standing at the goal is a way of no steps', () => {
  expect(findPath(n, 60, 60, () => false)).toEqual([])
})

test('the direction to a neighbour leads there, to a stranger there is none', () => {
  for (const next of neighboursOf(n, 60)) {
    expect(neighbour(n, 60, directionTo(n, 60, next))).toBe(next)
  }
  expect(directionTo(n, 60, 200)).toBe(-1)
})
