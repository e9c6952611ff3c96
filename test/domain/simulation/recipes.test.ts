import { describe, expect, test } from 'vitest'
import { fluids, itemCode, items } from '../../../src/domain/items.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { playerView, structureView } from '../../../src/domain/simulation/views.ts'
import {
  contentsOf,
  craft,
  enter,
  fill,
  itemsBalance,
  itemsHeld,
  place,
  playground,
  remove,
  run,
  select,
  teach,
  transfer,
  workshop,
} from './planet.ts'

const RUNS = 3

/** A player with the materials for three runs and whatever machines cost. */
function withMaterials(inputs: Readonly<Record<string, number>>) {
  const { state, field } = playground()
  run(state, [enter('ann', field[0]!)])
  for (const [item, count] of Object.entries(inputs)) give(state, item, RUNS * count)
  return { state, field }
}

function give(state: SimulationState, item: string, count: number) {
  expect(items).toContain(item)
  state.players[0]!.inventory[itemCode(item)]! += count
}

const times = (amounts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(amounts).map(([item, count]) => [item, RUNS * count]))

const isFluid = (item: string) => fluids.includes(item)

describe('in a machine', () => {
  const rows = recipes.flatMap((recipe) => recipe.machines.map((machine) => ({ recipe, machine })))
  test.each(rows)('$machine makes $recipe.name from what it is given', ({ recipe, machine }) => {
    const { state, machine: cell, tank } = workshop()
    const [fluid] = Object.keys(recipe.inputs).filter(isFluid)
    const second = Object.keys(recipe.inputs).filter(isFluid).length
    expect(second, 'a tank for one fluid is enough').toBeLessThan(2)
    run(state, [
      place('ann', [cell, machine, 0], [tank, 'tank', 0]),
      select('ann', cell, recipe.name),
    ])
    if (fluid) fill(state, tank, fluid, RUNS * recipe.inputs[fluid]!)
    run(
      state,
      Object.entries(recipe.inputs)
        .filter(([item]) => !isFluid(item))
        .map(([item, count]) => transfer('ann', cell, item, RUNS * count, 'put')),
      RUNS * recipe.ticks + 20,
    )
    const { status, contents } = structureView(state, cell)!
    expect(status).toBe('starved')
    expect({ ...contents, ...contentsOf(state, tank) }).toEqual(times(recipe.outputs))
    expect(itemsHeld(state)).toEqual(itemsBalance(state))
    const launches = Object.keys(recipe.outputs).length === 0 ? RUNS : 0
    expect(state.players[0]!.statistics.launches).toBe(launches)
  })
})

describe('by hand', () => {
  test.each(recipes.filter(({ byHand }) => byHand))('$name', (recipe) => {
    const { state } = withMaterials(recipe.inputs)
    teach(state, 'ann')
    const before = playerView(state, 'ann')!.inventory
    const outcomes = run(state, [craft('ann', recipe.name, RUNS)], RUNS * recipe.ticks)
    expect(outcomes).toMatchObject([{ done: RUNS, asked: RUNS, reason: 'Done' }])
    const after = playerView(state, 'ann')!.inventory
    for (const [item, count] of Object.entries(recipe.outputs)) {
      expect(after[item]).toBe((before[item] ?? 0) + RUNS * count)
    }
    for (const [item, count] of Object.entries(recipe.inputs)) {
      expect(after[item] ?? 0).toBe(before[item]! - RUNS * count)
    }
  })
})

test('a machine that is removed in the middle of a run gives its inputs back', () => {
  const { state, field } = withMaterials({ iron: 2 })
  const kiln = field[1]!
  run(state, [place('ann', [kiln, 'kiln', 0]), select('ann', kiln, 'plate')])
  run(state, [transfer('ann', kiln, 'iron', 2, 'put')], 5)
  expect(structureView(state, kiln)).toMatchObject({ status: 'working', contents: { iron: 1 } })
  run(state, [remove('ann', kiln)])
  expect(playerView(state, 'ann')!.inventory).toMatchObject({ iron: 6, plate: 120 })
})

test('a machine takes inputs for four runs and no more', () => {
  const { state, field } = withMaterials({ iron: 10 })
  run(state, [place('ann', [field[1]!, 'kiln', 0]), select('ann', field[1]!, 'plate')])
  expect(run(state, [transfer('ann', field[1]!, 'iron', 30, 'put')])).toMatchObject([
    { done: 4, asked: 30, reason: 'Partly' },
  ])
  expect(run(state, [transfer('ann', field[1]!, 'gear', 1, 'put')])).toMatchObject([
    { done: 0, asked: 1, reason: 'NoRoom' },
  ])
})
