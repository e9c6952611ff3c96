import fc from 'fast-check'
import { expect, test } from 'vitest'
import { landingCell } from '../../../src/domain/generation/landing.ts'
import type { TickEvents } from '../../../src/domain/ports/kernel.ts'
import { prototypes } from '../../../src/domain/prototypes.ts'
import { researches } from '../../../src/domain/research.ts'
import {
  type ChangeFeed,
  changeFeed,
  drainChanges,
  drainDirty,
  drainPlayers,
} from '../../../src/domain/simulation/changes.ts'
import { runEcology } from '../../../src/domain/simulation/ecology.ts'
import { stateHash } from '../../../src/domain/simulation/hash.ts'
import { dissolveNetwork, networkOf } from '../../../src/domain/simulation/network.ts'
import { researchedNames } from '../../../src/domain/simulation/researching.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'
import { decodeState, encodeState } from '../../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../../src/domain/simulation/tick.ts'
import { createKernelHost, type KernelHost } from '../../../src/platform/kernel/kernelHost.ts'
import { layouts, sensibleEvents } from './arbitraries.ts'
import { firstDifference } from './diffStates.ts'
import { brokenLaw } from './laws.ts'
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
} from './planet.ts'

/** A factory, walks, crafts and harvests, with the hash at some ticks. */
function scripted(hashAt: readonly number[], each: (state: SimulationState) => void = () => {}) {
  const { state, depot } = plateFactory(11, 16)
  const hashes: Record<number, string> = {}
  const script = new Map([
    [30, [craft('ann', 'gear', 5), move('ann', [0, 1, 2, 3, 4, 5])]],
    [90, [enter('bob', landingCell(11, 16, 5))]],
    [500, [transfer('ann', depot, 'plate', 3, 'take')]],
    [700, [transfer('ann', depot, 'plate', 1, 'put'), move('bob', [2, 2, 2])]],
  ])
  while (state.tick < 1_200) {
    tick(state, orders(...(script.get(state.tick + 1) ?? [])))
    each(state)
    if (hashAt.includes(state.tick)) hashes[state.tick] = stateHash(state)
  }
  return hashes
}

test('the scripted factory has the hashes it always had', () => {
  // A change here is a change of the rules: worlds that ran by the old ones do not replay.
  expect(scripted([2, 8, 100, 600, 1_200])).toMatchInlineSnapshot(`
    {
      "100": "e2bb3f5248745f22",
      "1200": "68cfe3c35d7910f6",
      "2": "1e178c0890bb0e45",
      "600": "2ba0efe251693f18",
      "8": "c4b9f32c2b989cb1",
    }
  `)
})

test('a factory of every kind of structure has the hashes it always had, and all of them work', () => {
  const { state, structures } = grandFactory()
  const hashes: Record<number, string> = {}
  const worked = new Set<number>()
  while (state.tick < 4_500) {
    if (state.tick % 100 === 10) feedAll(state, structures)
    tick(state, [])
    for (const [cell, { status }] of state.structures) if (status === 'working') worked.add(cell)
    if ([100, 2_000, 4_500].includes(state.tick)) hashes[state.tick] = stateHash(state)
  }
  const jobs = networkOf(state).machines.length + networkOf(state).grids[0]!.generators.length
  expect(worked.size).toBe(jobs)
  expect(new Set(structures.map((cell) => state.structures.get(cell)!.prototype)).size).toBe(
    prototypes.length,
  )
  expect(brokenLaw(state)).toBeUndefined()
  expect(state.players[0]!.statistics.launches).toBeGreaterThan(0)
  expect(researchedNames(state.players[0]!)).toHaveLength(researches.length)
  expect(hashes).toMatchInlineSnapshot(`
    {
      "100": "cc3d8e543d02f1c1",
      "2000": "43d0f3910f085de4",
      "4500": "5061cebdbef3cd8f",
    }
  `)
})

test('a factory of every kind goes on from its saved bytes as it would have', () => {
  const { state: one, structures } = grandFactory()
  let other = decodeState(encodeState(one))
  while (one.tick < 1_500) {
    if (one.tick % 100 === 10) for (const state of [one, other]) feedAll(state, structures)
    if (one.tick % 170 === 0) other = decodeState(encodeState(other))
    tick(one, [])
    tick(other, [])
    if (one.tick % 10 === 0) expect(firstDifference(one, other)).toBeUndefined()
  }
  expect(stateHash(other)).toBe(stateHash(one))
})

test('a fresh planet has the hash it always had', () => {
  expect([1, 2].map((seed) => stateHash(createState({ seed, n: 16 })))).toMatchInlineSnapshot(`
    [
      "aeabe4179e530d5b",
      "4d7a23ea7b96d30e",
    ]
  `)
})

test('how often the hash is asked for changes nothing', () => {
  const everyTick = Array.from({ length: 1_200 }, (_, tick) => tick + 1)
  expect(scripted(everyTick)[1_200]).toBe(scripted([1_200])[1_200])
})

test('asking for changes changes nothing', () => {
  let feed: ChangeFeed | undefined
  const asked = scripted([1_200], (state) => {
    feed ??= changeFeed(state)
    drainDirty(feed)
    drainChanges(feed, [0, 1, 2, 3])
    drainPlayers(feed)
  })
  expect(asked).toEqual(scripted([1_200]))
})

test('taking the network apart and laying it anew after every tick changes nothing', () => {
  expect(scripted([600, 1_200], dissolveNetwork)).toEqual(scripted([600, 1_200]))
})

