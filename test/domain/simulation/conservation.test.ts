import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INEXHAUSTIBLE } from '../../../src/domain/generation/codes.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { ITEMS_PER_UNIT } from '../../../src/domain/simulation/deposits.ts'
import { runEcology } from '../../../src/domain/simulation/ecology.ts'
import { emit } from '../../../src/domain/simulation/pollution.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { createState } from '../../../src/domain/simulation/state.ts'
import { layouts, sensibleEvents } from './arbitraries.ts'
import {
  busyField,
  itemsBalance,
  itemsHeld,
  plateFactory,
  playground,
  remove,
  run,
} from './planet.ts'

const pollutionThere = ({ pollution }: SimulationState) =>
  pollution.reduce((sum, units) => sum + units, 0)

const pollutionBalance = ({ balance }: SimulationState) =>
  balance.pollutionEmitted - balance.pollutionSunk - balance.pollutionAbsorbed

/** Items in the ground, in the finite deposits. */
const inTheGround = ({ amount, deposit, opened }: SimulationState, code: number) => {
  let sum = 0
  amount.forEach((units, cell) => {
    if (deposit[cell] !== code || units === INEXHAUSTIBLE) return
    sum += units * ITEMS_PER_UNIT + (opened.get(cell) ?? 0)
  })
  return sum
}

test('items and pollution are sources less sinks after every tick of any factory', () => {
  const { field } = playground()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(sensibleEvents(field), { maxLength: 6 }), fc.nat(40)), {
        maxLength: 20,
      }),
      layouts('ann', field),
      (moments, layout) => {
        const state = busyField(layout)
        for (const [events, more] of moments) {
          for (let count = 0; count <= more; count++) {
            run(state, count === 0 ? events : [])
            expect(itemsHeld(state)).toEqual(itemsBalance(state))
            expect(pollutionThere(state)).toBe(pollutionBalance(state))
          }
        }
        run(state, [remove('ann', ...field), remove('bob', ...field)])
        expect(itemsHeld(state)).toEqual(itemsBalance(state))
      },
    ),
    { numRuns: 60 },
  )
})

test('what the drill brought up is missing in the ground', () => {
  const { state, drill } = plateFactory()
  const iron = state.deposit[drill]!
  const before = inTheGround(state, iron)
  run(state, [], 3_000)
  const made = state.balance.made[itemCode('iron')]!
  expect(made).toBeGreaterThan(100)
  expect(before - inTheGround(state, iron)).toBe(made)
})

test('a deposit ends in a trickle and never in nothing', () => {
  const { state, drill } = plateFactory()
  state.amount[drill] = 2
  run(state, [], 256 * 31 + 500)
  expect(state.amount[drill]).toBe(1)
  const made = state.balance.made[itemCode('iron')]!
  run(state, [], 1_600)
  expect(state.balance.made[itemCode('iron')]! - made).toBe(10)
  expect(state.amount[drill]).toBe(1)
})

test('pollution spreads and sinks without a unit too many, also where it cannot be more', () => {
  const state = createState({ seed: 5, n: 8 })
  for (let cell = 0; cell < state.cells; cell += 3) emit(state, cell, 100_000)
  expect(state.pollution[0]).toBe(65_535)
  for (let step = 0; step < 400; step++) {
    state.tick += 8
    runEcology(state)
    expect(pollutionThere(state)).toBe(pollutionBalance(state))
  }
  expect(state.balance.pollutionSunk).toBeGreaterThan(1_000)
})

test('thin pollution does not freeze: it spreads, and in time it is gone', () => {
  const state = createState({ seed: 5, n: 8 })
  emit(state, 100, 60)
  let widest = 0
  for (let step = 0; step < 3_000 && pollutionThere(state) > 0; step++) {
    state.tick += 8
    runEcology(state)
    widest = Math.max(widest, state.pollution.filter((units) => units > 0).length)
  }
  expect(widest).toBeGreaterThan(3)
  expect(pollutionThere(state)).toBe(0)
})
