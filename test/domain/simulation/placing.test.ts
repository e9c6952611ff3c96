import { expect, test } from 'vitest'
import { playerView, structureView } from '../../../src/domain/simulation/views.ts'
import {
  claim,
  craft,
  enter,
  place,
  plateFactory,
  playground,
  remove,
  run,
  select,
} from './planet.ts'

function inField() {
  const { state, field } = playground()
  run(state, [enter('ann', field[0]!)])
  const plates = () => playerView(state, 'ann')!.inventory.plate ?? 0
  return { state, field, plates }
}

test('what is placed is built from its owner’s inventory, and removal gives everything back', () => {
  const { state, field, plates } = inField()
  const [a, b] = [field[0]!, field[1]!]
  const outcomes = run(state, [place('ann', [a, 'drill', 0], [b, 'kiln', 0])])
  expect(outcomes).toMatchObject([
    { order: 'StructuresPlaced', commandId: 'c1', done: 2, asked: 2, reason: 'Done' },
  ])
  expect(plates()).toBe(120 - 4 - 2)
  expect(structureView(state, b)?.status).toBe('idle')
  expect(run(state, [remove('ann', a, b)])).toMatchObject([{ done: 2, asked: 2, reason: 'Done' }])
  expect(plates()).toBe(120)
  expect(structureView(state, a)).toBeUndefined()
})

test('a blueprint waits for its materials and is told when it is built', () => {
  const { state, field, plates } = inField()
  const depots = field.map((cell): [number, string, number] => [cell, 'depot', 0])
  run(state, [craft('ann', 'gear', 40)], 20 * 40)
  expect(plates()).toBe(40)
  // Six depots take 36 of 40 plates; the seventh waits.
  expect(run(state, [place('ann', ...depots.slice(0, 7))], 40)).toEqual([])
  expect(structureView(state, field[6]!)?.status).toBe('blueprint')
  const outcomes = run(state, [remove('ann', field[0]!)])
  expect(outcomes).toMatchObject([
    { order: 'StructuresRemoved', done: 1 },
    { order: 'StructuresPlaced', done: 7, asked: 7, reason: 'Done' },
  ])
})

test('a blueprint that is removed while it waits costs nothing and is told too', () => {
  const { state, field, plates } = inField()
  run(state, [craft('ann', 'gear', 60)], 20 * 60)
  expect(run(state, [place('ann', [field[0]!, 'depot', 0])])).toEqual([])
  const outcomes = run(state, [remove('ann', field[0]!)])
  expect(outcomes.map(({ order, reason }) => [order, reason])).toEqual([
    ['StructuresPlaced', 'Interrupted'],
    ['StructuresRemoved', 'Done'],
  ])
  expect(plates()).toBe(0)
})

test('claims are counted, the first one stands, and a released cell is free', () => {
  const { state, field } = inField()
  const [a, b] = [field[0]!, field[1]!]
  expect(run(state, [claim('ann', a, b), claim('bob', b)])).toMatchObject([
    { done: 2, reason: 'Done' },
    { done: 0, asked: 1, reason: 'NotYours' },
  ])
  expect(playerView(state, 'ann')).toMatchObject({ claims: 2 })
  run(state, [{ type: 'CellReleased', data: { account: 'ann', cell: b } }, claim('bob', b)])
  expect(playerView(state, 'ann')).toMatchObject({ claims: 1 })
  expect(playerView(state, 'bob')).toMatchObject({ claims: 1, index: 2, here: false })
  expect([state.owner[a], state.owner[b]]).toEqual([1, 2])
})

test('another recipe gives what the machine held back to its owner', () => {
  const { state, kiln } = plateFactory()
  run(state, [], 400)
  const before = playerView(state, 'ann')!.inventory.iron ?? 0
  run(state, [select('ann', kiln, 'ingot')])
  expect(structureView(state, kiln)).toMatchObject({ recipe: 'ingot', contents: {} })
  expect(playerView(state, 'ann')!.inventory.iron).toBeGreaterThan(before)
})

test('what nobody can select, turn or remove gives a reason', () => {
  const { state, kiln, drill } = plateFactory()
  const turn = (account: string, cell: number) =>
    ({ type: 'StructureRotated', data: { account, cell, direction: 3 } }) as const
  const outcomes = run(state, [
    select('ann', kiln, 'gear'),
    select('ann', drill, 'plate'),
    select('bob', kiln, 'plate'),
    turn('ann', -7),
    turn('ann', drill),
    remove('bob', drill),
  ])
  expect(outcomes.map(({ reason }) => reason)).toEqual([
    'NothingThere',
    'NothingThere',
    'NotYours',
    'NoStructure',
    'Done',
    'NotYours',
  ])
  expect(structureView(state, drill)?.direction).toBe(3)
})
