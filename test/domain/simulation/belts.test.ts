import { describe, expect, test } from 'vitest'
import { depositCode, lifeCode, terrainCode } from '../../../src/domain/generation/codes.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { latticeOf } from '../../../src/domain/grid/lattice.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { turnBack } from '../../../src/domain/grid/step.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { createState, type SimulationState } from '../../../src/domain/simulation/state.ts'
import { playerView, structureView } from '../../../src/domain/simulation/views.ts'
import { enter, itemsBalance, itemsHeld, line, place, remove, run } from './planet.ts'

/** A planet of grass, with a rich player and iron where it is wanted. */
function meadow(n: number, iron: readonly number[]) {
  const state = createState({ seed: 1, n })
  state.terrain.fill(terrainCode.grass)
  state.deposit.fill(depositCode.none)
  state.amount.fill(0)
  state.life.fill(lifeCode.none)
  state.mass.fill(0)
  for (const cell of iron) {
    state.deposit[cell] = depositCode.iron
    state.amount[cell] = 1_000
  }
  run(state, [enter('ann', 0)])
  enrich(state)
  return state
}

function enrich(state: SimulationState) {
  for (const item of ['plate', 'gear', 'silica']) {
    state.players[0]!.inventory[itemCode(item)]! += 10_000
    state.balance.made[itemCode(item)]! += 10_000
  }
}

const ironIn = (state: SimulationState, cell: number) =>
  structureView(state, cell)?.contents?.iron ?? 0
const beltItems = (state: SimulationState) =>
  [...state.structures.keys()].reduce(
    (sum, cell) => sum + (structureView(state, cell)?.items?.length ?? 0),
    0,
  )

describe('a straight belt from a drill to a depot', () => {
  // Every cell of a small planet and every direction: all seams, all pentagons.
  test('brings ore across every seam and pentagon of n = 4', () => {
    const n = 4
    let crossed = 0
    for (let cell = 0; cell < 162; cell += 5) {
      for (let direction = 0; direction < 6; direction++) {
        const way = line(n, cell, direction, 9)
        if (!way || new Set(way.map(({ cell }) => cell)).size < 9) continue
        if (latticeOf(n, way[8]!.cell).diamond !== latticeOf(n, cell).diamond) crossed++
        const state = meadow(n, [cell])
        const kinds = ['drill', ...Array<string>(7).fill('belt'), 'depot']
        run(state, [
          place(
            'ann',
            ...way.map(({ cell, direction }, at): [number, string, number] => [
              cell,
              kinds[at]!,
              direction,
            ]),
          ),
        ])
        run(state, [], 140)
        expect(
          ironIn(state, way[8]!.cell),
          `from ${cell} in direction ${direction}`,
        ).toBeGreaterThan(0)
      }
    }
    expect(crossed).toBeGreaterThan(50)
  })
})

test('items take eight ticks a belt', () => {
  const way = line(16, 300, 0, 8)!
  const state = meadow(16, [300])
  const kinds = ['drill', ...Array<string>(6).fill('belt'), 'depot']
  run(state, [
    place(
      'ann',
      ...way.map(({ cell, direction }, at): [number, string, number] => [
        cell,
        kinds[at]!,
        direction,
      ]),
    ),
  ])
  const arrivals: number[] = []
  while (arrivals.length < 3) {
    const before = ironIn(state, way[7]!.cell)
    run(state, [])
    if (ironIn(state, way[7]!.cell) > before) arrivals.push(state.tick)
  }
  // The drill is done at tick 21; its ore enters in the middle of the first belt.
  expect(arrivals[0]).toBe(21 + 4 + 5 * 8)
  expect([arrivals[1]! - arrivals[0]!, arrivals[2]! - arrivals[1]!]).toEqual([20, 20])
})

/** The directions by which the neighbours of a cell face it, by side. */
const facing = (n: number, cell: number, side: number) => {
  const beside = neighbour(n, cell, side)
  const direction = [0, 1, 2, 3, 4, 5].find(
    (direction) => neighbour(n, beside, direction) === cell,
  )!
  return { beside, direction }
}

test('six drills around a depot all get their turn', () => {
  const n = 16
  const middle = 300
  const sides = [0, 1, 2, 3, 4, 5].map((side) => facing(n, middle, side))
  const state = meadow(
    n,
    sides.map(({ beside }) => beside),
  )
  run(state, [
    place(
      'ann',
      [middle, 'depot', 0],
      ...sides.map(({ beside, direction }): [number, string, number] => [
        beside,
        'drill',
        direction,
      ]),
    ),
  ])
  run(state, [], 400)
  expect(ironIn(state, middle)).toBe(6 * 20)
})

