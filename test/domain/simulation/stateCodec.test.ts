import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BytesError } from '../../../src/domain/simulation/bytes.ts'
import { stateHash } from '../../../src/domain/simulation/hash.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { decodeState, encodeState } from '../../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../../src/domain/simulation/tick.ts'
import { structureViews } from '../../../src/domain/simulation/views.ts'
import { absurdEvents, layouts } from './arbitraries.ts'
import { firstDifference } from './diffStates.ts'
import { busyField, orders, plateFactory, playground, run } from './planet.ts'

const { field } = playground()

test('a state comes back from its bytes as it was, after any events', () => {
  fc.assert(
    fc.property(
      layouts('ann', field),
      fc.array(absurdEvents(field), { maxLength: 40 }),
      (layout, events) => {
        const state = busyField(layout)
        tick(state, orders(...events))
        const bytes = encodeState(state)
        const back = decodeState(bytes)
        expect(firstDifference(state, back)).toBeUndefined()
        expect(stateHash(back)).toBe(stateHash(state))
        // As text, as they travel: an absurd order's cell may be -0, which is cell 0.
        const told = (of: SimulationState) => JSON.stringify(structureViews(of, 'ann'))
        expect(told(back)).toBe(told(state))
        expect(encodeState(back)).toEqual(bytes)
      },
    ),
    { numRuns: 60 },
  )
})

test('saving leaves the state as it is', () => {
  const { state } = plateFactory()
  run(state, [], 100)
  const before = stateHash(state)
  encodeState(state)
  expect(stateHash(state)).toBe(before)
})

describe('bytes that are no state', () => {
  const [layout] = fc.sample(layouts('ann', field), { seed: 4, numRuns: 1 })
  const state = busyField(layout!)
  const whole = encodeState(state)

  test.each([
    [0, 'magic'],
    [2, 'version'],
    [3, 'items'],
    [9, 'n'],
  ])('a change of byte %i is told as a fault of the %s', (at, field) => {
    const bytes = whole.slice()
    bytes[at] = at === 9 ? 0 : bytes[at]! ^ 0xff
    expect(() => decodeState(bytes)).toThrow(new RegExp(`^${field}`))
  })

  test('any cut is told by the field that is missing', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(() => decodeState(whole.subarray(0, length))).toThrow(BytesError)
      }),
    )
  })

  test('bytes after the end are told', () => {
    expect(() => decodeState(Uint8Array.from([...whole, 0]))).toThrow('1 bytes are left over')
  })

  test('any change of bytes is either told or makes a state that runs on', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    let refused = 0
    let ran = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = whole.slice()
        for (const [at, value] of changes) bytes[at] = value
        try {
          const back = decodeState(bytes)
          for (let count = 0; count < 20; count++) tick(back, [])
          ran++
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError)
          refused++
        }
      }),
      { numRuns: 400 },
    )
    expect(Math.min(refused, ran)).toBeGreaterThan(0)
  })
})
