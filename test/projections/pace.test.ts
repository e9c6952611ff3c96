// The world's clock: which tick is due, and what is given up when it can not be caught up.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createUpsMeter,
  dueTick,
  keepPace,
  lagMs,
  msUntil,
  type Pace,
} from '../../src/projections/pace.ts'

describe('the pace of a world', () => {
  it('has no drift: after an hour at 60 UPS exactly 216,000 ticks were due', () => {
    expect(dueTick({ ups: 60, fromMs: 12.5, fromTick: 100 }, 12.5 + 3_600_000)).toBe(216_100)
  })
  it('waits exactly until the tick is due, at any rate and moment', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 60 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (ups, nowMs) => {
          const pace: Pace = { ups, fromMs: 3, fromTick: 7 }
          const next = dueTick(pace, nowMs + 3) + 1
          const waitMs = msUntil(pace, nowMs + 3, next)
          expect(dueTick(pace, nowMs + 3 + waitMs + 1e-6)).toBe(next)
          expect(waitMs).toBeLessThanOrEqual(1_000 / ups + 1e-6)
        },
      ),
    )
  })
  it('is kept while the world is at most a quarter of a second behind', () => {
    const pace: Pace = { ups: 20, fromMs: 0, fromTick: 0 }
    expect(keepPace(pace, 1_000, 15)).toBe(pace)
    expect(lagMs(pace, 1_000, 15)).toBe(250)
  })
  it('beyond that gives up time, never a tick', () => {
    const pace = keepPace({ ups: 20, fromMs: 0, fromTick: 0 }, 10_000, 15)
    expect(dueTick(pace, 10_000)).toBe(20)
    expect(dueTick(pace, 10_050)).toBe(21)
  })
})

describe('the measured UPS', () => {
  it('is what was run over the last seconds, and 0 as long as nothing was', () => {
    const meter = createUpsMeter()
    expect(meter.ups(0, 0)).toBe(0)
    for (let tick = 0; tick <= 600; tick++) meter.tell((tick * 1_000) / 30, tick)
    expect(meter.ups(20_000, 600)).toBeCloseTo(30, 0)
    expect(meter.ups(60_000, 600)).toBe(0)
  })
})
