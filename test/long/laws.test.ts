// The laws over many more planets, factories and orders than CI waits for. LAW_RUNS says how many (1,000).

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stateHash } from '../../src/domain/simulation/hash.ts'
import { decodeState, encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../src/domain/simulation/tick.ts'
import { absurdEvents, layouts, sensibleEvents } from '../domain/simulation/arbitraries.ts'
import { firstDifference } from '../domain/simulation/diffStates.ts'
import { brokenLaw } from '../domain/simulation/laws.ts'
import { busyField, orders, playground } from '../domain/simulation/planet.ts'

const { field } = playground()
const numRuns = Number(process.env.LAW_RUNS ?? 1_000)
const events = fc.oneof(
  { weight: 4, arbitrary: sensibleEvents(field) },
  { weight: 1, arbitrary: absurdEvents(field) },
)

test(`conservation and determinism hold at every tick of ${numRuns} factories`, () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      layouts('ann', field),
      fc.array(fc.tuple(fc.array(events, { maxLength: 8 }), fc.nat(60)), { maxLength: 15 }),
      (seed, layout, moments) => {
        const one = busyField(layout, seed)
        let other = busyField(layout, seed)
        for (const [now, more] of moments) {
          other = decodeState(encodeState(other))
          for (let count = 0; count <= more; count++) {
            const due = orders(...(count === 0 ? now : []))
            expect(tick(other, due)).toEqual(tick(one, due))
            expect(brokenLaw(one)).toBeUndefined()
          }
          if (stateHash(one) !== stateHash(other)) expect(firstDifference(one, other)).toBe('')
        }
      },
    ),
    { numRuns },
  )
})
