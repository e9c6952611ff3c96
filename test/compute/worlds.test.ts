// TypeScript = Rust on worlds by chance: any planet, factories that run, any orders, over saves and loads, by any number of
// threads and every instruction set. A few seeds; test/long/parityWorlds.test.ts runs many for longer. A failure prints
// the seed, the first tick that differs and what differs there; ORRERY_SEED runs that seed alone.

import { describe, expect, test } from 'vitest'
import { builtForTests } from '../../src/platform/kernel/rust/built.ts'
import { everyWay, partedPlanet, partedWorld, type Worked } from './ways.ts'

/** Undefined where there is no cargo; then the suite has said so. */
const program = builtForTests('pipe')
const asked = process.env.ORRERY_SEED

/** Seed, planet, ticks: the large ones for less long. */
const worlds = [
  [1, 8, 1_500],
  [2, 1, 200],
  [3, 16, 1_500],
  [4, 2, 300],
  [5, 33, 1_000],
  [6, 64, 900],
  [7, 12, 1_500],
  [8, 100, 400],
  [9, 5, 1_500],
  [10, 20, 1_500],
  [11, 24, 1_500],
  [12, 160, 120],
] as const

describe.skipIf(!program)('the Rust kernel', { timeout: 120_000 }, () => {
  const ways = program ? everyWay(program) : []
  /** Three of all, others for each world. */
  const someWays = (seed: number) => [0, 1, 2].map((turn) => ways[(seed + 4 * turn) % ways.length]!)
  const worked: Worked = new Map()

  test.runIf(asked !== undefined)(`runs world ${asked} as TypeScript does`, () => {
    const [, n, ticks] = worlds.find(([seed]) => seed === Number(asked)) ?? [0, 16, 1_500]
    const world = { seed: Number(asked), n: Number(process.env.PARITY_N ?? n), ticks }
    expect(partedWorld(program!, world, ways, worked)).toBeUndefined()
  })

  describe.runIf(asked === undefined)('held to TypeScript', () => {
    test.each(worlds)('runs world %i (n = %i, %i ticks) to the same bits', (seed, n, ticks) => {
      const world = { seed, n, ticks }
      expect(partedWorld(program!, world, someWays(seed), worked)).toBeUndefined()
    })

    test('has met every kind of structure at work, and players', () => {
      const machines = ['drill', 'kiln', 'press', 'mixer', 'assembler', 'fab', 'bioreactor', 'lab']
      const more = ['pump', 'harvester', 'generator', 'launcher']
      const holders = ['depot', 'pipe', 'tank', 'bridge']
      expect([...worked.keys()]).toEqual(
        expect.arrayContaining([
          ...[...machines, ...more].map((name) => `${name} working`),
          ...holders.map((name) => `${name} holds`),
          'splitter takes turns',
          'a hand crafts',
          'a hand harvests',
          'somebody walks',
        ]),
      )
    })

    test.each([
      [1, 1],
      [2, 3],
      [77, 64],
      [4_000_000_000, 65],
      [5, 130],
      [6, 256],
    ])('makes planet %i of n = %i to the same bytes, chunk by chunk', (seed, n) => {
      expect(partedPlanet(program!, { seed, n }, someWays(seed).slice(1))).toBeUndefined()
    })
  })
})
