import { expect, test } from 'vitest'
import { itemCode } from '../../../src/domain/items.ts'
import { leaderboard, statisticsView } from '../../../src/domain/simulation/standings.ts'
import { craft, enter, plateFactory, run, workshop } from './planet.ts'

test('who makes most packs for their pollution stands first', () => {
  const { state, field } = workshop()
  run(state, [enter('bob', field[4]!), enter('cleo', field[5]!)])
  const [ann, bob] = state.players
  ann!.statistics.produced[itemCode('red-pack')] = 30
  ann!.statistics.pollution = 600
  bob!.statistics.produced[itemCode('blue-pack')] = 10
  bob!.statistics.pollution = 100
  expect(leaderboard(state)).toMatchObject([
    { rank: 1, account: 'bob', packs: { 'blue-pack': 10 }, packsPerMillion: 100_000 },
    { rank: 2, account: 'ann', packs: { 'red-pack': 30 }, packsPerMillion: 50_000 },
    { rank: 3, account: 'cleo', packs: {}, packsTotal: 0, packsPerMillion: 0 },
  ])
})

test('what hands and machines make and use up is counted for their owner', () => {
  const { state } = plateFactory()
  run(state, [craft('ann', 'gear', 2)], 600)
  const view = statisticsView(state, 'ann')!
  expect(view.produced.gear).toBe(2)
  expect(view.produced.plate).toBeGreaterThan(10)
  expect(view.consumed).toEqual({
    iron: view.produced.plate! + 1,
    plate: 4,
  })
  expect(view.pollution).toBe(state.balance.pollutionEmitted)
  expect(statisticsView(state, 'nobody')).toBeUndefined()
})
