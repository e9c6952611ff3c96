import { describe, expect, test } from 'vitest'
import { itemCode } from '../../../src/domain/items.ts'
import { CLAIM_LIMIT, researchNamed } from '../../../src/domain/research.ts'
import { stateHash } from '../../../src/domain/simulation/hash.ts'
import { claimLimitOf, extraReach } from '../../../src/domain/simulation/researching.ts'
import { decodeState, encodeState } from '../../../src/domain/simulation/stateCodec.ts'
import { playerView, structureView } from '../../../src/domain/simulation/views.ts'
import { brokenLaw } from './laws.ts'
import { craft, place, remove, research, run, select, teach, transfer, workshop } from './planet.ts'

/** The workshop of somebody who knows nothing yet, with a laboratory that is powered. */
function laboratory() {
  const shop = workshop()
  const { state, machine } = shop
  state.players[0]!.units.fill(0)
  run(state, [place('ann', [machine, 'lab', 0])])
  return shop
}

test('a laboratory uses a pack a unit, and the research is known with the last', () => {
  const { state, machine } = laboratory()
  const { units, ticks } = researchNamed('logistics')!
  expect(run(state, [research('ann', 'logistics')])).toMatchObject([{ done: 1, reason: 'Done' }])
  run(state, [transfer('ann', machine, 'red-pack', 8, 'put')], ticks)
  expect(playerView(state, 'ann')).toMatchObject({
    researched: [],
    researching: { research: 'logistics', done: 1, units },
  })
  expect(structureView(state, machine)).toMatchObject({ status: 'working', recipe: 'logistics' })
  run(state, [], ticks * units)
  expect(playerView(state, 'ann')).toMatchObject({ researched: ['logistics'] })
  expect(playerView(state, 'ann')?.researching).toBeUndefined()
  expect(structureView(state, machine)).toMatchObject({
    status: 'idle',
    contents: { 'red-pack': 8 - units },
  })
  expect(state.balance.used[itemCode('red-pack')]).toBe(units)
  expect(brokenLaw(state)).toBeUndefined()
})

test('several laboratories use no pack more than the research costs', () => {
  const { state, field, machine } = laboratory()
  const labs = [machine, field[4]!, field[5]!]
  run(state, [
    ...labs.slice(1).map((cell) => place('ann', [cell, 'lab', 0])),
    ...labs.map((cell) => transfer('ann', cell, 'red-pack', 8, 'put')),
    research('ann', 'logistics'),
  ])
  run(
    state,
    labs.slice(1).map((cell) => transfer('ann', cell, 'red-pack', 8, 'put')),
    600,
  )
  expect(playerView(state, 'ann')?.researched).toEqual(['logistics'])
  expect(state.balance.used[itemCode('red-pack')]).toBe(5)
})

test('a laboratory takes up the last unit when the one that works at it is removed', () => {
  const { state, field, machine } = laboratory()
  const other = field[4]!
  state.players[0]!.units[0] = 4
  run(state, [
    place('ann', [other, 'lab', 0]),
    research('ann', 'logistics'),
    transfer('ann', machine, 'red-pack', 2, 'put'),
  ])
  run(state, [transfer('ann', other, 'red-pack', 2, 'put')], 5)
  expect(structureView(state, machine)?.status).toBe('working')
  expect(structureView(state, other)?.status).toBe('idle')
  run(state, [remove('ann', machine)], 100)
  expect(playerView(state, 'ann')?.researched).toEqual(['logistics'])
})

test('a laboratory without packs waits for them whoever works at the last unit, in a world opened anew, too', () => {
  const { state, field, machine } = laboratory()
  const other = field[4]!
  state.players[0]!.units[0] = 4
  run(state, [place('ann', [other, 'lab', 0]), research('ann', 'logistics')], 5)
  run(state, [transfer('ann', machine, 'red-pack', 2, 'put')], 5)
  const opened = decodeState(encodeState(state))
  for (const one of [state, opened]) run(one, [], 2)
  expect(structureView(opened, machine)?.status).toBe('working')
  expect(structureView(opened, other)?.status).toBe('starved')
  expect(stateHash(opened)).toBe(stateHash(state))
})

