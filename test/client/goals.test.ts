// @vitest-environment jsdom
// What a player pins, what machines make a minute, and what is said of power.

import { fc, test as property } from '@fast-check/vitest'
import { beforeEach, describe, expect, test } from 'vitest'
import { lookAtGoals, openGoals, pinGoal } from '../../client/src/game/goalState.ts'
import {
  type Goal,
  keepGoals,
  keptGoals,
  progressOf,
  withGoal,
} from '../../client/src/game/goals.ts'
import { powerTotals } from '../../client/src/game/power.ts'
import { set, useGame } from '../../client/src/game/store.ts'
import { JobLog } from '../../client/src/planet/jobs.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'

const packs: Goal = { kind: 'item', name: 'red-pack', count: 10 }
const automation: Goal = { kind: 'research', name: 'automation' }
const bare = { inventory: {}, researched: [] }
const blank = useGame.getState()

describe('goals', () => {
  beforeEach(() => {
    localStorage.clear()
    useGame.setState(blank, true)
    set({ world: { id: 'first', seed: 7, n: 4, ups: 20 } })
  })

  test('an item is reached when as many are carried; until then it tells what is missing', () => {
    const far = progressOf(packs, { ...bare, inventory: { 'red-pack': 4, gear: 6 } })
    expect(far).toMatchObject({ done: 4, of: 10, reached: false })
    expect(far.missing).toEqual([{ item: 'moss', count: 12, how: 'gather' }])
    expect(progressOf(packs, { ...bare, inventory: { 'red-pack': 12 } }).reached).toBe(true)
  })

  test('a research is as far as the laboratories are, and reached when it is known', () => {
    const researching = { research: 'automation', done: 3, units: 5 }
    expect(progressOf(automation, { ...bare, researching })).toMatchObject({ done: 3, of: 5 })
    const known = { ...bare, researched: ['automation'] }
    expect(progressOf(automation, known)).toMatchObject({ done: 5, reached: true })
  })

  test('no more are pinned than are shown, and each only once', () => {
    const five = ['gear', 'wire', 'board', 'fibre', 'resin'].map(
      (name): Goal => ({ kind: 'item', name, count: 1 }),
    )
    const pinned = [...five, five[0]!].reduce<readonly Goal[]>(withGoal, [])
    expect(pinned.map(({ name }) => name)).toEqual(['wire', 'board', 'fibre', 'gear'])
  })

  test('what is pinned is there when the page is opened again, for its world alone', () => {
    pinGoal(packs)
    pinGoal(automation)
    set({ goals: [] })
    openGoals()
    expect(useGame.getState().goals).toEqual([packs, automation])
    expect(keptGoals('second')).toEqual([])
  })

  test('a goal that is reached is told and let go', () => {
    pinGoal(packs)
    const player = {
      account: 'a',
      index: 1,
      here: true,
      cell: 1,
      claims: 0,
      claimLimit: 9,
      tick: 1,
    }
    set({ player: { ...player, researched: [], inventory: { 'red-pack': 10 } } })
    lookAtGoals()
    expect(useGame.getState().goals).toEqual([])
    expect(useGame.getState().toasts.map(({ text }) => text)).toEqual(['Goal reached: 10 Red pack'])
  })

  property.prop([fc.oneof(fc.string(), fc.json())])(
    'whatever lies in the browser’s storage breaks nothing',
    (text) => {
      localStorage.setItem('orrery.goals.first', text)
      for (const { name } of keptGoals('first')) expect(name.length).toBeGreaterThan(0)
    },
  )

  test('goals for what is no longer in the game are left out', () => {
    keepGoals('first', [{ kind: 'item', name: 'unobtainium', count: 1 }, automation])
    expect(keptGoals('first')).toEqual([automation])
  })
})

describe('what a machine makes', () => {
  test('is counted by the jobs that were seen to begin', () => {
    const log = new JobLog()
    for (let tick = 100; tick <= 1_300; tick += 30) log.began(5, tick)
    expect(log.rate(5, 1_300, 1_200)).toBeCloseTo(1 / 30)
    expect(log.counts(5, 1_300, 300, 3)).toEqual([10, 10, 10])
  })

  test('nothing is said before two jobs are known, nor after the machine is gone', () => {
    const log = new JobLog()
    log.began(5, 100)
    log.began(5, 100)
    expect(log.rate(5, 200, 1_200)).toBeUndefined()
    expect(log.counts(5, 200, 100, 3)).toEqual([])
    log.began(5, 130)
    expect(log.rate(5, 200, 1_200)).toBeDefined()
    log.forget(5)
    expect(log.rate(5, 200, 1_200)).toBeUndefined()
  })

  test('a machine that rests falls to nothing, and the log never grows for ever', () => {
    const log = new JobLog()
    for (let tick = 0; tick < 100_000; tick += 10) log.began(5, tick)
    expect(log.counts(5, 100_000, 100_000, 1)[0]).toBeLessThanOrEqual(160)
    expect(log.rate(5, 200_000, 1_200)).toBe(0)
  })
})

test('power in total is what generators with fuel can give, and what machines at work draw', () => {
  const one = (prototype: string, status: StructureView['status'], owner = 1): StructureView => ({
    cell: 1,
    prototype,
    direction: 0,
    owner,
    status,
  })
  const all = [
    one('generator', 'working'),
    one('generator', 'starved'),
    one('press', 'working'),
    one('lab', 'unpowered'),
    one('assembler', 'blueprint'),
    one('press', 'working', 2),
  ]
  expect(powerTotals(all, 1)).toEqual({ supply: 40, drawn: 4, lacking: 1 })
})
