// What a hand is to do farther off than it reaches: one walks there first.

import { isWater } from '../../../src/domain/generation/terrain.ts'
import { distanceWithin } from '../../../src/domain/grid/distance.ts'
import { findPath } from '../../../src/domain/grid/path.ts'
import { researches } from '../../../src/domain/research.ts'
import { REACH } from '../../../src/domain/simulation/hand.ts'
import type { PlanetCells } from '../planet/cells.ts'

/** One order walks at most so far. */
export const WALK_MOST = 64

/** Longer ways are not looked for. */
export const WAY_MOST = 2 * WALK_MOST

type Walker = { readonly cell: number; readonly researched: readonly string[] }

/** How far a hand reaches, in steps. */
function reachOf({ researched }: Walker): number {
  const longer = researches.filter(({ name }) => researched.includes(name))
  return REACH + longer.reduce((sum, { reach }) => sum + reach, 0)
}

export class Errands {
  private waiting: { readonly cell: number; readonly deed: () => void } | undefined
  private readonly planet: Pick<PlanetCells, 'n' | 'knows' | 'terrain'>

  constructor(planet: Pick<PlanetCells, 'n' | 'knows' | 'terrain'>) {
    this.planet = planet
  }

  /** The way over land as directions; undefined where there is none. */
  wayTo(from: number, cell: number): readonly number[] | undefined {
    const { n, terrain } = this.planet
    const open = (at: number) => !this.planet.knows(at) || !isWater(terrain.at(at))
    return findPath(n, from, cell, open, WAY_MOST)
  }

  /**
   * Does something to a cell: now where the hand reaches it, else once the player has come near.
   * @returns the way to walk for it: empty where it is done, undefined where there is none or it is too far
   */
  begin(player: Walker, cell: number, deed: () => void): readonly number[] | undefined {
    this.forget()
    const reach = reachOf(player)
    if (this.reaches(player, cell)) {
      deed()
      return []
    }
    const way = this.wayTo(player.cell, cell)?.slice(0, -reach)
    if (!way || way.length > WALK_MOST) return undefined
    this.waiting = { cell, deed }
    return way
  }

  /** Does something once the player has come near a cell, on a way that is walked already. */
  later(cell: number, deed: () => void): void {
    this.waiting = { cell, deed }
  }

  /** The player has come somewhere. */
  arrived(player: Walker): void {
    if (!this.waiting || !this.reaches(player, this.waiting.cell)) return
    const { deed } = this.waiting
    this.forget()
    deed()
  }

  /** Something else was asked for, or the way was blocked. */
  forget(): void {
    this.waiting = undefined
  }

  private reaches(player: Walker, cell: number): boolean {
    return distanceWithin(this.planet.n, player.cell, cell, reachOf(player)) !== undefined
  }
}
