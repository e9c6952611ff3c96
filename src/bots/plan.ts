// Where a production line can stand: pure geometry, for whoever builds by commands.

import type { Cell, PlacedStructure } from '../domain/events.ts'
import { deposits } from '../domain/generation/codes.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { neighboursOf } from '../domain/grid/neighbours.ts'
import { step } from '../domain/grid/step.ts'

export type Planet = { readonly seed: number; readonly n: number }

export type Line = {
  /** Cells to claim, connected to what is owned; ascending. */
  readonly claims: readonly Cell[]
  /** A drill, belts, a kiln and a depot, in order of flow. */
  readonly structures: readonly PlacedStructure[]
  readonly kiln: Cell
  readonly depot: Cell
  readonly recipe: string
}

/** What a kiln makes of what a drill digs. */
const recipeOf: Readonly<Record<string, string>> = { iron: 'plate', copper: 'ingot' }

/** Cells to look at for a line; the nearest deposits are tried first. */
const REACH = 14

/**
 * The nearest place around `home` for a line of one drill, `belts` belts, a kiln and a depot on dry cells that
 * nobody has (`taken`), joined to the cells of `own` by as few more cells as can be. Undefined if there is none.
 */
export function planLine(
  planet: Planet,
  home: Cell,
  own: ReadonlySet<Cell>,
  taken: ReadonlySet<Cell>,
  belts: number,
): Line | undefined {
  const free = (cell: Cell) => !taken.has(cell) && !isWater(at(planet, cell).terrain)
  for (const start of cellsWithin(planet.n, home, REACH)) {
    const recipe = recipeOf[deposits[at(planet, start).deposit] ?? '']
    if (recipe === undefined) continue
    for (let direction = 0; direction < 6; direction++) {
      const run = straightRun(planet.n, start, direction, belts + 3)
      if (!run?.every(({ cell }) => free(cell))) continue
      const path = pathTo(
        planet,
        run.map(({ cell }) => cell),
        own,
        taken,
      )
      if (path) return lineOf(run, path, own, recipe)
    }
  }
  return undefined
}

const at = ({ seed, n }: Planet, cell: Cell) => generateCell(seed, n, cell)

/** `length` headings straight on from a cell; undefined where a pentagon ends it or it meets itself. */
function straightRun(n: number, start: Cell, direction: number, length: number) {
  const run = [{ cell: start, direction }]
  while (run.length < length) {
    const { cell, direction } = run[run.length - 1]!
    const next = step(n, cell, direction)
    if (!next || run.some((earlier) => earlier.cell === next.cell)) return undefined
    run.push(next)
  }
  return run
}

/** The fewest cells that join `from` to a cell of `own`: none where it has none yet or they touch. */
function pathTo(
  { n }: Planet,
  from: readonly Cell[],
  own: ReadonlySet<Cell>,
  taken: ReadonlySet<Cell>,
): readonly Cell[] | undefined {
  if (own.size === 0) return []
  const cameFrom = new Map<Cell, Cell | undefined>(from.map((cell) => [cell, undefined]))
  const front = [...from]
  for (let next = front.shift(); next !== undefined; next = front.shift()) {
    if (own.has(next)) return trace(cameFrom, next)
    for (const neighbour of neighboursOf(n, next)) {
      const foreign = taken.has(neighbour) && !own.has(neighbour)
      if (cameFrom.has(neighbour) || foreign || cameFrom.size > 2_000) continue
      cameFrom.set(neighbour, next)
      front.push(neighbour)
    }
  }
  return undefined
}

function trace(cameFrom: ReadonlyMap<Cell, Cell | undefined>, end: Cell): Cell[] {
  const path: Cell[] = []
  for (let cell: Cell | undefined = end; cell !== undefined; cell = cameFrom.get(cell))
    path.push(cell)
  return path
}

function lineOf(
  run: readonly { cell: Cell; direction: number }[],
  path: readonly Cell[],
  own: ReadonlySet<Cell>,
  recipe: string,
): Line {
  const last = run.length - 1
  const nameAt = (index: number) =>
    index === 0 ? 'drill' : index === last - 1 ? 'kiln' : index === last ? 'depot' : 'belt'
  const claims = new Set([...run.map(({ cell }) => cell), ...path])
  return {
    claims: [...claims].filter((cell) => !own.has(cell)).sort((a, b) => a - b),
    structures: run.map(({ cell, direction }, index) => ({
      cell,
      prototype: nameAt(index),
      direction,
    })),
    kiln: run[last - 1]!.cell,
    depot: run[last]!.cell,
    recipe,
  }
}
