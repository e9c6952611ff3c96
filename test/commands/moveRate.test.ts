import { expect, test } from 'vitest'
import { moveRate } from '../../src/commands/moveRate.ts'
import { testClock } from './fixture.ts'

test('whoever has not moved for a second is forgotten', () => {
  const clock = testClock()
  const moves = moveRate(clock)
  for (let i = 0; i < 1_000; i++) moves.take(`player ${i}`)
  expect(moves.size).toBe(1_000)
  clock.pass(600)
  moves.take('player 999')
  clock.pass(600)
  moves.take('somebody else')
  expect(moves.size).toBe(2)
})

test('no second holds three moves, however they fall', () => {
  const clock = testClock()
  const moves = moveRate(clock)
  const taken: number[] = []
  for (let i = 0; i < 300; i++) {
    if (moves.take('ada')) taken.push(clock.now())
    clock.pass((i * 37) % 291)
  }
  expect(taken.length).toBeGreaterThan(20)
  for (const [i, at] of taken.entries()) {
    const third = taken[i + 2]
    if (third !== undefined) expect(third - at).toBeGreaterThanOrEqual(1_000)
  }
})
