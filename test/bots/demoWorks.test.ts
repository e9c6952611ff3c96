import { expect, test } from 'vitest'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { quickPlayer } from '../helpers/quickWorld.ts'
import { claimByAnother, watchWorks } from '../helpers/watchedWorks.ts'

/** Six minutes of the usual pace. */
const TICKS = 7_200

const counted = (structures: readonly { readonly prototype: string }[]) => {
  const counts: Record<string, number> = {}
  for (const { prototype } of structures) counts[prototype] = (counts[prototype] ?? 0) + 1
  return counts
}

test.each([
  { seed: 7, n: 64 },
  { seed: 3, n: 64 },
  { seed: 6, n: 16 },
  { seed: 4, n: 128 },
])(
  'on planet $seed of $n the bot builds a works in which no drill stands still and a laboratory learns',
  async (planet) => {
    const { hands } = await quickPlayer(planet)
    const { structures, blockedTicks, labWorked, said } = await watchWorks(hands, TICKS)
    expect(said.filter((line) => line.includes('tries again'))).toEqual([])
    expect(counted(structures)).toMatchObject({
      drill: 4,
      kiln: 6,
      press: 3,
      generator: 1,
      assembler: 1,
      lab: 1,
      harvester: 2,
    })
    expect(blockedTicks).toBeLessThanOrEqual(200)
    expect(labWorked).toBeGreaterThan(10)
    const statistics = (await hands.world.statistics(hands.account))!
    expect(statistics.produced['red-pack']).toBeGreaterThan(20)
    expect(statistics.produced.wire).toBeGreaterThan(100)
    expect((await hands.world.player(hands.account))!.researched).toContain('logistics')
  },
)

test('a bot that was stopped goes on with what stands, and builds nothing twice', async () => {
  const { hands } = await quickPlayer({ seed: 7, n: 64 })
  const before = await watchWorks(hands, 900)
  const claims = (await hands.world.player(hands.account))!.claims
  const after = await watchWorks(hands, TICKS)
  expect(after.structures.length).toBeGreaterThan(before.structures.length)
  for (const { cell, prototype } of before.structures)
    expect(after.structures.find((one) => one.cell === cell)?.prototype).toBe(prototype)
  expect(counted(after.structures)).toMatchObject({ assembler: 1, lab: 1, depot: 6 })
  expect((await hands.world.player(hands.account))!.claims).toBe(claims)
})

test('where somebody else has land already, the works stands beside it', async () => {
  const planet = { seed: 7, n: 64 }
  const { hands } = await quickPlayer(planet)
  const theirs = cellsWithin(planet.n, landingCell(planet.seed, planet.n, 7), 2)
  await claimByAnother(hands, theirs)
  const { structures } = await watchWorks(hands, TICKS)
  expect(counted(structures)).toMatchObject({ drill: 4, lab: 1 })
  expect(structures.filter(({ cell }) => theirs.includes(cell))).toEqual([])
})

test.each([
  { seed: 1, n: 8, ores: ['iron', 'phosphate'] },
  { seed: 7, n: 8, ores: ['copper', 'coal', 'silica', 'phosphate'] },
  { seed: 4, n: 3, ores: ['silica'] },
])(
  'on the small planet $seed of $n, without room for a works, a line for each of its ores stands and fills a depot',
  async ({ ores, ...planet }) => {
    const { hands } = await quickPlayer(planet)
    const { said, structures } = await watchWorks(hands, 1_200)
    expect(said).toEqual(
      ores.map((ore, place) => `demo bot: ${ore} stands (${place + 1} of ${ores.length})`),
    )
    expect(counted(structures)).toMatchObject({ drill: ores.length, depot: ores.length })
    const depots = structures.filter(({ prototype }) => prototype === 'depot')
    for (const { contents } of depots) expect(Object.values(contents ?? {})[0]).toBeGreaterThan(3)
    // Stopped and begun anew, it goes on with what stands.
    const again = await watchWorks(hands, 1_200)
    expect(again.said).toEqual([])
    expect(again.structures.map(({ cell }) => cell)).toEqual(structures.map(({ cell }) => cell))
  },
)

test('where nothing can be dug the bot says so and asks for nothing', async () => {
  const { hands } = await quickPlayer({ seed: 1, n: 1 })
  const { said, orders, structures } = await watchWorks(hands, 10_000)
  expect(said).toEqual([
    'demo bot: builds nothing: no iron, copper, coal, silica or phosphate with room for a drill lies within 24 steps on foot of where it can land',
  ])
  expect(orders).toBe(1)
  expect(structures).toEqual([])
})

test('where others own all ground the bot says so, and builds when they have let it go', async () => {
  const planet = { seed: 4, n: 3 }
  const { hands } = await quickPlayer(planet)
  const everywhere = cellsWithin(planet.n, landingCell(planet.seed, planet.n, 7), 9)
  const release = await claimByAnother(hands, everywhere)
  const before = await watchWorks(hands, 1_000)
  expect(before.said).toEqual([
    'demo bot: builds nothing: others own the ground on which it could dig',
  ])
  await release()
  const after = await watchWorks(hands, 1_000)
  expect(after.said).toEqual(['demo bot: silica stands (1 of 1)'])
})
