// Undo: an order that was taken remembers the orders that turn it back, where such orders exist. What was
// dug, walked or crafted stays so.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import type { Order } from '../data/worldData.ts'
import type { SeenPlanet } from './advice.ts'

/** What was there before an order. */
type Before = Pick<SeenPlanet, 'structures' | 'owner'>

const KEPT = 100
/** One release takes one cell: a claim of more is not turned back cell by cell. */
const RELEASES_MOST = 32

/** The orders that undo one, given what was there before it; empty where nothing undoes it. */
export function inverseOf(order: Order, before: Before): Order[] {
  switch (order.type) {
    case 'ClaimMany': {
      const fresh = order.cells.filter((cell) => before.owner.at(cell) === 0)
      if (fresh.length > RELEASES_MOST) return []
      return fresh.map((cell) => ({ type: 'ReleaseCell', cell }))
    }
    case 'ReleaseCell':
      return [{ type: 'ClaimMany', cells: [order.cell] }]
    case 'PlaceMany': {
      const cells = order.structures
        .map(({ cell }) => cell)
        .filter((cell) => !before.structures.has(cell))
      return cells.length > 0 ? [{ type: 'RemoveMany', cells }] : []
    }
    case 'RemoveMany':
      return rebuild(order.cells.flatMap((cell) => before.structures.get(cell) ?? []))
    case 'RotateStructure': {
      const direction = before.structures.get(order.cell)?.direction
      return direction === undefined
        ? []
        : [{ type: 'RotateStructure', cell: order.cell, direction }]
    }
    case 'SelectRecipe': {
      const recipe = before.structures.get(order.cell)?.recipe
      return recipe === undefined ? [] : [{ type: 'SelectRecipe', cell: order.cell, recipe }]
    }
    case 'Transfer':
      return [{ ...order, way: order.way === 'put' ? 'take' : 'put' }]
    default:
      return []
  }
}

function rebuild(structures: readonly StructureView[]): Order[] {
  if (structures.length === 0) return []
  const place: Order = {
    type: 'PlaceMany',
    structures: structures.map(({ cell, prototype, direction }) => ({
      cell,
      prototype,
      direction,
    })),
  }
  const recipes = structures.flatMap(({ cell, prototype, recipe }): Order[] =>
    recipe === undefined || prototype === 'lab' ? [] : [{ type: 'SelectRecipe', cell, recipe }],
  )
  return [place, ...recipes]
}

/** Steps back and steps forward again; the oldest are forgotten. */
export class UndoStack {
  private past: (readonly Order[])[] = []
  private future: (readonly Order[])[] = []
  private settled: Promise<unknown> = Promise.resolve()

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  /** Gives an order; steps back and forward that are asked for later wait for its answer. */
  underway<T>(giving: () => Promise<T>): Promise<T> {
    const given = giving()
    this.settled = Promise.allSettled([this.settled, given])
    return given
  }

  /**
   * Takes a step after all that were begun before it: the latest of the player's orders may be unanswered
   * yet, and it is that one which a step back means.
   */
  afterThose<T>(step: () => Promise<T>): Promise<T> {
    const before = this.settled
    return this.underway(() => before.then(step))
  }

  /** Something new was done: what it takes to undo it. What had been undone cannot be redone any more. */
  done(inverse: readonly Order[]): void {
    if (inverse.length === 0) return
    this.past = [...this.past, inverse].slice(-KEPT)
    this.future = []
  }

  /** The orders of the latest step back, taken off the stack. */
  takeUndo(): readonly Order[] | undefined {
    return this.past.pop()
  }

  takeRedo(): readonly Order[] | undefined {
    return this.future.pop()
  }

  /** A step that could not be taken for want of an answer: it can be tried again. */
  putBack(way: 'undo' | 'redo', orders: readonly Order[]): void {
    if (way === 'undo') this.past = [...this.past, orders].slice(-KEPT)
    else this.future = [...this.future, orders].slice(-KEPT)
  }

  /** A step back (or forward) was taken: what it takes to turn that in turn. */
  turned(way: 'undo' | 'redo', inverse: readonly Order[]): void {
    if (inverse.length === 0) return
    if (way === 'undo') this.future = [...this.future, inverse].slice(-KEPT)
    else this.past = [...this.past, inverse].slice(-KEPT)
  }
}