test('the same orders give the same hash, and neither the network nor who sleeps ever matters', () => {
  const { field } = playground()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(sensibleEvents(field), { maxLength: 6 }), fc.nat(30)), {
        maxLength: 15,
      }),
      layouts('ann', field),
      (moments, layout) => {
        const one = busyField(layout)
        const other = busyField(layout)
        for (const [events, more] of moments) {
          for (let count = 0; count <= more; count++) {
            const now = count === 0 ? events : []
            expect(tick(other, orders(...now))).toEqual(tick(one, orders(...now)))
            dissolveNetwork(other)
            for (const structure of other.structures.values()) structure.asleep = false
          }
          expect(stateHash(other)).toBe(stateHash(one))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('saving and loading the state in the middle changes nothing, for any orders', () => {
  const { field } = playground()
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(sensibleEvents(field), { maxLength: 6 }), fc.nat(40)), {
        maxLength: 12,
      }),
      layouts('ann', field),
      (moments, layout) => {
        const one = busyField(layout)
        let other = busyField(layout)
        for (const [events, more] of moments) {
          other = decodeState(encodeState(other))
          for (let count = 0; count <= more; count++) {
            const now = count === 0 ? events : []
            expect(tick(other, orders(...now))).toEqual(tick(one, orders(...now)))
            expect(firstDifference(one, other)).toBeUndefined()
          }
          expect(stateHash(other)).toBe(stateHash(one))
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('whatever the split into batches, the hash is the same', () => {
  const { field } = playground()
  const settings = { world: 'w', seed: 3, n: 4, ups: 20 }
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(sensibleEvents(field), { maxLength: 4 }), fc.nat(20)), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
      (moments, sizes) => {
        const events: TickEvents[] = []
        let at = 0
        for (const [now, more] of moments) {
          at += 1 + more
          events.push({ tick: at, events: orders(...now) })
        }
        const last = at + 20
        const run = (host: KernelHost, through: number) => {
          const { tick: from } = host.hash()
          const due = events.filter(({ tick }) => tick > from && tick <= through)
          return host.run({ through, events: due, watch: [0, 3], hash: true, players: 'all' })
        }
        const whole = createKernelHost(settings, () => 0)
        const expected = run(whole, last)
        const split = createKernelHost(settings, () => 0)
        const outcomes: unknown[] = []
        for (let through = 0, turn = 0; through < last; turn++) {
          through = Math.min(last, through + sizes[turn % sizes.length]!)
          outcomes.push(...run(split, through).outcomes)
        }
        expect(split.hash()).toEqual({ tick: last, hash: expected.hash })
        expect(outcomes).toEqual(expected.outcomes)
      },
    ),
    { numRuns: 40 },
  )
})

test('two states that part are told apart at the first entity that differs', () => {
  const { state, kiln, drill } = plateFactory()
  run(state, [], 50)
  const other = decodeState(encodeState(state))
  expect(firstDifference(state, other)).toBeUndefined()
  other.pollution[drill]! += 1
  other.structures.get(kiln)!.workLeft += 1
  expect(firstDifference(state, other)).toMatch(
    new RegExp(`^tick 52: cell ${drill}: pollution is \\d+ and \\d+$`),
  )
  other.pollution[drill]! -= 1
  expect(firstDifference(state, other)).toMatch(new RegExp(`structure on cell ${kiln}`))
})

test('the hash sees a difference in every plane, in hands, in machines and on belts', () => {
  const differences: ((state: SimulationState) => void)[] = [
    (state) => state.amount.set([77], 3),
    (state) => state.life.set([9], 3),
    (state) => state.mass.set([99], 3),
    (state) => state.pollution.set([9], 3),
    (state) => state.owner.set([9], 3),
    (state) => state.fertility.set([9], 3),
    (state) => state.players[0]!.units.set([1], 3),
    (state) => state.players[0]!.statistics.produced.set([1], 3),
    (state) => state.opened.set(9, 3),
    (state) => state.players[0]!.inventory.set([9], 3),
    (state) => {
      state.players[0]!.cell = 9
    },
    (state) => {
      ;[...state.structures.values()][0]!.workLeft += 1
    },
    (state) => {
      ;[...state.structures.values()][0]!.stock[3]! += 1
    },
    (state) => {
      for (const { items } of state.network!.runs) items[0] = 9
    },
  ]
  const made = [...differences, () => {}, () => {}].map((differ) => {
    const { state } = plateFactory()
    run(state, [], 29)
    differ(state)
    state.dirty.fill(255)
    return stateHash(state)
  })
  expect(new Set(made).size).toBe(differences.length + 1)
  expect(made.at(-1)).toBe(made.at(-2))
})

test('the planet lives the same whatever the order in which its cells are visited', () => {
  const { state } = plateFactory(11, 16)
  while (state.tick < 400) tick(state, [])
  const saved = encodeState(state)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: state.cells - 1 }), { maxLength: 40 }),
      fc.integer(),
      (cuts, salt) => {
        const inOrder = decodeState(saved)
        const dealtOut = decodeState(saved)
        const ends = [...cuts.sort((a, b) => a - b), state.cells]
        const parts = ends.map((to, place) => [place === 0 ? 0 : ends[place - 1]!, to] as const)
        const shuffled = parts
          .map((part, place) => ({ part, rank: Math.imul(place + 1, salt | 1) }))
          .sort((a, b) => a.rank - b.rank)
        for (let step = 1; step <= 4; step++) {
          inOrder.tick += 8
          dealtOut.tick += 8
          runEcology(inOrder)
          runEcology(
            dealtOut,
            shuffled.map(({ part }) => part),
          )
        }
        expect(firstDifference(inOrder, dealtOut)).toBeUndefined()
        expect(stateHash(dealtOut)).toBe(stateHash(inOrder))
        expect(stateHash(inOrder)).not.toBe(stateHash(decodeState(saved)))
      },
    ),
    { numRuns: 30 },
  )
})
