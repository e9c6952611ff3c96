import { describe, expect, test } from 'vitest'
import { PendingOrders } from '../../../client/src/hands/pending.ts'
import { inverseOf, UndoStack } from '../../../client/src/hands/undo.ts'
import { PlanetCells } from '../../../client/src/planet/cells.ts'
import type { StructureView } from '../../../src/domain/chunkView.ts'

const kiln: StructureView = {
  cell: 9,
  prototype: 'kiln',
  direction: 2,
  owner: 1,
  recipe: 'plate',
  status: 'idle',
}
const plan = { cell: 9, prototype: 'kiln', direction: 2 }

function planet() {
  return new PlanetCells(4)
}

describe('an order that was given', () => {
  test('is drawn until the world shows what it did', () => {
    const pending = new PendingOrders()
    const seen = planet()
    pending.add({ type: 'PlaceMany', structures: [plan, { ...plan, cell: 10 }] }, 100)
    pending.settle(seen, 1, 101)
    expect(pending.wishes().builds).toHaveLength(2)
    seen.structures.set(9, kiln)
    pending.settle(seen, 1, 102)
    expect(pending.wishes().builds).toEqual([{ ...plan, cell: 10 }])
    seen.structures.set(10, { ...kiln, cell: 10 })
    pending.settle(seen, 1, 103)
    expect(pending.size).toBe(0)
  })

  test('is taken back when it is refused', () => {
    const pending = new PendingOrders()
    const id = pending.add({ type: 'ClaimMany', cells: [3, 4] }, 100)
    expect(pending.wishes().claims).toEqual([3, 4])
    const { version } = pending
    pending.drop(id)
    expect(pending.wishes().claims).toEqual([])
    expect(pending.version).toBeGreaterThan(version)
  })

  test('goes when its outcome is told, and only its own', () => {
    const pending = new PendingOrders()
    const first = pending.add({ type: 'RemoveMany', cells: [3] }, 100)
    pending.add({ type: 'RemoveMany', cells: [5] }, 100)
    pending.accepted(first, 'c1')
    pending.outcome('c1')
    expect(pending.wishes().removals).toEqual([5])
  })

  test('is not drawn for ever, and what cannot be drawn is not kept', () => {
    const pending = new PendingOrders()
    pending.add({ type: 'Craft', recipe: 'gear', count: 1 }, 100)
    expect(pending.size).toBe(0)
    pending.add({ type: 'ClaimMany', cells: [3] }, 100)
    pending.settle(planet(), 1, 301)
    expect(pending.size).toBe(0)
  })
})

describe('undo', () => {
  const before = planet()
  before.structures.set(9, kiln)
  before.owner.set(5, 2)

  test('turns back what was placed, and leaves what stood there before', () => {
    const order = { type: 'PlaceMany' as const, structures: [plan, { ...plan, cell: 10 }] }
    expect(inverseOf(order, before)).toEqual([{ type: 'RemoveMany', cells: [10] }])
  })

  test('builds again what was removed, with its recipe', () => {
    expect(inverseOf({ type: 'RemoveMany', cells: [9, 11] }, before)).toEqual([
      { type: 'PlaceMany', structures: [plan] },
      { type: 'SelectRecipe', cell: 9, recipe: 'plate' },
    ])
  })

  test('releases what was claimed, of what was free', () => {
    expect(inverseOf({ type: 'ClaimMany', cells: [4, 5] }, before)).toEqual([
      { type: 'ReleaseCell', cell: 4 },
    ])
  })

  test('turns and chooses as it was, gives back what was taken; what was crafted stays', () => {
    expect(inverseOf({ type: 'RotateStructure', cell: 9, direction: 4 }, before)).toEqual([
      { type: 'RotateStructure', cell: 9, direction: 2 },
    ])
    expect(inverseOf({ type: 'SelectRecipe', cell: 9, recipe: 'glass' }, before)).toEqual([
      { type: 'SelectRecipe', cell: 9, recipe: 'plate' },
    ])
    const transfer = { type: 'Transfer', cell: 9, item: 'iron', count: 3, way: 'put' } as const
    expect(inverseOf(transfer, before)).toEqual([{ ...transfer, way: 'take' }])
    expect(inverseOf({ type: 'Craft', recipe: 'gear', count: 1 }, before)).toEqual([])
  })

  test('steps back and forward; something new forgets what was undone; the oldest are forgotten', () => {
    const stack = new UndoStack()
    for (let cell = 0; cell < 150; cell++) stack.done([{ type: 'ReleaseCell', cell }])
    let steps = 0
    while (stack.takeUndo()) steps++
    expect(steps).toBe(100)
    stack.turned('undo', [{ type: 'ClaimMany', cells: [1] }])
    expect(stack.canRedo).toBe(true)
    stack.done([{ type: 'ReleaseCell', cell: 2 }])
    expect(stack.canRedo).toBe(false)
  })
})
