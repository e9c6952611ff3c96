// The rules of life, each in one step from the same beginning under many draws of chance: what can become of a cell, and what cannot.

import { describe, expect, test } from 'vitest'
import { lifeCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { MOSS_LIMIT, runEcology } from '../../../src/domain/simulation/ecology.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'

const N = 4
/** One with six neighbours. */
const CELL = 40
const around = neighboursOf(N, CELL)

/** A mass of each level. */
const masses = [0, 10, 70, 140] as const
const planes = ['life', 'mass', 'pollution', 'fertility', 'crystalBed'] as const
type Beginning = Partial<Record<(typeof planes)[number], number>>

/** Grass and a cell of which so much is so, whose neighbours have levels of a kind that sum up to `sum`. */
function scene(kind: keyof typeof lifeCode, sum: number, beginning: Beginning): SimulationState {
  const state = createState({ seed: 1, n: N })
  state.terrain.fill(terrainCode.grass)
  for (const plane of planes) state[plane].fill(0)
  let left = sum
  for (const near of around) {
    const level = Math.min(3, left)
    left -= level
    if (level === 0) continue
    state.life[near] = lifeCode[kind]
    state.mass[near] = masses[level]!
  }
  for (const [plane, value] of Object.entries(beginning)) state[plane as 'life'][CELL] = value
  return state
}

/** What becomes of the cell in a step: its kind and mass, as often as chance gives it. */
function becomes(state: SimulationState, draws = 3_000): ReadonlyMap<string, number> {
  const begun = planes.map((plane) => state[plane].slice())
  const seen = new Map<string, number>()
  for (let draw = 1; draw <= draws; draw++) {
    state.tick = 8 * draw
    runEcology(state)
    const what = `${state.life[CELL]} ${state.mass[CELL]}`
    seen.set(what, (seen.get(what) ?? 0) + 1)
    planes.forEach((plane, at) => {
      state[plane].set(begun[at]!)
    })
  }
  return seen
}

const all = (state: SimulationState, draws?: number) => [...becomes(state, draws).keys()].sort()
const { moss, crystal, fungus, none } = lifeCode

test('the cell has six neighbours', () => expect(around).toHaveLength(6))

describe('moss', () => {
  test.each([
    [1, 0, 49],
    [2, 0, 51],
    [8, 0, 51],
    [9, 0, 49],
    [0, 9, 49],
    [1, 9, 51],
    [10, 9, 51],
    [11, 9, 49],
  ])(
    'of mass 50 beside levels of %i, with %i of fertiliser, comes to %i at times',
    (sum, fertility, mass) => {
      const state = scene('moss', sum, { life: moss, mass: 50, fertility })
      expect(all(state)).toEqual([`${moss} 50`, `${moss} ${mass}`].sort())
    },
  )

  test.each([
    [5, [`${moss} 1`]],
    [6, []],
  ])('settles beside levels of %i: %j', (sum, more) => {
    expect(all(scene('moss', sum, {}))).toEqual([`${none} 0`, ...more])
  })

  test('settles where the air is clean enough, and nowhere else', () => {
    expect(all(scene('moss', 5, { pollution: 60 }))).toContain(`${moss} 1`)
    expect(all(scene('moss', 5, { pollution: 2 * MOSS_LIMIT }))).toEqual([`${none} 0`])
  })

  test('loses two in every step in bad air, and leaves fungus where it dies', () => {
    expect(all(scene('moss', 4, { life: moss, mass: 50, pollution: 500 }))).toEqual([`${moss} 48`])
    expect(all(scene('moss', 4, { life: moss, mass: 2, pollution: 500 }))).toEqual([`${fungus} 1`])
  })

  test('that is full-grown falls back to a quarter at times, once in 3,277 steps', () => {
    const seen = becomes(scene('moss', 4, { life: moss, mass: 160 }), 20_000)
    expect([...seen.keys()].sort()).toEqual([`${moss} 160`, `${moss} 40`])
    expect(seen.get(`${moss} 40`)).toBeGreaterThan(1)
    expect(seen.get(`${moss} 40`)).toBeLessThan(20)
  })
})

test.each([
  [0, [`${none} 0`]],
  [1, [`${none} 0`, `${crystal} 1`]],
])('crystal beside a cell with %i beds makes of it %j', (crystalBed, what) => {
  expect(all(scene('crystal', 6, { crystalBed }))).toEqual(what)
})

describe('fungus', () => {
  test('eats as much pollution as its level in a step', () => {
    const state = scene('moss', 0, { life: fungus, mass: 140, pollution: 60 })
    const before = state.balance.pollutionAbsorbed
    becomes(state, 100)
    expect(state.balance.pollutionAbsorbed - before).toBe(300)
  })
  test('starves where there is less of it than its level, and grows where there is more', () => {
    expect(all(scene('moss', 0, { life: fungus, mass: 140 }))).toEqual([
      `${fungus} 139`,
      `${fungus} 140`,
    ])
    expect(all(scene('moss', 0, { life: fungus, mass: 140, pollution: 60 }))).toEqual([
      `${fungus} 140`,
      `${fungus} 141`,
    ])
  })
})
