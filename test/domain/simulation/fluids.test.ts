import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { depositCode, INEXHAUSTIBLE } from '../../../src/domain/generation/codes.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { prototypeOf } from '../../../src/domain/simulation/tables.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'
import { brokenLaw } from './laws.ts'
import { contentsOf, fill, place, remove, run, select, transfer, workshop } from './planet.ts'

describe('a pump', () => {
  test.each([
    ['water', 'water'],
    ['brine', 'brine'],
    ['vent', 'gas'],
  ] as const)('on %s fills the tank beside it with %s', (deposit, fluid) => {
    const { state, machine, tank } = workshop()
    state.deposit[machine] = depositCode[deposit]
    state.amount[machine] = INEXHAUSTIBLE
    run(state, [place('ann', [machine, 'pump', 0], [tank, 'tank', 0])], 101)
    expect(contentsOf(state, tank)).toEqual({ [fluid]: 20 })
    expect(brokenLaw(state)).toBeUndefined()
  })

  test('on dry ground is exhausted', () => {
    const { state, machine } = workshop()
    state.deposit[machine] = depositCode.iron
    run(state, [place('ann', [machine, 'pump', 0])], 20)
    expect(structureView(state, machine)).toMatchObject({ status: 'exhausted', contents: {} })
  })

  test('without a pipe stops when it is full', () => {
    const { state, machine } = workshop()
    state.deposit[machine] = depositCode.water
    run(state, [place('ann', [machine, 'pump', 0])], 200)
    expect(structureView(state, machine)).toMatchObject({
      status: 'blocked',
      contents: { water: 16 },
    })
  })
})

test('pipes and tanks come to rest level, whatever was in them, and nothing is lost or overflows', () => {
  const { field } = workshop()
  const amounts = fc.array(fc.nat(100), { minLength: field.length, maxLength: field.length })
  const kinds = fc.array(fc.constantFrom('pipe', 'pipe', 'tank'), {
    minLength: field.length,
    maxLength: field.length,
  })
  fc.assert(
    fc.property(amounts, kinds, (amounts, kinds) => {
      const { state } = workshop()
      run(state, [remove('ann', ...field)])
      run(state, [
        place('ann', ...field.map((cell, at) => [cell, kinds[at]!, 0] as [number, string, number])),
      ])
      field.forEach((cell, at) => {
        if (amounts[at]! > 0) fill(state, cell, 'water', amounts[at]!)
      })
      const total = amounts.reduce((sum, amount) => sum + amount, 0)
      for (let count = 0; count < 60; count++) {
        run(state, [], 10)
        const loads = field.map((cell) => state.structures.get(cell)!.load)
        expect(loads.reduce((sum, load) => sum + load, 0)).toBe(total)
        loads.forEach((load, at) => {
          expect(load).toBeLessThanOrEqual(prototypeNamed(kinds[at]!)!.capacity)
        })
      }
      expect(brokenLaw(state)).toBeUndefined()
      for (const [a, b] of state.network!.pipeEdges) {
        const level = ({ load, prototype }: typeof a) =>
          Math.floor((load * 100) / prototypeOf(prototype).capacity)
        expect(Math.abs(level(a) - level(b))).toBeLessThan(2)
      }
    }),
    { numRuns: 25 },
  )
})

test('two fluids do not mix: each stays where it is until the other is gone', () => {
  const { state, machine, tank } = workshop()
  run(state, [place('ann', [machine, 'pipe', 0], [tank, 'tank', 0])])
  fill(state, machine, 'brine', 50)
  fill(state, tank, 'water', 500)
  run(state, [], 50)
  expect(contentsOf(state, machine)).toEqual({ brine: 50 })
  expect(contentsOf(state, tank)).toEqual({ water: 500 })
})

test('a fluid goes into no hand and no depot, and is lost with its pipe, which is counted', () => {
  const { state, field, machine, tank } = workshop()
  run(state, [place('ann', [machine, 'depot', 0], [tank, 'pipe', 0])])
  fill(state, tank, 'water', 50)
  const [take] = run(state, [transfer('ann', tank, 'water', 5, 'take')], 20)
  expect(take).toMatchObject({ done: 0, reason: 'NothingThere' })
  expect(contentsOf(state, machine)).toEqual({})
  run(state, [remove('ann', ...field)])
  expect(state.players[0]!.inventory[itemCode('water')]).toBe(0)
  expect(state.balance.used[itemCode('water')]).toBe(50)
  expect(brokenLaw(state)).toBeUndefined()
})

test('a mixer takes brine from beside it and pours water into the pipe behind it, and nowhere else', () => {
  const { state, field, machine, tank } = workshop()
  // On the pentagon of the playground: behind it is what lies in direction 3.
  const direction = [0, 1, 2, 3, 4, 5].find((d) => {
    const behind = neighbour(4, machine, (d + 3) % 6)
    return field.slice(4).includes(behind)
  })!
  const drain = neighbour(4, machine, (direction + 3) % 6)
  run(state, [
    place('ann', [machine, 'mixer', direction], [tank, 'tank', 0], [drain, 'pipe', 0]),
    select('ann', machine, 'salt'),
  ])
  expect(state.network!.pipes.map(({ structure }) => structure.cell).sort()).toContain(tank)
  fill(state, tank, 'brine', 20)
  run(state, [], 10 * 40 + 40)
  expect(contentsOf(state, machine)).toEqual({ salt: 10 })
  expect(contentsOf(state, drain)).toEqual({ water: 10 })
  // Also when it is empty no water gets into what brings the brine.
  expect(contentsOf(state, tank)).toEqual({})
})
