// Where a whole works has no room: a line for each ore that can be dug, for little more than the starter kit. Pure.

import type { Cell, PlacedStructure } from '../domain/events.ts'
import { cellsWithin } from '../domain/grid/distance.ts'
import { neighboursOf } from '../domain/grid/neighbours.ts'
import { arrange, type Rule } from './arrange.ts'
import { type Draft, type Ground, put } from './ground.ts'
import { joined } from './ways.ts'
import type { Stage, Works } from './works.ts'

/** What is dug, the most useful first, and what a kiln makes of it. */
const ORES = [
  { ore: 'iron', recipe: 'plate' },
  { ore: 'copper', recipe: 'ingot' },
  { ore: 'coal' },
  { ore: 'silica' },
  { ore: 'phosphate' },
] as const
/** What can be dug, in words. */
export const DUG = `${ORES.slice(0, -1)
  .map(({ ore }) => ore)
  .join(', ')} or ${ORES.at(-1)!.ore}`
export const isDug = (deposit: string) => ORES.some(({ ore }) => ore === deposit)
/** Steps from the landing at which ore is looked for: all of a planet of N = 8. */
export const QUARRY_REACH = 24
/** Steps from a drill at which the rest of its line stands. */
const LINE_REACH = 4

/** What follows a drill, each beside the one before it: the longer, the more is to be seen. */
const withKiln = [
  ['belt', 'belt 2', 'kiln', 'depot'],
  ['belt', 'kiln', 'depot'],
  ['kiln', 'depot'],
]
const withoutKiln = [['belt', 'belt 2', 'depot'], ['belt', 'depot'], ['depot']]

/** Lines around `home` on dry ground that can be walked to and is open; undefined where not one has room. */
export function planQuarries(ground: Ground, home: Cell): Works | undefined {
  const walked = onFoot(ground, home)
  const reached: Ground = { ...ground, free: (cell) => walked.has(cell) && ground.free(cell) }
  const near = cellsWithin(ground.planet.n, home, QUARRY_REACH)
  const draft: Draft = { used: new Map(), inbound: new Set() }
  const stages: Stage[] = []
  let claims: readonly Cell[] = []
  for (const line of ORES) {
    const before = new Map(draft.used)
    const stage = lineOf(reached, draft, near, line)
    const more = stage && joined(reached, [...draft.used.keys()])
    if (more) {
      stages.push(stage)
      claims = more
      continue
    }
    // Too far from the others to be joined to them.
    for (const cell of draft.used.keys()) if (!before.has(cell)) draft.used.delete(cell)
  }
  const depot = stages[0]?.structures.at(-1)?.cell
  if (depot === undefined) return undefined
  return { claims, stages, store: depot, packs: depot, coal: depot }
}

function lineOf(
  ground: Ground,
  draft: Draft,
  near: readonly Cell[],
  { ore, recipe }: { ore: Stage['name']; recipe?: string },
): Stage | undefined {
  const { n } = ground.planet
  const open = (cell: Cell) => ground.free(cell) && !draft.used.has(cell)
  const drills = near.filter((cell) => ground.resourceAt(cell).deposit === ore && open(cell))
  const shapes = [...(recipe === undefined ? [] : withKiln), ...withoutKiln]
  for (const shape of shapes) {
    const roles = ['drill', ...shape]
    const rules = shape.map((role, place): Rule => {
      const [last, ...earlier] = roles.slice(0, place + 1).reverse()
      return { role, touches: [last!], avoids: earlier }
    })
    for (const drill of drills) {
      const spots = arrange(n, { drill }, cellsWithin(n, drill, LINE_REACH).filter(open), rules)
      if (!spots) continue
      const structures = roles.map((role, place): PlacedStructure => {
        const cell = spots[role]!
        return put(draft, n, cell, role, spots[roles[place + 1] ?? role]!)
      })
      const kiln = structures.find(({ prototype }) => prototype === 'kiln')
      const recipes = kiln && recipe !== undefined ? [[kiln.cell, recipe] as const] : []
      return { name: ore, structures, recipes }
    }
  }
  return undefined
}

/** Dry cells that can be walked to from `home`, as far as ore is looked for: by the planet alone, whoever owns them. */
function onFoot({ planet, dry }: Ground, home: Cell): ReadonlySet<Cell> {
  const near = new Set(cellsWithin(planet.n, home, QUARRY_REACH))
  const walked = new Set([home])
  // A Set goes on to what is added to it while it is walked: a queue.
  for (const cell of walked)
    for (const next of neighboursOf(planet.n, cell))
      if (near.has(next) && !walked.has(next) && dry(next)) walked.add(next)
  return walked
}
