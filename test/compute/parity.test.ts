// TypeScript = Rust: any orders on any planet give the same hashes, outcomes and saved bytes.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { createState } from '../../src/domain/simulation/state.ts'
import { decodeState, encodeState } from '../../src/domain/simulation/stateCodec.ts'
import { builtForTests } from '../../src/platform/kernel/rust/built.ts'
import { absurdEvents, layouts, sensibleEvents } from '../domain/simulation/arbitraries.ts'
import {
  busyField,
  craft,
  enter,
  feedAll,
  grandFactory,
  move,
  orders,
  plateFactory,
  playground,
  run,
  transfer,
} from '../domain/simulation/planet.ts'
import { type Moment, whereTheyPart } from './parity.ts'

/** Undefined where there is no cargo; then the suite has said so. */
const program = builtForTests('pipe')

const moments = (
  events: fc.Arbitrary<SimulationEvent>,
  most: { readonly moments: number; readonly ticks: number },
): fc.Arbitrary<Moment[]> =>
  fc.array(
    fc
      .tuple(fc.array(events, { maxLength: 6 }), fc.integer({ min: 1, max: most.ticks }))
      .map(([events, ticks]) => ({ events: orders(...events), ticks })),
    { maxLength: most.moments },
  )

describe.skipIf(!program)('the Rust kernel', { timeout: 120_000 }, () => {
  const parted = (
    ...asked: Parameters<typeof whereTheyPart> extends [string, ...infer Rest] ? Rest : never
  ) => whereTheyPart(program!, ...asked)

  test('lives and pollutes on planets of any size as TypeScript does', () => {
    for (const n of [1, 2, 3, 5, 16, 63, 64, 65]) {
      expect(parted(createState({ seed: n, n }), [{ events: [], ticks: 48 }])).toBeUndefined()
    }
  })

  test('makes plates as TypeScript does, while players walk, craft and carry', () => {
    const { state, depot } = plateFactory(11, 16)
    const script: Moment[] = [
      { events: orders(craft('ann', 'gear', 5), move('ann', [0, 1, 2, 3, 4, 5])), ticks: 60 },
      { events: orders(enter('bob', landingCell(11, 16, 5))), ticks: 400 },
      { events: orders(transfer('ann', depot, 'plate', 3, 'take')), ticks: 200 },
      {
        events: orders(transfer('ann', depot, 'plate', 1, 'put'), move('bob', [2, 2])),
        ticks: 500,
      },
    ]
    expect(parted(state, script)).toBeUndefined()
  })

  test('runs a factory of every kind of structure as TypeScript does', () => {
    const { state, structures } = grandFactory()
    for (let round = 0; round < 8; round++) {
      feedAll(state, structures)
      const rounds = Array.from({ length: 5 }, () => ({ events: [], ticks: 40 }))
      expect(parted(state, rounds)).toBeUndefined()
      run(state, [], 199)
    }
  })

  test('does what any orders say, as TypeScript does, also over a save and a load', () => {
    const { field } = playground()
    fc.assert(
      fc.property(
        layouts('ann', field),
        moments(sensibleEvents(field), { moments: 12, ticks: 40 }),
        (layout, script) => {
          expect(parted(busyField(layout), script)).toBeUndefined()
        },
      ),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('takes orders that no door lets through as TypeScript does', () => {
    const { field } = playground()
    fc.assert(
      fc.property(
        layouts('ann', field),
        moments(absurdEvents(field), { moments: 25, ticks: 3 }),
        (layout, script) => {
          expect(parted(busyField(layout), script)).toBeUndefined()
        },
      ),
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('goes on from bytes that were changed by chance, if they are a state at all, as TypeScript does', () => {
    const { field } = playground()
    const [layout] = fc.sample(layouts('ann', field), { seed: 4, numRuns: 1 })
    const whole = encodeState(busyField(layout!))
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    let ran = 0
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = whole.slice()
        for (const [at, value] of changes) bytes[at] = value
        let state: ReturnType<typeof decodeState>
        try {
          state = decodeState(bytes)
        } catch {
          return
        }
        ran++
        expect(parted(state, [{ events: [], ticks: 30 }])).toBeUndefined()
      }),
      { numRuns: 150, endOnFailure: true },
    )
    expect(ran).toBeGreaterThan(20)
  })
})
