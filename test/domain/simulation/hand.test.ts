import { expect, test } from 'vitest'
import { depositCode, lifeCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { playerView } from '../../../src/domain/simulation/views.ts'
import { craft, enter, move, playground, remove, run, transfer } from './planet.ts'

const harvest = (account: string, cell: number) =>
  ({ type: 'HarvestStarted', data: { account, cell } }) as const

const stop = (account: string) => ({ type: 'HarvestStopped', data: { account } }) as const
const leave = (account: string) => ({ type: 'WorldLeft', data: { account } }) as const

function inField() {
  const { state, field } = playground()
  run(state, [enter('ann', field[0]!)])
  return { state, field, ann: () => playerView(state, 'ann')! }
}

test('who enters for the first time lands with the starter kit, and comes back to where they were', () => {
  const { state, field, ann } = inField()
  expect(ann()).toMatchObject({ index: 1, here: true, cell: field[0] })
  expect(ann().inventory).toMatchObject({ plate: 120, gear: 16, silica: 32 })
  const direction = [0, 1, 2, 3, 4, 5].find(
    (direction) => neighbour(4, field[0]!, direction) === field[1],
  )!
  run(state, [move('ann', [direction])])
  run(state, [leave('ann')])
  expect(ann()).toMatchObject({ here: false, cell: field[1] })
  run(state, [enter('ann', 55)])
  expect(ann()).toMatchObject({ here: true, cell: field[1] })
  expect(ann().inventory.plate).toBe(120)
})

test('a walk takes a step every fourth tick and is told at its end', () => {
  const { state, ann } = inField()
  const there = [0, 1, 2, 3].find((direction) => {
    const next = neighbour(4, ann().cell, direction)
    return next >= 0 && !isWater(state.terrain[next]!)
  })!
  const next = neighbour(4, ann().cell, there)
  const back = [0, 1, 2, 3, 4, 5].find((direction) => neighbour(4, next, direction) === ann().cell)!
  expect(run(state, [move('ann', [there, back, there])])).toEqual([])
  expect(ann().cell).toBe(next)
  expect(run(state, [], 6)).toEqual([])
  expect(run(state, [])).toMatchObject([
    { order: 'MoveOrdered', commandId: 'c1', done: 3, asked: 3, reason: 'Done', cell: next },
  ])
})

test('a walk into the sea is blocked at the shore', () => {
  const { state, field, ann } = inField()
  for (const near of neighboursOf(4, field[0]!)) state.terrain[near] = 1
  expect(run(state, [move('ann', [0, 0])])).toMatchObject([
    { done: 0, asked: 2, reason: 'Blocked' },
  ])
  expect(ann().cell).toBe(field[0])
})

test('a new walk replaces the old one, which is told as interrupted', () => {
  const { state } = inField()
  run(state, [move('ann', [0, 0, 0, 0])])
  const outcomes = run(state, [move('ann', [])])
  expect(outcomes).toMatchObject([
    { asked: 4, reason: 'Interrupted' },
    { asked: 0, done: 0, reason: 'Done' },
  ])
})

test('a hand digs an item every tenth tick until it is told to stop', () => {
  const { state, field, ann } = inField()
  state.life[field[0]!] = lifeCode.none
  state.mass[field[0]!] = 0
  expect(run(state, [harvest('ann', field[0]!)], 35)).toEqual([])
  expect(ann()).toMatchObject({ harvesting: field[0], inventory: { iron: 3 } })
  expect(run(state, [stop('ann')])).toMatchObject([
    { order: 'HarvestStarted', done: 3, reason: 'Done', cell: field[0] },
    { order: 'HarvestStopped', done: 1, reason: 'Done' },
  ])
  expect(ann().harvesting).toBeUndefined()
})

test('what lives is cut until nothing is left', () => {
  const { state, field, ann } = inField()
  const cell = field[1]!
  state.deposit[cell] = depositCode.none
  const outcomes = run(state, [harvest('ann', cell)], 200)
  const { moss } = ann().inventory
  expect(outcomes).toMatchObject([{ order: 'HarvestStarted', done: moss, reason: 'Done', cell }])
  expect(moss).toBeGreaterThan(0)
  expect(state.life[cell]).toBe(lifeCode.none)
})

test('a harvest out of reach, of nothing, or of another’s cell gives a reason at once', () => {
  const { state, field } = inField()
  const far = state.cells - 1
  const barren = field[2]!
  expect(run(state, [harvest('ann', far)])).toMatchObject([{ done: 0, reason: 'OutOfReach' }])
  expect(run(state, [harvest('ann', barren)])).toMatchObject([{ done: 0, reason: 'NothingThere' }])
  run(state, [{ type: 'CellsClaimed', data: { account: 'bob', cells: [field[0]!] } }])
  expect(run(state, [harvest('ann', field[0]!)])).toMatchObject([{ done: 0, reason: 'NotYours' }])
})

test('crafts wait in a queue, take time, and end when the materials do', () => {
  const { state, ann } = inField()
  expect(run(state, [craft('ann', 'gear', 2), craft('ann', 'wire', 1)], 38)).toEqual([])
  expect(ann().crafting).toEqual({ recipe: 'gear', left: 1 })
  expect(run(state, [], 2)).toMatchObject([
    { commandId: 'c1', done: 2, asked: 2, reason: 'Done' },
    { commandId: 'c2', done: 0, asked: 1, reason: 'MissingMaterials' },
  ])
  expect(ann().inventory).toMatchObject({ plate: 116, gear: 18 })
})

test('the queue of crafts has an end, and absurd counts are cut', () => {
  const { state } = inField()
  const many = Array.from({ length: 9 }, () => craft('ann', 'gear', 1))
  expect(run(state, many)).toMatchObject([{ commandId: 'c9', reason: 'NoRoom' }])
  const other = inField().state
  const outcomes = run(other, [craft('ann', 'gear', 1e12)], 20 * 61)
  expect(outcomes).toMatchObject([{ done: 60, asked: 1e12, reason: 'MissingMaterials' }])
})

test('who leaves gives up what the hand was doing and keeps the materials', () => {
  const { state, field, ann } = inField()
  run(state, [craft('ann', 'gear', 3), harvest('ann', field[0]!), move('ann', [0, 0, 0])])
  const outcomes = run(state, [leave('ann')])
  expect(outcomes.map(({ order, reason }) => [order, reason])).toEqual([
    ['MoveOrdered', 'Interrupted'],
    ['HarvestStarted', 'Interrupted'],
    ['CraftOrdered', 'Interrupted'],
    ['WorldLeft', 'Done'],
  ])
  expect(ann().inventory.plate).toBe(120)
})

test('the hand of somebody who is not here does nothing', () => {
  const { state, field } = inField()
  run(state, [leave('ann')])
  expect(
    run(state, [move('ann', [0]), craft('bob', 'gear', 1), harvest('ann', field[0]!)]),
  ).toMatchObject([{ reason: 'NotEntered' }, { reason: 'NotEntered' }, { reason: 'NotEntered' }])
})

test('a transfer clamps to what there is, what there is room for, and reach', () => {
  const { state, field } = inField()
  run(state, [
    {
      type: 'StructuresPlaced',
      data: { account: 'ann', structures: [{ cell: field[2]!, prototype: 'depot', direction: 0 }] },
    },
  ])
  const reasons = [
    transfer('ann', field[2]!, 'gear', 100, 'put'),
    transfer('ann', field[2]!, 'gear', 1, 'put'),
    transfer('ann', field[2]!, 'gear', 6, 'take'),
    transfer('ann', field[2]!, 'iron', 6, 'take'),
    transfer('ann', field[2]!, 'gear', Number.NaN, 'take'),
    transfer('ann', field[3]!, 'gear', 1, 'take'),
    transfer('ann', state.cells - 1, 'gear', 1, 'take'),
  ].map((order) => {
    const [outcome] = run(state, [order])
    return [outcome?.done, outcome?.reason]
  })
  expect(reasons).toEqual([
    [16, 'Partly'],
    [0, 'MissingMaterials'],
    [6, 'Done'],
    [0, 'NothingThere'],
    [0, 'NothingThere'],
    [0, 'NoStructure'],
    [0, 'OutOfReach'],
  ])
  expect(run(state, [remove('ann', field[2]!)])).toMatchObject([{ done: 1, reason: 'Done' }])
  expect(playerView(state, 'ann')!.inventory).toMatchObject({ gear: 16, plate: 120 })
})
