// A field of a planet, and what is built there: in rows, side by side, as long as there is room.

import { depositCode, lifeCode, terrainCode } from '../../src/domain/generation/codes.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import { cellCount } from '../../src/domain/grid/lattice.ts'
import { step } from '../../src/domain/grid/step.ts'
import { fluids } from '../../src/domain/items.ts'
import { recipeNamed } from '../../src/domain/recipes.ts'
import type { SimulationState } from '../../src/domain/simulation/state.ts'
import { line } from '../domain/simulation/planet.ts'
import type { Dice } from '../simulation/dice.ts'

const RADIUS = 5

export type Placed = { readonly cell: number; readonly name: string; readonly direction: number }

/** A field of cells around one, and what is to stand there. */
export class Site {
  readonly state: SimulationState
  /** The ground is as the seed made it. */
  readonly isNatural: boolean
  readonly field: readonly number[]
  readonly placed: Placed[] = []
  readonly recipes = new Map<number, string>()
  /** Items for structures, once those stand. */
  readonly stock: [cell: number, item: string, count: number][] = []
  readonly #dice: Dice
  readonly #free: Set<number>

  constructor(state: SimulationState, dice: Dice, isNatural: boolean) {
    this.state = state
    this.#dice = dice
    this.isNatural = isNatural
    this.field = this.#findField()
    this.#free = new Set(this.field)
  }

  isFree(cell: number): boolean {
    return this.#free.has(cell)
  }

  /** Ground of every kind in place of what the seed made. */
  makeGround(): void {
    const { state, field } = this
    const dice = this.#dice
    const kinds = Object.values(depositCode)
    const lives = [lifeCode.moss, lifeCode['resin-tree'], lifeCode.crystal, lifeCode.fungus]
    for (const cell of field) {
      state.terrain[cell] = dice.pick([terrainCode.grass, terrainCode.grass, terrainCode.forest])
      state.deposit[cell] = dice.pick(kinds)
      state.amount[cell] = dice.likely(0.3) ? dice.between(1, 2) : dice.between(20, 200)
      state.life[cell] = dice.likely(0.4) ? dice.pick(lives) : lifeCode.none
      state.mass[cell] = state.life[cell] === lifeCode.none ? 0 : dice.between(1, 200)
      state.pollution[cell] = dice.likely(0.2) ? dice.below(600) : 0
      state.fertility[cell] = dice.likely(0.1) ? dice.between(1, 9) : 0
    }
  }

  /**
   * Structures in a straight line, '' for none; the first depot has something of everything in `has`;
   * `recipe` for the first that can make it. On a deposit of a kind, where one is named.
   */
  row(names: readonly string[], has: readonly string[], recipe?: string, deposit?: number) {
    const dice = this.#dice
    const wanted = (cell: number) => deposit === undefined || this.state.deposit[cell] === deposit
    const starts = [...this.#free].filter(wanted)
    for (let tries = 0; tries < 40 && starts.length > 0; tries++) {
      const cells = line(this.state.n, dice.pick(starts), dice.below(6), names.length)
      if (!cells?.every(({ cell }) => this.#free.has(cell))) continue
      if (new Set(cells.map(({ cell }) => cell)).size < cells.length) continue
      const row = cells
        .map(({ cell, direction }, place) => ({ cell, direction, name: names[place]! }))
        .filter(({ name }) => name !== '')
      for (const one of row) this.put(one)
      const depot = row.find(({ name }) => name === 'depot')
      for (const item of has) this.give(depot!.cell, item)
      const maker = row.find(({ name }) => recipeNamed(recipe ?? '')?.machines.includes(name))
      if (maker) this.recipes.set(maker.cell, recipe!)
      return row
    }
    return undefined
  }

  /** On the neighbour by a turn from what a structure faces, if that is free; facing on, or turned from that (3: back). */
  side(from: Placed, turn: number, name: string, has: readonly string[] = [], facing = 0) {
    const next = step(this.state.n, from.cell, (from.direction + turn) % 6)
    if (!next || !this.#free.has(next.cell)) return undefined
    const placed = { cell: next.cell, direction: (next.direction + facing) % 6, name }
    this.put(placed)
    for (const item of has) this.give(placed.cell, item)
    return placed
  }

  put(placed: Placed): void {
    this.#free.delete(placed.cell)
    this.placed.push(placed)
  }

  give(cell: number, item: string): void {
    if (!fluids.includes(item)) this.stock.push([cell, item, this.#dice.between(2, 120)])
  }

  /** Of each input, for some runs. */
  supply(cell: number, recipe: string): void {
    for (const [item, count] of Object.entries(recipeNamed(recipe)?.inputs ?? {})) {
      if (!fluids.includes(item)) this.stock.push([cell, item, count * this.#dice.between(1, 4)])
    }
  }

  /** Where nature is to do: the richest of some places. */
  #findField(): readonly number[] {
    const { n, deposit } = this.state
    const drawn = Array.from({ length: this.isNatural ? 40 : 1 }, () =>
      cellsWithin(n, this.#dice.below(cellCount(n)), RADIUS),
    )
    const riches = (cells: readonly number[]) =>
      new Set(cells.map((cell) => deposit[cell])).size * 100 +
      cells.filter((cell) => deposit[cell] !== 0).length
    return drawn.reduce((best, cells) => (riches(cells) > riches(best) ? cells : best))
  }
}
