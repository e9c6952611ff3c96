import { expect, test } from 'vitest'
import { arrange } from '../../src/bots/arrange.ts'
import { cellsWithin, distanceWithin } from '../../src/domain/grid/distance.ts'
import { neighbour } from '../../src/domain/grid/neighbours.ts'
import { directionTo } from '../../src/domain/grid/path.ts'

const N = 16
const HOME = 300
const ground = cellsWithin(N, HOME, 3)
const near = (a: number, b: number, steps: number) => distanceWithin(N, a, b, steps) !== undefined

test('machines stand beside, near and away from each other as their rules say', () => {
  const spots = arrange(N, { pump: HOME }, ground, [
    { role: 'pipe', touches: ['pump'] },
    { role: 'mixer', touches: ['pipe'] },
    { role: 'tank', touches: ['mixer'], avoids: ['pipe', 'pump'] },
    {
      role: 'pole',
      within: [
        ['pump', 2],
        ['mixer', 2],
      ],
      beyond: [['tank', 1]],
    },
  ])!
  expect(new Set(Object.values(spots)).size).toBe(5)
  expect(near(spots.pipe!, HOME, 1)).toBe(true)
  expect(near(spots.mixer!, spots.pipe!, 1)).toBe(true)
  expect(near(spots.tank!, spots.mixer!, 1)).toBe(true)
  expect(near(spots.tank!, spots.pipe!, 1) || near(spots.tank!, HOME, 1)).toBe(false)
  expect(near(spots.pole!, HOME, 2) && near(spots.pole!, spots.mixer!, 2)).toBe(true)
  expect(near(spots.pole!, spots.tank!, 1)).toBe(false)
})

test('a pipe for what a machine gives stands behind it, away from what it faces', () => {
  const spots = arrange(N, { mixer: HOME }, ground, [
    { role: 'depot', touches: ['mixer'] },
    { role: 'pipe', behind: ['mixer', 'depot'] },
  ])!
  expect(spots.pipe).toBe(neighbour(N, HOME, (directionTo(N, HOME, spots.depot!) + 3) % 6))
  expect(near(spots.pipe!, spots.depot!, 1)).toBe(false)
})

test('where there is no room there is no place', () => {
  const seven = Array.from({ length: 7 }, (_, place) => ({
    role: `kiln ${place}`,
    touches: ['depot'],
  }))
  expect(arrange(N, { depot: HOME }, ground, seven)).toBeUndefined()
})
