import { fc, test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { nextStep } from '../../src/cli/bench/scenarios.ts'

describe('how many subscribers are tried next', () => {
  property.prop([fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 5_000 })])(
    'comes within a tenth of the most that are held, in few steps, and never above the most that may be tried',
    (really, most) => {
      let held = 0
      let tooMany = Number.POSITIVE_INFINITY
      let steps = 0
      for (let players: number | undefined = Math.min(50, most); players !== undefined; ) {
        expect(players).toBeLessThanOrEqual(most)
        expect(players).toBeGreaterThan(held)
        expect(players).toBeLessThan(tooMany)
        if (players <= really) held = players
        else tooMany = players
        steps += 1
        players = nextStep(held, tooMany, most)
      }
      expect(steps).toBeLessThan(20)
      expect(held).toBeLessThanOrEqual(really)
      if (really >= most) expect(held).toBe(most)
      else expect(really - held).toBeLessThanOrEqual(Math.max(1, tooMany / 10))
    },
  )
})
