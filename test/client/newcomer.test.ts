// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { playByGuide } from '../helpers/newcomer.ts'

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'on planet %i who does what the guide points at has a plate within a minute and a red pack within five',
  async (seed) => {
    const { plateS, packS } = await playByGuide({ seed, n: 16 })
    expect(plateS).toBeLessThanOrEqual(60)
    expect(packS).toBeLessThanOrEqual(300)
  },
)
