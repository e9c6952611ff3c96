import { describe, expect, test } from 'vitest'
import { lifeCode } from '../../../src/domain/generation/codes.ts'
import { MOSS_LIMIT, runEcology } from '../../../src/domain/simulation/ecology.ts'
import { emit } from '../../../src/domain/simulation/pollution.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'

function steps(state: SimulationState, count: number) {
  for (let step = 0; step < count; step++) {
    state.tick += 8
    runEcology(state)
  }
}

const cellsOf = (state: SimulationState, kind: keyof typeof lifeCode) => {
  const cells: number[] = []
  state.life.forEach((life, cell) => {
    if (life === lifeCode[kind]) cells.push(cell)
  })
  return cells
}

const landOf = (state: SimulationState) => state.elevation.filter((height) => height >= 100).length

describe.each([1, 2, 3, 4, 5, 6])('on planet %i of n = 16', (seed) => {
  test('life neither dies out nor covers everything in 4,000 steps', () => {
    const state = createState({ seed, n: 16 })
    const land = landOf(state)
    for (let quarter = 0; quarter < 4; quarter++) {
      steps(state, 1_000)
      for (const kind of ['moss', 'resin-tree'] as const) {
        const { length } = cellsOf(state, kind)
        expect(length).toBeGreaterThan(land / 100)
        expect(length).toBeLessThan(land / 2)
      }
    }
    const before = state.mass.slice()
    steps(state, 100)
    expect(state.mass.filter((mass, cell) => mass !== before[cell]).length).toBeGreaterThan(20)
    const masses = cellsOf(state, 'moss').map((cell) => state.mass[cell]!)
    expect(Math.max(...masses)).toBeGreaterThan(100)
  })
})

test('a patch that is cut to a single cell collapses', () => {
  const state = createState({ seed: 2, n: 16 })
  const [survivor] = cellsOf(state, 'moss')
  state.life.fill(lifeCode.none)
  state.mass.fill(0)
  state.life[survivor!] = lifeCode.moss
  state.mass[survivor!] = 60
  steps(state, 2_000)
  expect(cellsOf(state, 'moss')).toEqual([])
})

test('where moss dies of pollution, fungus is born, eats it, and goes when it is eaten', () => {
  const state = createState({ seed: 2, n: 16 })
  for (const cell of cellsOf(state, 'moss')) emit(state, cell, 8 * MOSS_LIMIT)
  steps(state, 150)
  const fungus = cellsOf(state, 'fungus').length
  expect(fungus).toBeGreaterThan(10)
  steps(state, 3_000)
  expect(cellsOf(state, 'fungus').length).toBeLessThan(fungus / 2)
  expect(state.balance.pollutionAbsorbed).toBeGreaterThan(1_000)
})

test('a world where nothing lives stays without life', () => {
  const state = createState({ seed: 2, n: 8 })
  state.life.fill(lifeCode.none)
  state.mass.fill(0)
  steps(state, 50)
  expect(state.life.every((life) => life === lifeCode.none)).toBe(true)
})

test('what a cell becomes does not depend on the order in which the steps of other worlds run', () => {
  const alone = createState({ seed: 9, n: 8 })
  steps(alone, 40)
  const one = createState({ seed: 9, n: 8 })
  const other = createState({ seed: 10, n: 8 })
  for (let step = 0; step < 40; step++) {
    steps(other, 1)
    steps(one, 1)
  }
  expect(one.mass).toEqual(alone.mass)
  expect(one.life).toEqual(alone.life)
})
