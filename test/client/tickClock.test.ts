import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { TickClock } from '../../client/src/game/tickClock.ts'

const UPS = 20
const MS_PER_TICK = 1000 / UPS

property.prop([
  fc.array(fc.record({ delayMs: fc.nat(400), lostTicks: fc.nat(3) }), { minLength: 3 }),
])(
  'the drawn tick never goes backwards and never beyond the next tick, however ticks arrive',
  (arrivals) => {
    const clock = new TickClock(UPS)
    let tick = 0
    let now = 0
    let shown = 0
    for (const { delayMs, lostTicks } of arrivals) {
      tick += 1 + lostTicks
      now = Math.max(now, tick * MS_PER_TICK + delayMs)
      clock.heard(tick, now)
      for (let frame = 0; frame < 4; frame++) {
        now += 16
        const next = clock.at(now)
        expect(next).toBeGreaterThanOrEqual(shown)
        expect(next).toBeLessThanOrEqual(clock.latest + 1)
        shown = next
      }
    }
  },
)

test('over an even line it runs a little behind the newest tick, at the pace of the world', () => {
  const clock = new TickClock(UPS)
  let at = 0
  for (let tick = 1; tick <= 400; tick++) {
    clock.heard(tick, tick * MS_PER_TICK)
    at = clock.at(tick * MS_PER_TICK)
  }
  expect(400 - at).toBeGreaterThan(1)
  expect(400 - at).toBeLessThan(3)
})

test('a world that stops holds the clock', () => {
  const clock = new TickClock(UPS)
  clock.heard(50, 2500)
  clock.at(2500)
  const held = clock.at(60_000)
  expect(held).toBeLessThanOrEqual(51)
  expect(clock.at(90_000)).toBe(held)
})

test('after a long sleep it jumps to where the world is', () => {
  const clock = new TickClock(UPS)
  clock.heard(50, 2500)
  clock.at(2500)
  clock.heard(1250, 62_500)
  expect(clock.at(62_500)).toBeGreaterThan(1200)
})

test('before any tick was heard it shows none', () => {
  expect(new TickClock(UPS).at(1000)).toBe(0)
})

test('where ticks come unevenly it keeps farther behind, and comes nearer when they are even again', () => {
  const clock = new TickClock(UPS)
  let tick = 0
  const hear = (count: number, lateMs: (tick: number) => number) => {
    for (const end = tick + count; tick < end; ) {
      tick++
      clock.heard(tick, tick * MS_PER_TICK + lateMs(tick))
    }
  }
  hear(100, () => 0)
  const even = clock.delayMs
  hear(100, (at) => (at % 10 === 0 ? 180 : 0))
  const uneven = clock.delayMs
  expect(uneven).toBeGreaterThan(even * 1.5)
  expect(uneven).toBeLessThanOrEqual(250)
  hear(1000, () => 0)
  expect(clock.delayMs).toBe(even)
})

test('it knows how far the world has gone on since it was heard of', () => {
  const clock = new TickClock(UPS)
  expect(clock.behind(1000)).toBe(0)
  clock.heard(50, 2500)
  expect(clock.behind(2500)).toBe(0)
  expect(clock.behind(12_500)).toBe(200)
})
