// The rules to the unit and the tick, in the smallest scenes that show them: each was a change of the rules that no other test of the
// domain noticed.

import { describe, expect, test } from 'vitest'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { researchCode } from '../../../src/domain/research.ts'
import { dig, ITEMS_PER_UNIT } from '../../../src/domain/simulation/deposits.ts'
import type { SimulationState } from '../../../src/domain/simulation/state.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'
import { ahead, back, iron, meadow, N, powered, row } from './meadow.ts'
import {
  contentsOf,
  craft,
  fill,
  move,
  place,
  remove,
  research,
  run,
  select,
  transfer,
} from './planet.ts'

const [c0, c1, c2, c3, c4] = row
const aside = (ahead + 1) % 6
const statusOf = (state: SimulationState, cell: number) => structureView(state, cell)?.status

/** Two belts that bring an item each to what stands between them, at the same tick. */
function twoBelts(state: SimulationState, between: string, left: string, right: string) {
  run(state, [
    place('ann', [c0, 'splitter', ahead], [c1, 'belt', ahead], [c2, between, aside]),
    place('ann', [c3, 'belt', back], [c4, 'splitter', back]),
  ])
  fill(state, c0, left, 1)
  fill(state, c4, right, 1)
}

describe('where two come at once', () => {
  test('a kiln with room for one takes one', () => {
    const state = meadow()
    twoBelts(state, 'kiln', 'iron', 'iron')
    run(state, [select('ann', c2, 'plate')])
    // One of them is burnt at once, and there is room for four.
    fill(state, c2, 'iron', 4)
    run(state, [], 25)
    expect(contentsOf(state, c2)).toEqual({ iron: 4 })
  })

  test('a depot with room for one takes one, whatever they are', () => {
    const state = meadow()
    twoBelts(state, 'depot', 'plate', 'gear')
    fill(state, c2, 'coal', 1_999)
    run(state, [], 40)
    const { plate = 0, gear = 0 } = contentsOf(state, c2)
    expect(plate + gear).toBe(1)
  })

  test('drills that face one belt take turns', () => {
    const state = meadow()
    iron(state, [c1, c3])
    run(state, [
      place('ann', [c1, 'drill', ahead], [c2, 'belt', aside], [c3, 'drill', back]),
      place('ann', [neighbour(N, c2, aside), 'depot', 0]),
    ])
    for (const drill of [c1, c3]) fill(state, drill, 'iron', 8)
    run(state, [], 11)
    for (const drill of [c1, c3]) expect(contentsOf(state, drill).iron).toBeLessThan(8)
  })

  test('machines beside a pipe take turns', () => {
    const first = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const state = meadow(seed)
      run(state, [
        place('ann', [c1, 'mixer', back], [c2, 'pipe', 0], [c3, 'mixer', ahead]),
        select('ann', c1, 'salt'),
        select('ann', c3, 'salt'),
      ])
      fill(state, c2, 'brine', 4)
      run(state, [])
      return [c1, c3].filter((mixer) => contentsOf(state, mixer).brine !== undefined)
    })
    expect(new Set(first.flat())).toEqual(new Set([c1, c3]))
    for (const took of first) expect(took).toHaveLength(1)
  })

  test('machines beside a depot take turns', () => {
    const first = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
      const state = meadow(seed)
      run(state, [
        place('ann', [c1, 'kiln', back], [c2, 'depot', 0], [c3, 'kiln', ahead]),
        select('ann', c1, 'plate'),
        select('ann', c3, 'plate'),
      ])
      fill(state, c2, 'iron', 1)
      run(state, [], 1)
      return [c1, c3].filter((kiln) => statusOf(state, kiln) === 'working')
    })
    expect(new Set(first.flat())).toEqual(new Set([c1, c3]))
    for (const took of first) expect(took).toHaveLength(1)
  })
})

