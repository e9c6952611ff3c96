// Where the whole game can be played on a planet: a place for every machine, found before the landing from
// what generation says of the planet, which everybody may know. Pure.

import type { Cell, Direction } from '../domain/events.ts'
import { deposits, lives } from '../domain/generation/codes.ts'
import { generateCell, isWater } from '../domain/generation/terrain.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { cellCount, isPentagon } from '../domain/grid/lattice.ts'
import { neighboursOf } from '../domain/grid/neighbours.ts'
import { step } from '../domain/grid/step.ts'
import { arrange, type Rule, type Spots } from './arrange.ts'
import type { Planet } from './plan.ts'

export type Sites = {
  /** A depot among kilns, press, assembler and fab, and another among a laboratory, a mixer and the launcher. */
  readonly workshop: Spots
  /** A pump on brine, a mixer for salt, and a bioreactor that takes the water which the salt leaves. */
  readonly brine: Spots
  /** A pump on a vent and a bioreactor. */
  readonly vent: Spots
  /** Two depots among harvesters, in moss. */
  readonly farm: Spots
  /** A drill on iron, and what carries the ore straight on to a depot. */
  readonly line: readonly {
    readonly cell: Cell
    readonly direction: Direction
    readonly prototype: string | undefined
  }[]
}

const RESOURCES = [
  'iron',
  'copper',
  'coal',
  'silica',
  'phosphate',
  'brine',
  'vent',
  'moss',
  'resin-tree',
  'crystal',
]

// biome-ignore format: a table is read by its columns
const workshopRules: readonly Rule[] = [
  { role: 'pole', touches: ['depot'] },
  { role: 'kiln', touches: ['depot'] },
  { role: 'kiln 2', touches: ['depot'] },
  { role: 'press', touches: ['depot'] },
  { role: 'assembler', touches: ['depot'] },
  { role: 'fab', touches: ['depot'] },
  { role: 'generator', within: [['pole', 2]], avoids: ['depot'] },
  { role: 'depot coal', touches: ['generator'] },
  { role: 'depot 2', within: [['pole', 5]], beyond: [['depot', 3], ['generator', 1]] },
  { role: 'pole 2', touches: ['depot 2'], within: [['pole', 5]] },
  { role: 'lab', touches: ['depot 2'] },
  { role: 'mixer', touches: ['depot 2'] },
  { role: 'launcher', touches: ['depot 2'] },
]
// biome-ignore format: a table is read by its columns
const brineRules: readonly Rule[] = [
  { role: 'pipe', touches: ['pump'] },
  { role: 'mixer', touches: ['pipe'] },
  { role: 'depot', touches: ['mixer'] },
  { role: 'pipe 2', behind: ['mixer', 'depot'], avoids: ['pipe', 'pump'] },
  { role: 'tank', touches: ['pipe 2'], avoids: ['pipe', 'pump'] },
  { role: 'bioreactor', touches: ['tank', 'depot'], avoids: ['pipe'] },
  { role: 'pole', within: [['pump', 2], ['mixer', 2], ['bioreactor', 2]] },
  { role: 'generator', within: [['pole', 2]], avoids: ['depot'] },
  { role: 'depot coal', touches: ['generator'] },
]
// biome-ignore format: a table is read by its columns
const ventRules: readonly Rule[] = [
  { role: 'pipe', touches: ['pump'] },
  { role: 'bioreactor', touches: ['pipe'] },
  { role: 'depot', touches: ['bioreactor'] },
  { role: 'pole', within: [['pump', 2], ['bioreactor', 2]] },
  { role: 'generator', within: [['pole', 2]], avoids: ['depot'] },
  { role: 'depot coal', touches: ['generator'] },
]
const farmRules: readonly Rule[] = [
  { role: 'pole', touches: ['depot'] },
  ...[1, 2, 3, 4, 5].map((place) => ({ role: `harvester ${place}`, touches: ['depot'] })),
  { role: 'depot 2', within: [['pole', 5]], beyond: [['depot', 3]] },
  { role: 'pole 2', touches: ['depot 2'], within: [['pole', 5]] },
  ...[6, 7, 8, 9, 10].map((place) => ({ role: `harvester ${place}`, touches: ['depot 2'] })),
]
const lineOf = ['drill', 'belt', 'splitter', 'bridge', undefined, 'bridge', 'depot'] as const

