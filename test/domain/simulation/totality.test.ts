import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stateHash } from '../../../src/domain/simulation/hash.ts'
import { tick } from '../../../src/domain/simulation/tick.ts'
import { absurdEvents, layouts } from './arbitraries.ts'
import { busyField, itemsBalance, itemsHeld, playground } from './planet.ts'

const { field } = playground()

test('any events on any state: the tick rises by one, every order is told, nothing is lost', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(absurdEvents(field), { maxLength: 8 }), { maxLength: 25 }),
      layouts('ann', field),
      (ticks, layout) => {
        const state = busyField(layout)
        const start = state.tick
        const told = new Set<string>()
        let asked = 0
        ticks.forEach((events, at) => {
          const ids = events.map((event, index) => ({ commandId: `${at}/${index}`, event }))
          asked += ids.length
          const outcomes = tick(state, ids)
          expect(state.tick).toBe(start + at + 1)
          outcomes.forEach((outcome, index) => {
            expect(outcome).toMatchObject({ tick: state.tick, index })
            expect(outcome.done).toBeGreaterThanOrEqual(0)
            expect(outcome.done).toBeLessThanOrEqual(outcome.asked)
            expect(told.has(outcome.commandId)).toBe(false)
            told.add(outcome.commandId)
          })
        })
        // What is not told yet waits somewhere: in a hand, or for materials.
        const waiting = state.waiting.filter(({ blueprint }) => !blueprint!.told)
        const open = new Set(waiting.map(({ blueprint }) => blueprint!.ref.commandId))
        for (const { move, harvest, crafts } of state.players) {
          for (const order of [move, harvest, ...crafts]) if (order) open.add(order.ref.commandId)
        }
        // The layout's own order may still wait, or have been told now.
        open.delete('c1')
        told.delete('c1')
        expect(told.size + open.size).toBe(asked)
        expect(itemsHeld(state)).toEqual(itemsBalance(state))
        expect(stateHash(state)).toMatch(/^[0-9a-f]{16}$/)
      },
    ),
    { numRuns: 200 },
  )
})
