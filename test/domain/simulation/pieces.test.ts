import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { chunkOf } from '../../../src/domain/grid/chunk.ts'
import { BytesError } from '../../../src/domain/simulation/bytes.ts'
import { stateHash } from '../../../src/domain/simulation/hash.ts'
import { beginSaving, generatedOf, takePieces } from '../../../src/domain/simulation/pieces.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'
import { encodeState } from '../../../src/domain/simulation/stateCodec.ts'
import { tick } from '../../../src/domain/simulation/tick.ts'
import { absurdEvents, layouts, sensibleEvents } from './arbitraries.ts'
import { firstDifference } from './diffStates.ts'
import {
  busyField,
  claim,
  enter,
  feedAll,
  grandFactory,
  orders,
  plateFactory,
  playground,
  run,
} from './planet.ts'

const { field } = playground()

/** The planet of a state as it was at tick 0, with the ground that a test may have laid. */
function freshOf(state: SimulationState) {
  const fresh = createState(state)
  for (const plane of ['terrain', 'elevation', 'deposit', 'crystalBed'] as const) {
    fresh[plane].set(state[plane])
  }
  return { fresh, generated: generatedOf(fresh) }
}

const saved = (state: SimulationState) => {
  const { pieces } = beginSaving(state, freshOf(state).generated)
  return new Map([...pieces].map(({ name, bytes }) => [name, bytes]))
}

function taken(state: SimulationState, pieces = saved(state)) {
  const { fresh, generated } = freshOf(state)
  takePieces(fresh, generated, pieces)
  return fresh
}

test('a state comes back from its pieces as it was, and goes on as the saved one does, after any events', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(3, 9, 77),
      layouts('ann', field),
      fc.array(absurdEvents(field), { maxLength: 30 }),
      fc.array(fc.array(sensibleEvents(field), { maxLength: 3 }), { maxLength: 20 }),
      (seed, layout, events, later) => {
        const state = busyField(layout, seed)
        tick(state, orders(...events))
        const back = taken(state)
        expect(firstDifference(state, back)).toBeUndefined()
        expect(stateHash(back)).toBe(stateHash(state))
        for (const next of later) {
          tick(state, orders(...next))
          tick(back, orders(...next))
        }
        expect(firstDifference(state, back)).toBeUndefined()
        expect(encodeState(back)).toEqual(encodeState(state))
      },
    ),
    { numRuns: 40 },
  )
})

test('a factory at work is saved in the middle of anything', () => {
  const { state, structures } = grandFactory()
  for (let save = 0; save < 12; save++) {
    for (let count = 0; count < 37; count++) {
      if (state.tick % 100 === 10) feedAll(state, structures)
      tick(state, [])
    }
    const back = taken(state)
    expect(firstDifference(state, back)).toBeUndefined()
    for (let count = 0; count < 50; count++) tick(back, [])
    const again = taken(state)
    for (let count = 0; count < 50; count++) tick(again, [])
    expect(stateHash(again)).toBe(stateHash(back))
  }
})

test('all pieces are of the tick at which the save began, however far the world runs on meanwhile', () => {
  const { state } = plateFactory()
  run(state, [], 200)
  const { generated } = freshOf(state)
  const atOnce = saved(state)
  const saving = beginSaving(state, generated)
  expect(saving).toMatchObject({ tick: state.tick, hash: stateHash(state) })
  const meanwhile: [string, Uint8Array][] = []
  for (const { name, bytes } of saving.pieces) {
    meanwhile.push([name, bytes])
    run(state, [], 17)
  }
  expect(meanwhile.length).toBeGreaterThan(5)
  expect(new Map(meanwhile)).toEqual(atOnce)
})

test('saving leaves the state as it is', () => {
  const { state } = plateFactory()
  run(state, [], 100)
  const before = encodeState(state)
  saved(state)
  expect(encodeState(state)).toEqual(before)
})

test('a chunk that is as the seed made it has no piece', () => {
  const state = createState({ seed: 7, n: 70 })
  const generated = generatedOf(state)
  const names = () => [...beginSaving(state, generated).pieces].map(({ name }) => name)
  expect(names()).toEqual(['world', 'players', 'structures'])
  // A claim changes one cell of one chunk; no ecology runs before tick 8.
  run(state, [enter('ann', 5_000), claim('ann', 5_000)])
  expect(names()).toEqual(['world', 'players', 'structures', `chunk/${chunkOf(70, 5_000)}`])
})

