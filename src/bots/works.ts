// Where a works can stand that runs by itself: mines, kilns, presses, an assembler and a laboratory round one
// depot, joined by belts. Pure, and the same for the same ground.

import type { Cell, PlacedStructure } from '../domain/events.ts'
import { cellsWithin, distanceWithin } from '../domain/grid/distance.ts'
import { arrange, type Rule, type Spots } from './arrange.ts'
import { bare, crowded, type Draft, type Ground, groundOf, put } from './ground.ts'
import type { Planet } from './plan.ts'
import { joined, layBelts, polesTo, wayTo } from './ways.ts'

/** What is built at one time, in order. */
export type Stage = {
  readonly name: StageName
  readonly structures: readonly PlacedStructure[]
  /** What its machines are set to make. */
  readonly recipes: readonly (readonly [cell: Cell, recipe: string])[]
}

export type StageName =
  | 'iron'
  | 'copper'
  | 'more iron'
  | 'power'
  | 'coal'
  | 'gears'
  | 'wire'
  | 'research'
  | 'fibre'
  | 'packs'
  | 'farm'
  | 'silica'
  | 'phosphate'

export type Works = {
  /** Cells to claim: all that it stands on, and what joins them. */
  readonly claims: readonly Cell[]
  /** In the order of building; what the ground has no place for is left out. */
  readonly stages: readonly Stage[]
  /** All goods come here. */
  readonly store: Cell
  /** Red packs lie here, beside the laboratory. */
  readonly packs: Cell
  /** Coal lies here, beside the generator. */
  readonly coal: Cell
}

/** Steps from the landing at which the middle of the works is looked for, ground within which it is laid out. */
const CENTRE_REACH = 9
const HUB_REACH = 4
/** Steps from the middle at which mines and farms are looked for. */
const MINE_REACH = 16
const FARM_REACH = 12
/** Units of a deposit that last a drill for hours. */
const RICH = 60
/** Middles that are tried before the best of them is taken. */
const CENTRES_TRIED = 48
// biome-ignore format: a table is read by its columns
const hubRules: readonly Rule[] = [
  { role: 'press', touches: ['depot'] },
  { role: 'press 2', touches: ['depot'] },
  { role: 'press 3', touches: ['depot'] },
  { role: 'assembler', touches: ['depot'] },
  { role: 'pole', avoids: ['depot'], within: [['press', 2], ['press 2', 2], ['press 3', 2], ['assembler', 2]] },
  { role: 'depot 2', touches: ['assembler'], avoids: ['depot'] },
  { role: 'lab', touches: ['depot 2'], within: [['pole', 2]], avoids: ['depot'] },
  { role: 'generator', within: [['pole', 2]], avoids: ['depot', 'depot 2'] },
  { role: 'depot 3', touches: ['generator'], avoids: ['depot', 'assembler', 'lab'] },
]
// Two kilns take more than a drill gives, so it never waits; both give to the first belt of the way.
const mineRules: readonly Rule[] = [
  { role: 'belt', touches: ['drill'] },
  { role: 'depot', touches: ['belt'], avoids: ['drill'] },
  { role: 'kiln', touches: ['depot'], avoids: ['belt'] },
  { role: 'kiln 2', touches: ['depot'], avoids: ['belt'] },
  { role: 'belt out', touches: ['kiln', 'kiln 2'], avoids: ['depot'] },
]

/**
 * A works around `home` on dry cells for which `open` holds; undefined where not even iron could be made. What lies too
 * far away is left out: the middle with most stages is taken, the first among equals. `breathe` is called between
 * middles, some tens of ms each.
 */
export async function planWorks(
  planet: Planet,
  home: Cell,
  open: (cell: Cell) => boolean,
  breathe: () => Promise<void>,
): Promise<Works | undefined> {
  const ground = groundOf(planet, open)
  const centres = cellsWithin(planet.n, home, CENTRE_REACH).filter((cell) => bare(ground, cell))
  let best: Works | undefined
  for (const centre of centres.slice(0, CENTRES_TRIED)) {
    await breathe()
    const works = worksAt(ground, centre)
    if (!works || works.stages.length <= (best?.stages.length ?? 0)) continue
    best = works
    if (best.stages.length === STAGES) break
  }
  return best
}

/** A works with everything. */
export const STAGES = 11

function worksAt(ground: Ground, centre: Cell): Works | undefined {
  const { n } = ground.planet
  const cells = cellsWithin(n, centre, HUB_REACH).filter((cell) => bare(ground, cell))
  const hub = arrange(n, { depot: centre }, cells, hubRules)
  if (!hub) return undefined
  const draft: Draft = { used: new Map(), inbound: new Set() }
  for (const [role, cell] of Object.entries(hub)) put(draft, n, cell, role, facedBy(hub, role))
  const at = (role: string) => draft.used.get(hub[role]!)!
  const iron = mine(ground, draft, hub, 'iron')
  if (!iron) return undefined
  const copper = mine(ground, draft, hub, 'copper')
  const moreIron = mine(ground, draft, hub, 'iron')
  const coal = coalMine(ground, draft, hub)
  const farm = farmOf(ground, draft, hub)
  const wholeHub = copper !== undefined
  const stages: readonly (Stage | undefined)[] = [
    { name: 'iron', structures: [at('depot'), ...iron], recipes: kilnsOf(iron, 'plate') },
    copper && { name: 'copper', structures: copper, recipes: kilnsOf(copper, 'ingot') },
    moreIron && { name: 'more iron', structures: moreIron, recipes: kilnsOf(moreIron, 'plate') },
    ...(wholeHub
      ? [
          stage('power', ['depot 3', 'generator', 'pole']),
          coal && { name: 'coal' as const, structures: coal, recipes: [] },
          stage('gears', ['press'], 'gear'),
          stage('wire', ['press 2'], 'wire'),
          stage('research', ['depot 2', 'lab']),
          stage('fibre', ['press 3'], 'fibre'),
          stage('packs', ['assembler'], 'red-pack'),
          farm && { name: 'farm' as const, structures: farm, recipes: [] },
        ]
      : []),
  ]
  function stage(name: StageName, roles: readonly string[], recipe?: string): Stage {
    const recipes = recipe === undefined ? [] : [[hub![roles[0]!]!, recipe] as const]
    return { name, structures: roles.map(at), recipes }
  }
  const planned = stages.filter((each) => each !== undefined)
  const claims = joined(
    ground,
    planned.flatMap(({ structures }) => structures.map(({ cell }) => cell)),
  )
  if (!claims) return undefined
  return { claims, stages: planned, store: centre, packs: hub['depot 2']!, coal: hub['depot 3']! }
}