describe('a generator', () => {
  const withPress = (state: SimulationState, owner = 'ann', cell: number = c2) => {
    run(state, [place(owner, [cell, 'press', 0]), select(owner, cell, 'gear')])
    fill(state, cell, 'plate', 8)
    return state
  }
  const burnt = (state: SimulationState) => {
    const { duration, workLeft } = state.structures.get(c0)!
    return duration * 256 - workLeft
  }

  test('burns what is asked of it, rounded up', () => {
    const state = withPress(powered())
    run(state, [])
    const before = burnt(state)
    run(state, [], 9)
    // 4 of 40 are 25.6 of 256.
    expect(burnt(state) - before).toBe(10 * 26)
  })
  test('is idle again when nobody asks any more', () => {
    const state = withPress(powered())
    run(state, [], 5)
    expect(statusOf(state, c0)).toBe('working')
    run(state, [], 100)
    expect([statusOf(state, c2), statusOf(state, c0)]).toEqual(['starved', 'idle'])
  })
  test('gives its pollution off when the fuel is burnt, and not before', () => {
    const state = withPress(powered())
    run(state, [], 12)
    expect(statusOf(state, c0)).toBe('working')
    expect(state.balance.pollutionEmitted).toBe(0)
    state.structures.get(c0)!.workLeft = 1
    run(state, [])
    expect(state.balance.pollutionEmitted).toBe(80)
  })
  test('burns coal before fuel', () => {
    const state = powered()
    fill(state, c0, 'fuel', 1)
    run(withPress(state), [])
    expect(contentsOf(state, c0)).toEqual({ coal: 9, fuel: 1 })
  })
  test.each([
    ['ann', 'two steps from the pole', c3, 'working'],
    ['ann', 'three steps from the pole', c4, 'unpowered'],
    ['bob', 'two steps from the pole', c3, 'unpowered'],
  ] as const)('of ann drives what %s has %s: %i is %s', (owner, _, cell, status) => {
    const state = withPress(powered(), owner, cell)
    run(state, [], 3)
    expect(statusOf(state, cell)).toBe(status)
  })
})

describe('in a tick', () => {
  test('a pump pours 4 into a pipe', () => {
    const state = meadow()
    run(state, [place('ann', [c2, 'pump', 0], [c3, 'pipe', 0])])
    fill(state, c2, 'water', 16)
    run(state, [])
    expect(contentsOf(state, c3)).toEqual({ water: 4 })
  })
  test('a pipe gives 4 to a machine', () => {
    const state = meadow()
    run(state, [place('ann', [c2, 'pipe', 0], [c3, 'mixer', ahead]), select('ann', c3, 'salt')])
    fill(state, c2, 'brine', 50)
    run(state, [])
    expect(contentsOf(state, c2)).toEqual({ brine: 46 })
  })
  test('an eighth of the difference flows between pipes', () => {
    const state = meadow()
    run(state, [place('ann', [c2, 'pipe', 0], [c3, 'pipe', 0])])
    fill(state, c2, 'water', 80)
    run(state, [])
    expect([contentsOf(state, c2), contentsOf(state, c3)]).toEqual([{ water: 70 }, { water: 10 }])
  })
  test('a splitter begins after the side that it served last', () => {
    const state = meadow()
    const sides = [aside, ahead, (ahead + 5) % 6].map((way) => neighbour(N, c2, way))
    run(state, [
      place('ann', [c2, 'splitter', ahead]),
      place('ann', ...sides.map((side): [number, string, number] => [side, 'depot', 0])),
    ])
    for (let round = 0; round < 3; round++) {
      fill(state, c2, 'plate', 1)
      run(state, [])
    }
    expect(sides.map((side) => contentsOf(state, side))).toEqual(sides.map(() => ({ plate: 1 })))
  })
})

describe('a deposit', () => {
  test('gives 256 of a unit before the next is opened, and the last unit for ever', () => {
    const state = meadow()
    iron(state, [c2], 3)
    const left = () => [state.amount[c2], state.opened.get(c2) ?? 0]
    dig(state, c2, 1)
    expect(left()).toEqual([2, ITEMS_PER_UNIT - 1])
    for (let dug = 1; dug < 256; dug++) dig(state, c2, 1)
    expect(left()).toEqual([2, 0])
    for (let dug = 0; dug < 300; dug++) dig(state, c2, 1)
    expect(left()).toEqual([1, 0])
  })
  test('at its last unit keeps a drill for eight times as long', () => {
    const state = meadow()
    iron(state, [c2], 1)
    iron(state, [c4], 2)
    run(state, [place('ann', [c2, 'drill', 0], [c4, 'drill', 0])], 1)
    expect([c2, c4].map((cell) => state.structures.get(cell)!.duration)).toEqual([160, 20])
  })
})

