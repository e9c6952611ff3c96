import { expect, test } from 'vitest'
import { isFoundedAnew, SameWorld } from '../../client/src/data/live/sameWorld.ts'

const status = (tick: number, hashTick = 0, hash = 'a', state = 'running') => ({
  state,
  tick,
  hashTick,
  hash,
})

test('a world that goes on, stands still or replays after a restart is the same', () => {
  const same = new SameWorld()
  const heard = [
    status(100, 100, 'aa'),
    status(100, 100, 'aa'),
    // It was killed, and counts up to where it was.
    status(0, 0, '00', 'replaying'),
    status(60, 60, 'cc', 'replaying'),
    status(120, 120, 'bb'),
    status(140, 140, 'dd', 'stopped'),
  ]
  expect(heard.map((each) => same.heard(each))).toEqual(heard.map(() => true))
})

test('a running world whose tick goes back was restored', () => {
  const same = new SameWorld()
  expect(same.heard(status(100))).toBe(true)
  expect(same.heard(status(99))).toBe(false)
})

test('another hash of a tick is another history, while it replays as well', () => {
  const same = new SameWorld()
  same.heard(status(100, 100, 'aa'))
  same.heard(status(120, 120, 'bb'))
  expect(same.heard(status(130, 100, 'aa'))).toBe(true)
  expect(same.heard(status(131, 100, 'ff', 'replaying'))).toBe(false)
})

test('the world of that name may be another planet, or be gone', () => {
  const known = { seed: 1, n: 64, ups: 20 }
  expect(isFoundedAnew(known, { ...known })).toBe(false)
  for (const now of [{ ...known, seed: 2 }, { ...known, n: 8 }, { ...known, ups: 60 }, undefined]) {
    expect(isFoundedAnew(known, now)).toBe(true)
  }
})
