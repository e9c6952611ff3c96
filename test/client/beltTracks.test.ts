import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  creepTo,
  positionAt,
  restOf,
  type Track,
  trackAfter,
} from '../../client/src/planet/beltTracks.ts'

const after = (track: Track | undefined, items: readonly string[], tick: number) =>
  trackAfter(track, items, tick, false)

test('an item comes in at the start, travels a cell in eight ticks and waits at its place', () => {
  const track = after(after(undefined, [], 0), ['iron'], 100)
  expect(positionAt(track, 0, 100)).toBe(0)
  expect(positionAt(track, 0, 104)).toBe(0.5)
  expect(positionAt(track, 0, 200)).toBe(restOf(0))
})

test('what a machine lays comes into the middle', () => {
  const track = trackAfter({ items: [], entered: [], told: 0 }, ['iron'], 100, true)
  expect(positionAt(track, 0, 100)).toBe(0.5)
})

test('when the front one leaves, the others go on from where they stood', () => {
  let track = after(undefined, [], 0)
  track = after(track, ['iron'], 0)
  track = after(track, ['iron', 'coal'], 2)
  expect(positionAt(track, 1, 100)).toBe(restOf(1))
  track = after(track, ['coal'], 100)
  expect(positionAt(track, 0, 100)).toBeCloseTo(restOf(1))
  expect(positionAt(track, 0, 102)).toBeCloseTo(restOf(0))
})

test('a belt that was not known shows its items where they can be', () => {
  const track = after(undefined, ['iron', 'iron'], 500)
  expect([positionAt(track, 0, 500), positionAt(track, 1, 500)]).toEqual([restOf(0), restOf(1)])
})

test('a full belt of one item moves on by one place when its front leaves, though its list stays the same', () => {
  const full = after(undefined, ['iron', 'iron', 'iron', 'iron'], 50)
  const crept = creepTo(full, 1, 100)
  for (const place of [0, 1, 2]) {
    expect(positionAt(crept, place, 100)).toBeCloseTo(restOf(place + 1))
    expect(positionAt(crept, place, 102)).toBeCloseTo(restOf(place))
  }
  // The last comes over from the belt behind, where it stood at the front.
  expect(positionAt(crept, 3, 100)).toBe(0)
  expect(positionAt(crept, 3, 110)).toBeCloseTo(restOf(3))
})

property.prop([fc.array(fc.tuple(fc.nat(2), fc.boolean(), fc.integer({ min: 1, max: 9 })))])(
  'no item ever goes back while it is on the belt, and none passes another',
  (steps) => {
    let track = after({ items: [], entered: [], told: 0 }, [], 0)
    let tick = 0
    for (const [leave, enter, ticks] of steps) {
      const before = track.items.map((_, place) => positionAt(track, place, tick + ticks))
      tick += ticks
      const left = Math.min(leave, track.items.length)
      const items = [...track.items.slice(left), ...(enter ? [`item ${tick}`] : [])].slice(0, 4)
      track = after(track, items, tick)
      const now = items.map((_, place) => positionAt(track, place, tick))
      for (const [place, position] of now.entries()) {
        const was = before[place + left]
        if (was !== undefined) expect(position).toBeGreaterThanOrEqual(was - 1e-9)
        if (place > 0) expect(position).toBeLessThanOrEqual(now[place - 1]! + 1e-9)
      }
    }
  },
)
