import { describe, expect, test } from 'vitest'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { itemCode } from '../../../src/domain/items.ts'
import { createState } from '../../../src/domain/simulation/state.ts'
import { structureView } from '../../../src/domain/simulation/views.ts'
import { brokenLaw } from './laws.ts'
import {
  contentsOf,
  enrich,
  enter,
  line,
  place,
  remove,
  run,
  select,
  teach,
  transfer,
  workshop,
} from './planet.ts'

/** A rich player who knows everything on n = 8, and a straight line of cells from a cell far from any pentagon. */
function straight(length: number) {
  const state = createState({ seed: 2, n: 8 })
  const cells = line(8, 27, 0, length)!
  run(state, [enter('ann', cells[2]!.cell)])
  teach(state, 'ann')
  enrich(state, 'ann')
  return { state, cells }
}

describe('a splitter', () => {
  test('gives in turns to the cell it faces and to the two beside that one', () => {
    const { state, cells } = straight(3)
    const [behind, splitter] = cells
    const sides = [0, 5, 1].map((turn) =>
      neighbour(8, splitter!.cell, (splitter!.direction + turn) % 6),
    )
    run(state, [
      place('ann', [behind!.cell, 'belt', behind!.direction]),
      place('ann', [splitter!.cell, 'splitter', splitter!.direction]),
      ...sides.map((cell) => place('ann', [cell, 'depot', 0])),
    ])
    for (let round = 0; round < 30; round++) {
      run(state, [transfer('ann', splitter!.cell, 'plate', 1, 'put')], 3)
    }
    expect(sides.map((cell) => contentsOf(state, cell).plate)).toEqual([10, 10, 10])
    run(state, [remove('ann', sides[1]!)])
    for (let round = 0; round < 10; round++) {
      run(state, [transfer('ann', splitter!.cell, 'plate', 1, 'put')], 3)
    }
    expect(contentsOf(state, sides[0]!).plate).toBe(15)
    expect(contentsOf(state, sides[2]!).plate).toBe(15)
    expect(brokenLaw(state)).toBeUndefined()
  })

  test('with nobody to give to fills up and lets nothing more in', () => {
    const { state, cells } = straight(3)
    run(state, [place('ann', [cells[0]!.cell, 'splitter', cells[0]!.direction])])
    expect(run(state, [transfer('ann', cells[0]!.cell, 'plate', 5, 'put')])).toMatchObject([
      { done: 2, reason: 'Partly' },
    ])
  })
})

describe('a bridge', () => {
  test('brings items over four cells to the next bridge in its line, and that one to what it faces', () => {
    const { state, cells } = straight(8)
    const [from, , crossed, , , to, target] = cells
    run(state, [
      place('ann', [from!.cell, 'bridge', from!.direction], [to!.cell, 'bridge', to!.direction]),
      place('ann', [crossed!.cell, 'depot', 0], [target!.cell, 'depot', 0]),
    ])
    run(state, [transfer('ann', from!.cell, 'plate', 4, 'put')], 20)
    expect(contentsOf(state, target!.cell)).toEqual({ plate: 4 })
    expect(contentsOf(state, crossed!.cell)).toEqual({})
    expect(brokenLaw(state)).toBeUndefined()
  })

  test('that stands alone, or whose next is turned away or too far, gives to the cell it faces', () => {
    for (const [distance, turn] of [
      [5, 1],
      [6, 0],
    ] as const) {
      const { state, cells } = straight(8)
      const [from, next] = cells
      const far = cells[distance]!
      run(state, [
        place('ann', [from!.cell, 'bridge', from!.direction], [next!.cell, 'depot', 0]),
        place('ann', [far.cell, 'bridge', (far.direction + turn) % 6]),
      ])
      run(state, [transfer('ann', from!.cell, 'plate', 4, 'put')], 20)
      expect(contentsOf(state, next!.cell)).toEqual({ plate: 4 })
    }
  })

  test('carries what a belt brings and lays it on a belt again', () => {
    const { state, cells } = straight(8)
    const [drop, belt, from, , , to, belt2, end] = cells
    run(state, [
      place(
        'ann',
        [drop!.cell, 'splitter', drop!.direction],
        [belt!.cell, 'belt', belt!.direction],
      ),
      place('ann', [from!.cell, 'bridge', from!.direction], [to!.cell, 'bridge', to!.direction]),
      place('ann', [belt2!.cell, 'belt', belt2!.direction], [end!.cell, 'depot', 0]),
    ])
    for (let round = 0; round < 20; round++) {
      run(state, [transfer('ann', drop!.cell, 'gear', 1, 'put')], 4)
    }
    run(state, [], 60)
    expect(contentsOf(state, end!.cell)).toEqual({ gear: 20 })
  })
})

describe('a depot', () => {
  test('gives machines around it what their recipes want, in turns', () => {
    const { state, field, machine } = workshop()
    const kilns = field.slice(4, 7)
    expect(
      kilns.every((cell) => [0, 1, 2, 3, 4, 5].some((d) => neighbour(4, machine, d) === cell)),
    ).toBe(true)
    run(state, [
      place('ann', [machine, 'depot', 0]),
      ...kilns.map((cell) => place('ann', [cell, 'kiln', 0])),
      ...kilns.map((cell) => select('ann', cell, 'plate')),
    ])
    run(state, [transfer('ann', machine, 'iron', 6, 'put')], 3)
    // Of six, two each: the rotation leaves nobody out.
    expect(kilns.map((cell) => structureView(state, cell)?.status)).toEqual(
      kilns.map(() => 'working'),
    )
    run(state, [transfer('ann', machine, 'iron', 60, 'put')], 400)
    expect(state.balance.made[itemCode('plate')]).toBeGreaterThan(1_000 + 120 + 30)
    expect(brokenLaw(state)).toBeUndefined()
  })

  test('gives nothing to what another player owns', () => {
    const { state, field, machine } = workshop()
    run(state, [enter('bob', field[5]!), place('ann', [machine, 'depot', 0])])
    enrich(state, 'bob')
    run(state, [place('bob', [field[4]!, 'kiln', 0]), select('bob', field[4]!, 'plate')])
    run(state, [transfer('ann', machine, 'iron', 50, 'put')], 50)
    expect(contentsOf(state, field[4]!)).toEqual({})
    expect(contentsOf(state, machine)).toEqual({ iron: 50 })
  })

  test('feeds the generator beside it', () => {
    const { state, field, machine, generator } = workshop()
    run(state, [
      transfer('ann', generator, 'coal', 10, 'take'),
      place('ann', [machine, 'depot', 0]),
    ])
    expect(field).toContain(generator)
    run(state, [transfer('ann', machine, 'coal', 20, 'put')], 12)
    expect(contentsOf(state, generator)).toEqual({ coal: 10 })
  })
})