describe('research', () => {
  const unitsOf = (state: SimulationState, name: string, units: number) => {
    state.playerByAccount.get('ann')!.units[researchCode(name) - 1] = units
  }
  const lab = (state: SimulationState, ...cells: number[]) =>
    run(state, [
      place('ann', ...cells.map((cell): [number, string, number] => [cell, 'lab', 0])),
      ...cells.map((cell) => transfer('ann', cell, 'red-pack', 3, 'put')),
    ])
  const packs = (state: SimulationState, ...cells: number[]) => {
    for (const cell of cells) fill(state, cell, 'red-pack', 3)
  }

  test('that is selected wakes the laboratories', () => {
    const state = powered()
    unitsOf(state, 'logistics', 0)
    lab(state, c2)
    packs(state, c2)
    run(state, [], 5)
    expect(statusOf(state, c2)).toBe('idle')
    run(state, [research('ann', 'logistics')], 2)
    expect(statusOf(state, c2)).toBe('working')
  })
  test('that is known with its last unit builds what waited for it, and leaves what was selected meanwhile', () => {
    const state = powered()
    unitsOf(state, 'logistics', 4)
    unitsOf(state, 'surveying', 0)
    lab(state, c2)
    packs(state, c2)
    run(state, [place('ann', [c3, 'splitter', 0]), research('ann', 'logistics')], 2)
    run(state, [research('ann', 'surveying')], 90)
    expect(statusOf(state, c3)).not.toBe('blueprint')
    expect(state.playerByAccount.get('ann')!.research).toBe(researchCode('surveying'))
  })
  test('at its last unit is begun beside a laboratory that ends a unit of another', () => {
    const state = powered()
    unitsOf(state, 'surveying', 0)
    unitsOf(state, 'logistics', 4)
    lab(state, c2, c3)
    packs(state, c2)
    run(state, [research('ann', 'surveying')], 2)
    packs(state, c3)
    run(state, [research('ann', 'logistics')], 2)
    expect([c2, c3].map((cell) => structureView(state, cell)?.recipe)).toEqual([
      'surveying',
      'logistics',
    ])
  })
})

describe('a hand', () => {
  const ann = (state: SimulationState) => state.playerByAccount.get('ann')!

  test('gets an item every tenth tick', () => {
    const state = meadow()
    iron(state, [c2])
    const before = ann(state).inventory[itemCode('iron')]!
    run(state, [{ type: 'HarvestStarted', data: { account: 'ann', cell: c2 } }], 9)
    const got = [0, 1, 9, 1].map((ticks) => {
      for (let tick = 0; tick < ticks; tick++) run(state, [])
      return ann(state).inventory[itemCode('iron')]! - before
    })
    expect(got).toEqual([0, 1, 1, 2])
  })

  test('walks 64 steps of an order and no more', () => {
    const state = meadow()
    const path = Array.from({ length: 70 }, (_, at) => (at % 2 === 0 ? ahead : back))
    const told = run(state, [move('ann', path)], 4 * 70)
    expect(told).toMatchObject([{ done: 64, asked: 70, reason: 'Partly', cell: c2 }])
  })

  test('that gives a craft up has used nothing, and neither has a press that is removed at work', () => {
    const state = powered()
    run(state, [place('ann', [c2, 'press', 0]), select('ann', c2, 'gear'), craft('ann', 'gear', 1)])
    fill(state, c2, 'plate', 2)
    run(state, [], 5)
    const { consumed } = ann(state).statistics
    expect(consumed[itemCode('plate')]).toBe(4)
    run(state, [remove('ann', c2)])
    expect(consumed[itemCode('plate')]).toBe(2)
    run(state, [{ type: 'WorldLeft', data: { account: 'ann' } }])
    expect(consumed[itemCode('plate')]).toBe(0)
  })

  test('puts four of fertiliser into a harvester and no more', () => {
    const state = meadow()
    run(state, [place('ann', [c2, 'harvester', 0])])
    run(state, [transfer('ann', c2, 'fertiliser', 10, 'put')])
    expect(contentsOf(state, c2)).toEqual({ fertiliser: 4 })
  })
})

describe('a blueprint', () => {
  test('that was removed while it waited is never paid for', () => {
    const state = meadow()
    const { inventory } = state.playerByAccount.get('ann')!
    const gears = itemCode('gear')
    inventory[gears] = 0
    run(state, [place('ann', [c2, 'drill', 0])])
    run(state, [remove('ann', c2)])
    inventory[gears] = 10
    const plates = inventory[itemCode('plate')]!
    run(state, [place('ann', [c3, 'belt', 0])])
    expect(inventory[gears]).toBe(10)
    expect(plates - inventory[itemCode('plate')]!).toBe(1)
  })

  test.each([
    [-1, 5],
    [6, 0],
    [-13, 5],
    [1.5, 0],
  ])('placed with direction %d looks to %i', (asked, direction) => {
    const state = meadow()
    run(state, [place('ann', [c2, 'belt', asked])])
    expect(structureView(state, c2)?.direction).toBe(direction)
  })
})