test('two belts that merge into one share it evenly when it is full', () => {
  const n = 16
  const [, ...out] = line(n, 300, 0, 6)!
  const merge = 300
  const depot = out.at(-1)!.cell
  const state = meadow(n, [])
  const feeders = [2, 4].map((side) => facing(n, merge, side))
  run(state, [
    place(
      'ann',
      [merge, 'belt', 0],
      ...out
        .slice(0, -1)
        .map(({ cell, direction }): [number, string, number] => [cell, 'belt', direction]),
      [depot, 'depot', 0],
      ...feeders.map(({ beside, direction }): [number, string, number] => [
        beside,
        'belt',
        direction,
      ]),
    ),
  ])
  const kinds = [itemCode('iron'), itemCode('copper')]
  for (let count = 0; count < 400; count++) {
    feeders.forEach(({ beside }, which) => {
      const { run: lane } = state.network!.runOf.get(beside)!
      // The feeders are kept full by hand.
      if (lane.items.length === 0 || lane.lastSlot >= 2) {
        lane.gaps.push(lane.items.length === 0 ? 7 : lane.lastSlot - 2)
        lane.items.push(kinds[which]!)
        lane.lastSlot = 0
        lane.stuck = 0
      }
    })
    run(state, [])
    for (const cell of state.network!.runOf.keys()) {
      expect(structureView(state, cell)?.items?.length).toBeLessThanOrEqual(4)
    }
  }
  const { iron, copper } = structureView(state, depot)!.contents as Record<string, number>
  expect(iron! + copper!).toBeGreaterThan(130)
  expect(Math.abs(iron! - copper!)).toBeLessThan(30)
})

test('belts that face each other pass nothing', () => {
  const n = 16
  const [drill, a, b] = line(n, 300, 0, 3)!
  const state = meadow(n, [300])
  run(state, [
    place(
      'ann',
      [drill!.cell, 'drill', drill!.direction],
      [a!.cell, 'belt', a!.direction],
      [b!.cell, 'belt', turnBack(n, b!.cell, b!.direction)],
    ),
  ])
  run(state, [], 400)
  expect(structureView(state, b!.cell)?.items).toEqual([])
  // The drill lays ore in the middle of the belt: two wait there, and one at the end.
  expect(structureView(state, a!.cell)?.items).toEqual(['iron', 'iron'])
  expect(structureView(state, drill!.cell)?.status).toBe('blocked')
})

test('a ring of belts carries its items round for ever', () => {
  const n = 16
  const [, ...ring] = cellsWithin(n, 300, 1)
  const state = meadow(n, [300])
  const towards = (from: number, to: number) =>
    [0, 1, 2, 3, 4, 5].find((direction) => neighbour(n, from, direction) === to)!
  run(state, [
    place(
      'ann',
      ...ring.map((cell, at): [number, string, number] => [
        cell,
        'belt',
        towards(cell, ring[(at + 1) % 6]!),
      ]),
      [300, 'drill', 0],
    ),
  ])
  run(state, [], 90)
  run(state, [remove('ann', 300)])
  const count = beltItems(state)
  expect(count).toBe(4)
  const places = () =>
    JSON.stringify([...state.structures.keys()].map((cell) => structureView(state, cell)?.items))
  const before = places()
  const seen = new Set<string>()
  for (let more = 0; more < 6 * 8 * 5; more++) {
    run(state, [])
    expect(beltItems(state)).toBe(count)
    seen.add(places())
  }
  expect(seen.size).toBeGreaterThan(5)
  expect(places()).toBe(before)
})

test('a belt that is turned or rebuilt keeps what lies on it, and removal gives it to the owner', () => {
  const n = 16
  const way = line(n, 300, 0, 6)!
  const state = meadow(n, [300])
  run(state, [
    place(
      'ann',
      ...way.map(({ cell, direction }, at): [number, string, number] => [
        cell,
        at === 0 ? 'drill' : 'belt',
        direction,
      ]),
    ),
  ])
  run(state, [], 100)
  const lying = beltItems(state)
  expect(lying).toBeGreaterThan(3)
  run(state, [
    { type: 'StructureRotated', data: { account: 'ann', cell: way[3]!.cell, direction: 1 } },
  ])
  expect(beltItems(state)).toBeGreaterThanOrEqual(lying)
  expect(itemsHeld(state)).toEqual(itemsBalance(state))
  const held = beltItems(state)
  run(state, [remove('ann', ...way.slice(1).map(({ cell }) => cell))])
  expect(playerView(state, 'ann')!.inventory.iron).toBe(held)
})
