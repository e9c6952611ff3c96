// Orders that were given and whose tick has not come: what they will do is drawn as ghosts until the world
// shows it, and goes when they are refused.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import type { Order } from '../data/worldData.ts'
import type { SeenPlanet } from './advice.ts'
import type { Plan } from './blueprint.ts'

/** What an order will do, cell by cell, as far as it can be drawn. */
export type Wishes = {
  readonly builds: readonly Plan[]
  readonly removals: readonly number[]
  readonly claims: readonly number[]
  /** Machines that will face another way. */
  readonly turns: readonly { readonly cell: number; readonly direction: number }[]
}

type Entry = { wishes: Wishes; commandId: string | undefined; until: number }

/** An accepted order whose effect has not been seen after so many ticks is no longer drawn. */
const PATIENCE_TICKS = 200
/** More orders than this are not drawn; they are given all the same. */
const ENTRIES_MOST = 200

export class PendingOrders {
  private readonly entries = new Map<number, Entry>()
  private ids = 0
  /** Rises with every change, for readers that poll. */
  version = 0

  get size(): number {
    return this.entries.size
  }

  /** Notes an order that is being sent. @returns its id here */
  add(order: Order, tick: number): number {
    const id = ++this.ids
    const wishes = wishesOf(order)
    if (!isEmpty(wishes) && this.entries.size < ENTRIES_MOST) {
      this.entries.set(id, { wishes, commandId: undefined, until: tick + PATIENCE_TICKS })
      this.version++
    }
    return id
  }

  accepted(id: number, commandId: string): void {
    const entry = this.entries.get(id)
    if (entry) entry.commandId = commandId
  }

  /** Takes an order back: it was refused, or nothing was to do. */
  drop(id: number): void {
    if (this.entries.delete(id)) this.version++
  }

  /** The world has told what came of a command. */
  outcome(commandId: string): void {
    for (const [id, entry] of this.entries) if (entry.commandId === commandId) this.drop(id)
  }

  /** Drops what the world shows by now, and what it has not shown for too long. */
  settle(planet: SeenPlanet, own: number, tick: number): void {
    for (const [id, entry] of this.entries) {
      const { builds, removals, claims, turns } = entry.wishes
      const left: Wishes = {
        builds: builds.filter(({ cell, prototype, direction }) => {
          const there = planet.structures.get(cell)
          return there?.prototype !== prototype || there.direction !== direction
        }),
        removals: removals.filter((cell) => planet.structures.has(cell)),
        claims: claims.filter((cell) => planet.owner.at(cell) !== own),
        turns: turns.filter(
          ({ cell, direction }) => planet.structures.get(cell)?.direction !== direction,
        ),
      }
      if (isEmpty(left) || tick > entry.until) this.drop(id)
      else if (sizeOf(left) < sizeOf(entry.wishes)) {
        entry.wishes = left
        this.version++
      }
    }
  }

  /** All that is wished for. */
  wishes(): Wishes {
    const all = [...this.entries.values()].map(({ wishes }) => wishes)
    return {
      builds: all.flatMap(({ builds }) => builds),
      removals: all.flatMap(({ removals }) => removals),
      claims: all.flatMap(({ claims }) => claims),
      turns: all.flatMap(({ turns }) => turns),
    }
  }

  /** The planet as it will be once these orders are done: what later orders are judged by. */
  expected(planet: SeenPlanet, own: number): SeenPlanet {
    if (this.entries.size === 0) return planet
    const claimed = new Set<number>()
    const standing = new Map<number, StructureView | undefined>()
    const at = (cell: number) =>
      standing.has(cell) ? standing.get(cell) : planet.structures.get(cell)
    for (const { wishes } of this.entries.values()) {
      for (const cell of wishes.claims) claimed.add(cell)
      for (const cell of wishes.removals) standing.set(cell, undefined)
      for (const plan of wishes.builds) {
        if (!at(plan.cell)) standing.set(plan.cell, { ...plan, owner: own, status: 'blueprint' })
      }
      for (const { cell, direction } of wishes.turns) {
        const there = at(cell)
        if (there) standing.set(cell, { ...there, direction })
      }
    }
    const { n, deposit, amount } = planet
    return {
      n,
      deposit,
      amount,
      knows: (cell) => planet.knows(cell),
      owner: { at: (cell) => (claimed.has(cell) ? own : planet.owner.at(cell)) },
      structures: { get: at, has: (cell) => at(cell) !== undefined },
    }
  }
}

function wishesOf(order: Order): Wishes {
  const none = { builds: [], removals: [], claims: [], turns: [] }
  if (order.type === 'PlaceMany') return { ...none, builds: order.structures }
  if (order.type === 'RemoveMany') return { ...none, removals: order.cells }
  if (order.type === 'ClaimMany') return { ...none, claims: order.cells }
  if (order.type === 'RotateStructure') return { ...none, turns: [order] }
  return none
}

function sizeOf({ builds, removals, claims, turns }: Wishes): number {
  return builds.length + removals.length + claims.length + turns.length
}

const isEmpty = (wishes: Wishes) => sizeOf(wishes) === 0