/** What a machine of the hub gives to. */
const facedBy = (hub: Spots, role: string): Cell =>
  role === 'assembler' ? hub['depot 2']! : hub.depot!

const kilnsOf = (structures: readonly PlacedStructure[], recipe: string) =>
  structures
    .filter(({ prototype }) => prototype === 'kiln')
    .map(({ cell }) => [cell, recipe] as const)

/** The cells on which a drill may stand, the rich ones first, each group the nearest first. */
function oresNear({ planet, free, resourceAt }: Ground, draft: Draft, centre: Cell, ore: string) {
  const found = cellsWithin(planet.n, centre, MINE_REACH).filter(
    (cell) => free(cell) && !crowded(planet.n, draft, cell) && resourceAt(cell).deposit === ore,
  )
  const rich = found.filter((cell) => resourceAt(cell).amount >= RICH)
  return [...rich, ...found.filter((cell) => !rich.includes(cell))]
}

/** A drill, two kilns and the belts to the store. */
function mine(ground: Ground, draft: Draft, hub: Spots, ore: string) {
  const { n } = ground.planet
  for (const drill of oresNear(ground, draft, hub.depot!, ore)) {
    const cells = cellsWithin(n, drill, 4).filter(
      (cell) => ground.free(cell) && !crowded(n, draft, cell),
    )
    const spots = arrange(n, { drill }, cells, mineRules)
    if (!spots) continue
    const own = new Set(Object.values(spots))
    const way = wayTo(ground, draft, spots['belt out']!, (cell) => leadsIn(draft, hub, cell), own)
    if (!way) continue
    const faced: Spots = {
      drill: spots.belt!,
      belt: spots.depot!,
      kiln: spots['belt out']!,
      'kiln 2': spots['belt out']!,
    }
    const site = Object.entries(spots)
      .filter(([role]) => role !== 'belt out')
      .map(([role, cell]) => put(draft, n, cell, role, faced[role] ?? cell))
    return [...site, ...layBelts(draft, n, way, true)]
  }
  return undefined
}

const leadsIn = ({ inbound }: Draft, hub: Spots, cell: Cell) =>
  cell === hub.depot || inbound.has(cell)

/** A drill on coal and the belts to the generator's depot. */
function coalMine(ground: Ground, draft: Draft, hub: Spots) {
  const { n } = ground.planet
  for (const drill of oresNear(ground, draft, hub['depot 3']!, 'coal')) {
    const way = wayTo(ground, draft, drill, (cell) => cell === hub['depot 3'])
    if (!way || way.length < 3) continue
    const digs = put(draft, n, drill, 'drill', way[1]!)
    return [digs, ...layBelts(draft, n, way.slice(1), false)]
  }
  return undefined
}

/** Two harvesters where most moss grows, their belts to the store, and the poles that bring them power. */
function farmOf(ground: Ground, draft: Draft, hub: Spots): readonly PlacedStructure[] | undefined {
  const { n } = ground.planet
  const moss = (cell: Cell) => {
    const { life, mass } = ground.resourceAt(cell)
    return life === 'moss' && !draft.used.has(cell) ? mass : 0
  }
  const wealth = (cell: Cell) => cellsWithin(n, cell, 2).reduce((sum, near) => sum + moss(near), 0)
  const places = cellsWithin(n, hub.depot!, FARM_REACH)
    .filter((cell) => bare(ground, cell) && !crowded(n, draft, cell))
    .map((cell, nearness) => ({ cell, nearness, wealth: wealth(cell) }))
    .filter(({ wealth }) => wealth > 0)
    .sort((a, b) => b.wealth - a.wealth || a.nearness - b.nearness)
  const built: PlacedStructure[] = []
  const standing: Cell[] = []
  for (const { cell } of places) {
    if (standing.some((other) => distanceWithin(n, cell, other, 3) !== undefined)) continue
    if (crowded(n, draft, cell)) continue
    const before = new Map(draft.used)
    const way = wayTo(ground, draft, cell, (goal) => leadsIn(draft, hub, goal))
    if (!way || way.length < 3) continue
    const harvester = put(draft, n, cell, 'harvester', way[1]!)
    const belts = layBelts(draft, n, way.slice(1), true)
    const poles = polesTo(ground, draft, [hub.pole!, ...polesIn(built)], cell)
    if (!poles) {
      for (const { cell: undone } of [harvester, ...belts]) {
        if (!before.has(undone)) draft.used.delete(undone)
        draft.inbound.delete(undone)
      }
      continue
    }
    built.push(harvester, ...belts, ...poles)
    standing.push(cell)
    if (standing.length === 2) break
  }
  return standing.length > 0 ? built : undefined
}

const polesIn = (structures: readonly PlacedStructure[]) =>
  structures.filter(({ prototype }) => prototype === 'pole').map(({ cell }) => cell)