/** Mossy cells that a farm's pole should have to serve. */
const STOVES = 4

/** Finds places for everything. Throws where the planet has none; costs a look at every cell of the planet. */
export function planSites(planet: Planet): Sites {
  const { seed, n } = planet
  const cells = Array.from({ length: cellCount(n) }, (_, cell) => generateCell(seed, n, cell))
  const land = (cell: Cell) => !isWater(cells[cell]!.terrain)
  const nameAt = (cell: Cell) => [deposits[cells[cell]!.deposit]!, lives[cells[cell]!.life]!]
  const all = [...cells.keys()].filter(land)
  const ways = RESOURCES.map((resource) =>
    stepsFrom(
      n,
      all.filter((cell) => nameAt(cell).includes(resource)),
      land,
    ),
  )
  const effort = (cell: Cell) => ways.reduce((sum, steps) => sum + (steps.get(cell) ?? 10_000), 0)
  const taken = new Set<Cell>()
  const free = (cell: Cell) => land(cell) && !taken.has(cell)
  const take = <Found extends Spots | Sites['line']>(found: Found): Found => {
    const used = Array.isArray(found)
      ? found.map(({ cell }: { cell: Cell }) => cell)
      : Object.values(found as Spots)
    for (const cell of used) for (const near of cellsWithin(n, cell, 1)) taken.add(near)
    return found
  }
  const byEffort = all.map((cell) => ({ cell, effort: effort(cell) }))
  byEffort.sort((a, b) => a.effort - b.effort || a.cell - b.cell)
  // The seldom first: pools and vents cannot be elsewhere.
  const centre = byEffort[0]!.cell
  const near = [...stepsFrom(n, [centre], land).keys()]
  const firstOf = <Found extends Spots | Sites['line']>(
    what: string,
    starts: readonly Cell[],
    at: (cell: Cell) => Found | undefined,
  ): Found => {
    for (const start of starts) {
      const found = at(start)
      if (found) return take(found)
    }
    throw new Error(`planet ${seed} of ${n}: no place for ${what}`)
  }
  const place = (role: string, reach: number, rules: readonly Rule[]) => (cell: Cell) =>
    arrange(n, { [role]: cell }, cellsWithin(n, cell, reach).filter(free), rules)
  const within = (what: string) => near.filter((cell) => free(cell) && nameAt(cell).includes(what))
  const brine = firstOf('brine', within('brine'), place('pump', 4, brineRules))
  const vent = firstOf(
    'gas',
    near.filter((cell) => isPentagon(n, cell)),
    place('pump', 4, ventRules),
  )
  const line = firstOf('a line', within('iron'), (cell) => straight(n, cell, free))
  const workshop = firstOf('the workshop', near.filter(free), place('depot', 7, workshopRules))
  const farm = firstOf('the farm', within('moss'), (cell) => {
    const spots = place('depot', 7, farmRules)(cell)
    if (!spots) return undefined
    const used = new Set(Object.values(spots))
    const stoves = cellsWithin(n, spots.pole!, 2).filter(
      (each) => free(each) && !used.has(each) && nameAt(each).includes('moss'),
    )
    return stoves.length >= STOVES ? spots : undefined
  })
  return { workshop, brine, vent, farm, line }
}

/** Steps over land to the nearest of some cells, by cell, ascending. */
function stepsFrom(n: number, from: readonly Cell[], land: (cell: Cell) => boolean) {
  const steps = new Map<Cell, number>(from.map((cell) => [cell, 0]))
  for (const [cell, count] of steps)
    for (const next of neighboursOf(n, cell))
      if (!steps.has(next) && land(next)) steps.set(next, count + 1)
  return steps
}

function straight(n: number, start: Cell, free: (cell: Cell) => boolean) {
  for (let direction = 0; direction < 6; direction++) {
    const run: Sites['line'][number][] = []
    let at: { cell: Cell; direction: Direction } | undefined = { cell: start, direction }
    for (const prototype of lineOf) {
      if (!at || !free(at.cell) || isPentagon(n, at.cell)) break
      run.push({ ...at, prototype })
      at = step(n, at.cell, at.direction)
    }
    if (run.length === lineOf.length) return run
  }
  return undefined
}
