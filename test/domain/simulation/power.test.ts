import { expect, test } from 'vitest'
import { distanceWithin } from '../../../src/domain/grid/distance.ts'
import { itemCode } from '../../../src/domain/items.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'
import { contentsOf, fill, place, remove, run, select, transfer, workshop } from './planet.ts'

/** Presses with enough plates for gears without end, at the cells given. */
function presses(state: SimulationState, cells: readonly number[]) {
  run(state, [
    ...cells.map((cell) => place('ann', [cell, 'press', 0])),
    ...cells.map((cell) => select('ann', cell, 'gear')),
  ])
  for (const cell of cells) fill(state, cell, 'plate', 1_000)
}
const gears = (state: SimulationState, cell: number) => contentsOf(state, cell).gear ?? 0

test('a press beside a pole works at full speed while the generator has coal', () => {
  const { state, machine, generator } = workshop()
  presses(state, [machine])
  run(state, [], 101)
  expect(gears(state, machine)).toBe(5)
  expect(structureView(state, generator)).toMatchObject({
    status: 'working',
    contents: { coal: 9 },
  })
})

test('a generator burns as fast as power is asked for, and nothing where none is', () => {
  const { state, machine, generator } = workshop()
  run(state, [], 500)
  expect(structureView(state, generator)).toMatchObject({ status: 'idle', contents: { coal: 10 } })
  presses(state, [machine])
  run(state, [], 300)
  // A tenth of its power: its first coal lasts for 1,200 ticks.
  expect(contentsOf(state, generator)).toEqual({ coal: 9 })
  expect(state.balance.used[itemCode('coal')]).toBe(1)
})

test('where less power is there than is asked for, everybody works slower', () => {
  const { state, field, pole } = workshop()
  // Five fabs of 12 each want 60 of the 40 that there are.
  const fabs = field
    .filter((cell) => distanceWithin(4, pole, cell, 2) !== undefined && !state.structures.has(cell))
    .slice(0, 5)
  run(state, [
    ...fabs.map((cell) => place('ann', [cell, 'fab', 0])),
    ...fabs.map((cell) => select('ann', cell, 'sensor')),
  ])
  expect(fabs).toHaveLength(5)
  for (const cell of fabs) {
    for (const item of ['chip', 'glass']) fill(state, cell, item, 20)
  }
  run(state, [], 119)
  expect(fabs.map((cell) => contentsOf(state, cell).sensor ?? 0)).toEqual([0, 0, 0, 0, 0])
  run(state, [], 3)
  expect(fabs.map((cell) => contentsOf(state, cell).sensor ?? 0)).toEqual([1, 1, 1, 1, 1])
})

test('without power a machine keeps its job and waits', () => {
  const { state, machine, pole } = workshop()
  presses(state, [machine])
  run(state, [], 9)
  run(state, [remove('ann', pole)], 100)
  expect(structureView(state, machine)).toMatchObject({ status: 'unpowered' })
  expect(gears(state, machine)).toBe(0)
  run(state, [place('ann', [pole, 'pole', 0])], 12)
  expect(gears(state, machine)).toBe(1)
})

test('a generator out of fuel stops its grid, and burns fuel four times as long as coal', () => {
  const { state, machine, generator } = workshop()
  run(state, [transfer('ann', generator, 'coal', 10, 'take')])
  presses(state, [machine])
  run(state, [], 50)
  expect(structureView(state, machine)?.status).toBe('unpowered')
  expect(structureView(state, generator)?.status).toBe('starved')
  run(state, [transfer('ann', generator, 'fuel', 1, 'put')], 1)
  expect(state.structures.get(generator)!.duration).toBe(480)
  expect(structureView(state, machine)?.status).toBe('working')
})

test('a burnt coal gives off its pollution, and it is its owner’s', () => {
  const { state, machine, generator } = workshop()
  presses(state, [machine])
  const { statistics } = state.players[0]!
  state.structures.get(generator)!.workLeft = 2_560
  run(state, [], 120)
  expect(statistics.pollution).toBeGreaterThanOrEqual(80)
  expect(state.balance.pollutionEmitted).toBe(statistics.pollution)
})

test('a pole serves two steps and reaches five, and no farther', () => {
  const { state, machine } = workshop()
  const { grids, gridOf } = state.network!
  expect(grids).toHaveLength(1)
  expect(gridOf.has(machine)).toBe(false)
  presses(state, [machine])
  run(state, [])
  expect(state.network!.gridOf.has(machine)).toBe(true)
})
