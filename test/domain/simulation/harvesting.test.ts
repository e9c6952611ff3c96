import { expect, test } from 'vitest'
import { lifeCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { LEFT_STANDING } from '../../../src/domain/simulation/harvesting.ts'
import { createState } from '../../../src/domain/simulation/state.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'
import { brokenLaw } from './laws.ts'
import {
  claim,
  contentsOf,
  enrich,
  enter,
  fill,
  place,
  run,
  select,
  teach,
  transfer,
  workshop,
} from './planet.ts'

function garden() {
  const shop = workshop()
  const { state, machine } = shop
  state.life.fill(lifeCode.none)
  state.mass.fill(0)
  run(state, [place('ann', [machine, 'harvester', 0])])
  return shop
}

test('a harvester cuts each kind in its turn', () => {
  const { state, field, machine } = garden()
  state.life.set([lifeCode.moss], field[5])
  state.mass.set([200], field[5])
  state.life.set([lifeCode['resin-tree']], field[6])
  state.mass.set([200], field[6])
  run(state, [], 8 * 40)
  expect(contentsOf(state, machine)).toEqual({ moss: 4, 'resin-tree': 4 })
  expect(structureView(state, machine)?.status).toBe('blocked')
  expect(brokenLaw(state)).toBeUndefined()
})

test('a harvester leaves the young standing', () => {
  const { state, field, machine } = garden()
  state.life.set([lifeCode.moss], field[5])
  state.mass.set([LEFT_STANDING], field[5])
  run(state, [], 200)
  expect(contentsOf(state, machine)).toEqual({})
  expect(state.mass[field[5]!]).toBeGreaterThan(0)
})

test('a harvester cuts nothing on land of others', () => {
  const { state, field, machine } = garden()
  state.life.set([lifeCode.moss], field[5])
  state.mass.set([200], field[5])
  run(state, [enter('bob', field[6]!), claim('bob', field[5]!)], 200)
  expect(contentsOf(state, machine)).toEqual({})
})

test('fertiliser makes a lonely moss grow where it would shrink, and wears off', () => {
  const masses = [false, true].map((fertilised) => {
    const { state, field, machine } = garden()
    const cells = [field[5]!, field[6]!]
    for (const cell of cells) {
      state.life[cell] = lifeCode.moss
      // Its neighbour alone is a level of 1, which is below lo: it shrinks, but for fertiliser.
      state.mass[cell] = 30
    }
    if (fertilised) run(state, [transfer('ann', machine, 'fertiliser', 1, 'put')])
    run(state, [], 800)
    expect(state.balance.used[itemCode('fertiliser')]).toBe(fertilised ? 1 : 0)
    expect(state.fertility[cells[0]!]! > 0).toBe(fertilised)
    run(state, [], 8 * 255)
    expect(state.fertility[cells[0]!]).toBe(0)
    return cells.map((cell) => state.mass[cell]!)
  })
  expect(Math.max(...masses[0]!)).toBeLessThan(30)
  expect(Math.max(...masses[1]!)).toBeGreaterThan(Math.max(...masses[0]!))
})

test('a generator at full load on a mossy cell makes fungus there', () => {
  const state = createState({ seed: 2, n: 16 })
  const mossAround = (cell: number) =>
    cellsWithin(16, cell, 2).filter((near) => state.life[near] === lifeCode.moss).length
  const mossy = Array.from(state.life.keys()).filter((cell) => state.life[cell] === lifeCode.moss)
  const stove = mossy.reduce((best, cell) => (mossAround(cell) > mossAround(best) ? cell : best))
  const land = cellsWithin(16, stove, 3).filter((cell) => !isWater(state.terrain[cell]!))
  const [, pole, ...presses] = land.slice(0, 12) as [number, number, ...number[]]
  run(state, [enter('ann', stove)])
  teach(state, 'ann')
  enrich(state, 'ann', 100_000)
  run(state, [
    place('ann', [stove, 'generator', 0], [pole, 'pole', 0]),
    ...presses.map((cell) => place('ann', [cell, 'press', 0])),
    ...presses.map((cell) => select('ann', cell, 'gear')),
  ])
  for (const cell of presses) fill(state, cell, 'plate', 4_000)
  for (let count = 0; count < 400 && !state.life.includes(lifeCode.fungus); count++) {
    run(state, [transfer('ann', stove, 'coal', 5, 'put')], 19)
    for (const cell of presses) run(state, [transfer('ann', cell, 'gear', 16, 'take')])
  }
  expect(state.life[stove]).toBe(lifeCode.fungus)
  run(state, [{ type: 'HarvestStarted', data: { account: 'ann', cell: stove } }], 10)
  expect(state.players[0]!.statistics.produced[itemCode('fungus')]).toBe(1)
})
