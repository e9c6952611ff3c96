// Finds cells for machines that have to stand beside or near each other. Pure.

import type { Cell } from '../domain/events.ts'
import { distanceWithin } from '../domain/grid/distance.ts'
import { neighbour } from '../domain/grid/neighbours.ts'
import { directionTo } from '../domain/grid/path.ts'

/** Role → cell. The first word of a role names the prototype that stands there. */
export type Spots = Readonly<Record<string, Cell>>

export type Rule = {
  readonly role: string
  /** Roles that it must stand beside. */
  readonly touches?: readonly string[]
  /** Roles that it must not stand beside. */
  readonly avoids?: readonly string[]
  /** Roles that it must be at most so many steps from. */
  readonly within?: readonly (readonly [role: string, steps: number])[]
  /** Roles that it must be more than so many steps from. */
  readonly beyond?: readonly (readonly [role: string, steps: number])[]
  /** It must stand behind a role that faces another. */
  readonly behind?: readonly [role: string, faced: string]
}

/** Trials after which a place is given up. */
const TRIALS = 20_000

/** A cell of `ground` for each rule's role, none twice, all rules kept; undefined where none was found. */
export function arrange(
  n: number,
  fixed: Spots,
  ground: readonly Cell[],
  rules: readonly Rule[],
): Spots | undefined {
  let trials = 0
  const near = (a: Cell, b: Cell, reach: number) => distanceWithin(n, a, b, reach) !== undefined
  const backOf = (cell: Cell, faced: Cell) =>
    neighbour(n, cell, (directionTo(n, cell, faced) + 3) % 6)
  const fits = (cell: Cell, { touches, avoids, within, beyond, behind }: Rule, spots: Spots) =>
    (behind === undefined || cell === backOf(spots[behind[0]]!, spots[behind[1]]!)) &&
    (touches ?? []).every((role) => near(cell, spots[role]!, 1)) &&
    (within ?? []).every(([role, steps]) => near(cell, spots[role]!, steps)) &&
    !(avoids ?? []).some((role) => near(cell, spots[role]!, 1)) &&
    !(beyond ?? []).some(([role, steps]) => near(cell, spots[role]!, steps))
  const search = (place: number, spots: Spots): Spots | undefined => {
    const rule = rules[place]
    if (!rule) return spots
    const used = new Set(Object.values(spots))
    for (const cell of ground) {
      if (++trials > TRIALS) return undefined
      if (used.has(cell) || !fits(cell, rule, spots)) continue
      const found = search(place + 1, { ...spots, [rule.role]: cell })
      if (found) return found
    }
    return undefined
  }
  return search(0, fixed)
}
