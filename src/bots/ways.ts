// Belts and poles over free ground, and the cells that join what stands apart. Pure.

import type { Cell, PlacedStructure } from '../domain/events.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { neighboursOf } from '../domain/grid/neighbours.ts'
import { bare, type Draft, type Ground, put } from './ground.ts'

/** Steps that a pole's wire and its service reach. */
const WIRE_REACH = 5
const POLE_SERVES = 2
/** Steps beyond which no goal lies. */
const FAR = 16
/** The longest line of belts. */
const BELTS_MAX = 24
/** Cells that are looked at for a way. */
const SEARCHED_MAX = 4_000
/** Cells that a newcomer may hold, less some that they may need. */
const CLAIMS_MAX = 190

/** Poles from one of `standing` to where the last serves a cell: always the one that comes nearest. */
export function polesTo(
  ground: Ground,
  draft: Draft,
  standing: readonly Cell[],
  goal: Cell,
): readonly PlacedStructure[] | undefined {
  const { n } = ground.planet
  const steps = new Map<Cell, number>([[goal, 0]])
  for (const [cell, count] of steps)
    for (const near of neighboursOf(n, cell))
      if (count < FAR && !steps.has(near)) steps.set(near, count + 1)
  const far = (cell: Cell) => steps.get(cell) ?? Number.POSITIVE_INFINITY
  let last = [...standing].sort((a, b) => far(a) - far(b) || a - b)[0]!
  const poles: PlacedStructure[] = []
  while (far(last) > POLE_SERVES) {
    const next = cellsWithin(n, last, WIRE_REACH)
      .filter((cell) => bare(ground, cell) && !draft.used.has(cell))
      .sort((a, b) => far(a) - far(b) || a - b)[0]
    if (next === undefined || far(next) >= far(last)) {
      for (const { cell } of poles) draft.used.delete(cell)
      return undefined
    }
    poles.push(put(draft, n, next, 'pole', next))
    last = next
  }
  return poles
}

/** The shortest way over free ground, both ends in it; undefined where it would be too long. */
export function wayTo(
  ground: Ground,
  { used }: Draft,
  start: Cell,
  isGoal: (cell: Cell) => boolean,
  closed: ReadonlySet<Cell> = new Set(),
): readonly Cell[] | undefined {
  const open = (cell: Cell) => ground.free(cell) && !used.has(cell) && !closed.has(cell)
  const isEnd = (cell: Cell) => cell !== start && isGoal(cell)
  const way = firstWay(ground.planet.n, start, isEnd, open)
  return way && way.length <= BELTS_MAX ? way : undefined
}

/** Cells from `start` to the nearest goal, through open ones; among several ways the one whose first directions are lower. */
function firstWay(
  n: number,
  start: Cell,
  isGoal: (cell: Cell) => boolean,
  open: (cell: Cell) => boolean,
): readonly Cell[] | undefined {
  const cameFrom = new Map<Cell, Cell | undefined>([[start, undefined]])
  // A Map goes on to what is added to it while it is walked: a queue.
  for (const cell of cameFrom.keys()) {
    if (isGoal(cell)) return traced(cameFrom, cell)
    if (cameFrom.size > SEARCHED_MAX) return undefined
    if (cell !== start && !open(cell)) continue
    for (const next of neighboursOf(n, cell)) if (!cameFrom.has(next)) cameFrom.set(next, cell)
  }
  return undefined
}

function traced(cameFrom: ReadonlyMap<Cell, Cell | undefined>, end: Cell): Cell[] {
  const way: Cell[] = []
  for (let cell: Cell | undefined = end; cell !== undefined; cell = cameFrom.get(cell))
    way.push(cell)
  return way.reverse()
}

/** Belts along a way; its last cell is what they lead to, and stands already. */
export function layBelts(draft: Draft, n: number, way: readonly Cell[], inbound: boolean) {
  return way.slice(0, -1).map((cell, index) => {
    if (inbound) draft.inbound.add(cell)
    return put(draft, n, cell, 'belt', way[index + 1]!)
  })
}

/** All of some cells, and the fewest that join those that do not touch; undefined where they are too many. */
export function joined(
  { planet, free }: Ground,
  wanted: readonly Cell[],
): readonly Cell[] | undefined {
  const own = new Set(wanted.slice(0, 1))
  for (const start of wanted) {
    const way = firstWay(planet.n, start, (cell) => own.has(cell), free)
    for (const cell of way ?? []) own.add(cell)
    if (!way || own.size > CLAIMS_MAX) return undefined
  }
  return [...own].sort((a, b) => a - b)
}
