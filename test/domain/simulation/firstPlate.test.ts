import { expect, test } from 'vitest'
import { playerView, structureView } from '../../../src/domain/simulation/views.ts'
import { plateFactory, run, transfer } from './planet.ts'

const SECOND = 20

test('a drill, a belt, a kiln and a depot bring the first plate within 20 seconds', () => {
  const { state, outcomes, depot } = plateFactory()
  expect(outcomes.map(({ reason }) => reason)).toEqual(['Done', 'Done', 'Done', 'Done'])

  run(state, [], 20 * SECOND)

  expect(structureView(state, depot)?.contents?.plate).toBeGreaterThan(0)
})

test('a minute of the first factory makes plates at the kiln’s pace', () => {
  const { state, depot } = plateFactory()
  run(state, [], 60 * SECOND)
  expect(structureView(state, depot)?.contents?.plate).toBeGreaterThanOrEqual(36)
})

test('a player takes the plates out of the depot, no more than there are', () => {
  const { state, depot } = plateFactory()
  run(state, [], 20 * SECOND)
  const before = playerView(state, 'ann')!.inventory.plate!
  const there = structureView(state, depot)!.contents!.plate!

  const [outcome] = run(state, [transfer('ann', depot, 'plate', 1_000, 'take')])

  expect(outcome).toMatchObject({ done: there, asked: 1_000, reason: 'Partly', cell: depot })
  expect(playerView(state, 'ann')!.inventory.plate).toBe(before + there)
})

test('a drill without room stops, and goes on when its belt is free again', () => {
  const { state, drill, kiln } = plateFactory()
  const select = (recipe: string) =>
    run(state, [{ type: 'RecipeSelected', data: { account: 'ann', cell: kiln, recipe } }])
  select('ingot')
  run(state, [], 40 * SECOND)
  expect(structureView(state, drill)).toMatchObject({ status: 'blocked', contents: { iron: 8 } })

  select('plate')
  run(state, [], 5 * SECOND)
  expect(structureView(state, drill)?.status).toBe('working')
})

test('a machine gives nothing to what another player owns', () => {
  const { state, depot, kiln } = plateFactory()
  const { direction } = structureView(state, depot)!
  run(state, [
    { type: 'StructuresRemoved', data: { account: 'ann', cells: [depot] } },
    { type: 'WorldEntered', data: { account: 'bob', landing: depot } },
    {
      type: 'StructuresPlaced',
      data: { account: 'bob', structures: [{ cell: depot, prototype: 'depot', direction }] },
    },
  ])
  run(state, [], 60 * SECOND)
  expect(structureView(state, depot)).toMatchObject({ status: 'idle', contents: {} })
  expect(structureView(state, kiln)).toMatchObject({ status: 'blocked', contents: { plate: 16 } })
})