test('a laboratory that is removed in the middle of a unit gives its packs back', () => {
  const { state, machine } = laboratory()
  const before = state.players[0]!.inventory[itemCode('red-pack')]!
  run(state, [research('ann', 'logistics'), transfer('ann', machine, 'red-pack', 3, 'put')], 9)
  run(state, [remove('ann', machine)])
  expect(state.players[0]!.inventory[itemCode('red-pack')]).toBe(before)
  expect(state.players[0]!.statistics.consumed[itemCode('red-pack')]).toBe(0)
  expect(brokenLaw(state)).toBeUndefined()
})

describe('who does not know it yet', () => {
  test('places a blueprint that waits, is told so at once, and once only', () => {
    const { state, field } = laboratory()
    const cell = field[5]!
    expect(run(state, [place('ann', [cell, 'splitter', 0])])).toMatchObject([
      { done: 0, asked: 1, reason: 'NotResearched' },
    ])
    expect(structureView(state, cell)?.status).toBe('blueprint')
    teach(state, 'ann')
    state.mayBuild.add(1)
    expect(run(state, [], 1)).toEqual([])
    expect(structureView(state, cell)?.status).not.toBe('blueprint')
  })

  test('gets the rest of an order, and is told that it is a part', () => {
    const { state, field } = laboratory()
    const order = place('ann', [field[5]!, 'splitter', 0], [field[6]!, 'depot', 0])
    expect(run(state, [order])).toMatchObject([{ done: 1, asked: 2, reason: 'Partly' }])
  })

  test('selects a recipe that runs when it is known', () => {
    const { state, field, machine } = laboratory()
    const kiln = field[5]!
    run(state, [place('ann', [kiln, 'kiln', 0])])
    expect(run(state, [select('ann', kiln, 'steel')])).toMatchObject([
      { done: 0, asked: 1, reason: 'NotResearched' },
    ])
    run(state, [
      transfer('ann', kiln, 'plate', 3, 'put'),
      transfer('ann', kiln, 'coal', 1, 'put'),
      transfer('ann', machine, 'red-pack', 8, 'put'),
      research('ann', 'steelworks'),
    ])
    expect(structureView(state, kiln)?.status).toBe('locked')
    run(state, [], 8 * 80)
    expect(structureView(state, kiln)?.status).toBe('working')
  })

  test('crafts nothing of it by hand', () => {
    const { state } = laboratory()
    expect(run(state, [craft('ann', 'circuit', 2)])).toMatchObject([
      { done: 0, asked: 2, reason: 'NotResearched' },
    ])
  })
})

test('a research waits for those before it, and what is known is nothing to do', () => {
  const { state } = laboratory()
  expect(run(state, [research('ann', 'electronics')])).toMatchObject([{ reason: 'NotResearched' }])
  teach(state, 'ann')
  expect(run(state, [research('ann', 'electronics')])).toMatchObject([{ reason: 'NothingThere' }])
  expect(run(state, [research('ann', 'magic')])).toMatchObject([{ reason: 'NothingThere' }])
})

test('units of a research that was left are there when it is taken up again', () => {
  const { state, machine } = laboratory()
  run(state, [research('ann', 'logistics'), transfer('ann', machine, 'red-pack', 8, 'put')], 165)
  run(state, [research('ann', 'automation')], 160)
  run(state, [research('ann', 'logistics')])
  expect(playerView(state, 'ann')?.researching).toMatchObject({ research: 'logistics', done: 3 })
})

test('research raises the claim limit and lengthens the hand', () => {
  const { state } = laboratory()
  const ann = state.players[0]!
  expect([claimLimitOf(ann), extraReach(ann)]).toEqual([CLAIM_LIMIT, 0])
  teach(state, 'ann')
  expect([claimLimitOf(ann), extraReach(ann)]).toEqual([CLAIM_LIMIT + 300, 2])
})