describe('pieces that are no state of this world', () => {
  const { state } = plateFactory()
  run(state, [], 100)
  const pieces = saved(state)
  const damaged = (name: string, change: (bytes: Uint8Array) => Uint8Array) =>
    new Map([...pieces].map(([key, bytes]) => [key, key === name ? change(bytes.slice()) : bytes]))

  test('a piece that is missing is named', () => {
    for (const name of pieces.keys()) {
      const others = new Map([...pieces].filter(([key]) => key !== name))
      expect(() => taken(state, others)).toThrow(new RegExp(`^${name} .*is missing`))
    }
  })

  test('another planet, another size and another version are told', () => {
    const other = (change: Partial<SimulationState>) => taken({ ...state, ...change }, pieces)
    expect(() => other({ seed: 8 })).toThrow(/^seed .*7 is not 8/)
    expect(() => other({ terrain: state.terrain.map((code) => code ^ 1) })).toThrow(
      'these rules make another planet of this seed',
    )
    expect(() =>
      taken(
        state,
        damaged('world', (bytes) => bytes.fill(9, 2, 3)),
      ),
    ).toThrow(/^version .*9 is not 2/)
    expect(() => taken(createState({ seed: 7, n: 17 }), pieces)).toThrow(/^n .*16 is not 17/)
  })

  test('any cut of any piece is told by the field that is missing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pieces.keys()),
        fc.double({ min: 0, max: 0.999 }),
        (name, at) => {
          const cut = damaged(name, (bytes) => bytes.subarray(0, Math.floor(at * bytes.length)))
          expect(() => taken(state, cut)).toThrow(BytesError)
        },
      ),
    )
  })

  test('any change of bytes is either told or makes a state that runs on', () => {
    let refused = 0
    let ran = 0
    const change = fc.tuple(fc.constantFrom(...pieces.keys()), fc.nat(1 << 20), fc.nat(255))
    fc.assert(
      fc.property(change, ([name, at, value]) => {
        const changed = damaged(name, (bytes) =>
          bytes.fill(value, at % bytes.length, (at % bytes.length) + 1),
        )
        try {
          const back = taken(state, changed)
          run(back, [], 20)
          ran++
        } catch (error) {
          expect(error).toBeInstanceOf(BytesError)
          refused++
        }
      }),
      { numRuns: 120 },
    )
    expect(Math.min(refused, ran)).toBeGreaterThan(0)
  })
})

describe('under tables that have changed since', () => {
  const tables = {
    items: '../../../src/domain/items.ts',
    recipes: '../../../src/domain/recipes.ts',
    prototypes: '../../../src/domain/prototypes.ts',
  } as const
  afterEach(() => {
    for (const path of Object.values(tables)) vi.doUnmock(path)
    vi.resetModules()
  })

  /** The rules with other tables: modules of their own, as a later version of the program has them. */
  async function laterRules(change: {
    items?: (names: readonly string[]) => readonly string[]
    recipes?: (rows: readonly unknown[]) => readonly unknown[]
  }) {
    vi.resetModules()
    const codesOf = (names: readonly string[]) => (name: string) => names.indexOf(name)
    vi.doMock(tables.items, async (original) => {
      const module = await original<typeof import('../../../src/domain/items.ts')>()
      const items = change.items?.(module.items) ?? module.items
      return { ...module, items, itemCode: codesOf(items) }
    })
    vi.doMock(tables.recipes, async (original) => {
      const module = await original<typeof import('../../../src/domain/recipes.ts')>()
      const recipes = (change.recipes?.(module.recipes) ?? module.recipes) as typeof module.recipes
      const names = recipes.map(({ name }) => name)
      return { ...module, recipes, recipeCode: (name: string) => names.indexOf(name) + 1 }
    })
    const states = await import('../../../src/domain/simulation/state.ts')
    const pieces = await import('../../../src/domain/simulation/pieces.ts')
    const views = await import('../../../src/domain/simulation/views.ts')
    const ticks = await import('../../../src/domain/simulation/tick.ts')
    return { ...states, ...pieces, ...views, ...ticks }
  }

  const { state, structures, at } = grandFactory()
  for (let count = 0; count < 300; count++) {
    if (state.tick % 100 === 10) feedAll(state, structures)
    tick(state, [])
  }

  const underLater = (later: Awaited<ReturnType<typeof laterRules>>) => {
    const fresh = later.createState(state)
    for (const plane of ['terrain', 'elevation', 'deposit', 'crystalBed'] as const) {
      fresh[plane].set(state[plane])
    }
    later.takePieces(fresh, later.generatedOf(fresh), saved(state))
    return fresh
  }

  test('everything keeps its name where items and recipes moved and new ones came, and runs on', async () => {
    const { playerView, structureView } = await import('../../../src/domain/simulation/views.ts')
    const before = structures.map((cell) => structureView(state, cell))
    const hand = playerView(state, 'ann')
    const later = await laterRules({
      items: (names) => ['unobtainium', ...names.slice(20), 'balm', ...names.slice(0, 20)],
      recipes: (rows) => [...rows].reverse(),
    })
    const back = underLater(later)
    expect(structures.map((cell) => later.structureView(back, cell))).toEqual(before)
    expect(later.playerView(back, 'ann')).toEqual(hand)
    expect(before.some((view) => view?.recipe === 'plate')).toBe(true)
    for (let count = 0; count < 200; count++) later.tick(back, [])
    expect(later.structureView(back, at('press'))).toBeDefined()
  })

  test('what is not among the tables any more is told by its name, if there is any of it', async () => {
    const renamed = (recipe: string) => (rows: readonly unknown[]) =>
      (rows as readonly { name: string }[]).map((row) =>
        row.name === recipe ? { ...row, name: 'other' } : row,
      )
    const later = await laterRules({ recipes: renamed('wire') })
    expect(() => underLater(later)).not.toThrow()
    const without = await laterRules({ recipes: renamed('gear') })
    expect(() => underLater(without)).toThrow('"gear" is not among the recipes any more')
  })
})
