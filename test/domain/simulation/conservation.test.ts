import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INEXHAUSTIBLE } from '../../../src/domain/generation/codes.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { ITEMS_PER_UNIT } from '../../../src/domain/simulation/deposits.ts'
import { runEcology } from '../../../src/domain/simulation/ecology.ts'
import { emit } from '../../../src/domain/simulation/pollution.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { createState } from '../../../src/domain/simulation/state.ts'
import { layouts, sensibleEvents } from './arbitraries.ts'
import { brokenLaw, pollutionBalance, pollutionThere } from './laws.ts'
import {
  busyField,
  enter,
  fill,
  place,
  plateFactory,
  playground,
  remove,
  run,
  teach,
  transfer,
} from './planet.ts'

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
      fc.nat(1_000),
      (moments, layout, seed) => {
        const state = busyField(layout, seed)
        for (const [events, more] of moments) {
          for (let count = 0; count <= more; count++) {
            run(state, count === 0 ? events : [])
            expect(brokenLaw(state)).toBeUndefined()
          }
        }
        run(state, [remove('ann', ...field), remove('bob', ...field)])
        expect(brokenLaw(state)).toBeUndefined()
      },
    ),
    { numRuns: 60 },
  )
})

describe('a leak is found at the tick where it happens', () => {
  const leaks: Record<string, (state: SimulationState) => void> = {
    'coal: 9 held, 10 by the ledger': (state) => {
      ;[...state.structures.values()].find(({ stock }) => stock[itemCode('coal')]! > 0)!.stock[
        itemCode('coal')
      ]! -= 1
    },
    'water: 41 held, 40 by the ledger': (state) => {
      ;[...state.structures.values()].find(({ fluid }) => fluid >= 0)!.stock[itemCode('water')]! +=
        1
    },
    'pollution: 7 there, 0 by the ledger': (state) => {
      state.pollution[40]! += 7
    },
  }
  test.each(Object.entries(leaks))('%s', (law, leak) => {
    const { state, field } = playground()
    run(state, [enter('ann', field[0]!)])
    teach(state, 'ann')
    run(state, [])
    for (const [item, count] of Object.entries({
      plate: 100,
      glass: 4,
      gear: 9,
      wire: 9,
      coal: 10,
    })) {
      state.players[0]!.inventory[itemCode(item)]! += count
      state.balance.made[itemCode(item)]! += count
    }
    run(state, [place('ann', [field[1]!, 'tank', 0], [field[2]!, 'generator', 0])])
    fill(state, field[1]!, 'water', 40)
    run(state, [transfer('ann', field[2]!, 'coal', 10, 'put')], 10)
    expect(brokenLaw(state)).toBeUndefined()
    leak(state)
    expect(brokenLaw(state)).toBe(`tick ${state.tick}: ${law}`)
  })
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
