// The demo bot's works on many planets, and for a day of the usual pace on one.

import { expect, test } from 'vitest'
import { homeFor } from '../../src/bots/settling.ts'
import { planWorks, STAGES } from '../../src/bots/works.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'
import { watchWorks } from '../helpers/watchedWorks.ts'

const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1)

test.each([64, 128])('on a hundred planets of %i the works is whole on nearly all', async (n) => {
  let whole = 0
  for (const seed of SEEDS) {
    const home = await homeFor({ seed, n }, 7, async () => {})
    const works = await planWorks(
      { seed, n },
      home,
      () => true,
      async () => {},
    )
    if (works?.stages.length === STAGES) whole++
  }
  console.log(`whole works on ${whole} of ${SEEDS.length} planets of ${n}`)
  expect(whole).toBeGreaterThanOrEqual(98)
})

test('on thirty planets no drill of it stands still, and red packs are made', async () => {
  for (const seed of SEEDS.slice(0, 30)) {
    const { hands } = await quickPlayer({ seed, n: 64 })
    const { blockedTicks, labWorked, said } = await watchWorks(hands, 9_600)
    const told = `seed ${seed}: ${said.join('; ')}`
    expect(blockedTicks, told).toBeLessThanOrEqual(200)
    expect(labWorked, told).toBeGreaterThan(0)
    const { produced } = (await hands.world.statistics(hands.account))!
    expect(produced['red-pack'], told).toBeGreaterThan(10)
  }
})

test('for a day it stays bounded: no depot fills, no drill stands still, few orders are given', async () => {
  const { hands } = await quickPlayer({ seed: 7, n: 64 })
  const { blockedTicks, fullest, orders, structures } = await watchWorks(hands, 24 * 3_600 * 20)
  console.log({ blockedTicks, fullest, orders, structures: structures.length })
  expect(blockedTicks).toBeLessThanOrEqual(200)
  expect(fullest).toBeLessThan(2_000)
  expect(orders).toBeLessThan(2_000)
})
