// What the world would say to an order, as far as this page knows it: the same deciders judge it that the server
// has, on a view of what is seen. Advice: the server decides on what is.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import type { TerritoryCommand } from '../../../src/domain/commands.ts'
import { isRefusal } from '../../../src/domain/decider.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { type Research, researches } from '../../../src/domain/research.ts'
import { dugItem, pumpedItem } from '../../../src/domain/simulation/tables.ts'
import { type Territory, territory } from '../../../src/domain/territory.ts'
import type { Plane } from '../planet/plane.ts'
import type { Plan, PlannedPart } from './blueprint.ts'

/** What advice needs to know of the planet; PlanetCells is one. */
export type SeenPlanet = {
  readonly n: number
  knows(cell: number): boolean
  readonly owner: Pick<Plane, 'at'>
  readonly deposit: Pick<Plane, 'at'>
  readonly amount: Pick<Plane, 'at'>
  readonly structures: Pick<ReadonlyMap<number, StructureView>, 'get' | 'has'>
}

/** Who builds. */
export type Builder = {
  /** In this world; 0 for an onlooker. */
  readonly index: number
  readonly claims: number
  readonly claimLimit: number
  readonly inventory: Readonly<Record<string, number>>
  readonly researched: readonly string[]
}

export type Advice = {
  readonly cell: number
  /** `waits`: it may stand, and waits as a plan (or idles) for the reason given. */
  readonly level: 'good' | 'waits' | 'refused'
  /** A refusal by name, or one of the reasons below. */
  readonly reason?: string
  /** What the reason is about: an item, a research. */
  readonly about?: string
}

/** Advice for structures to be placed, in their order: what the first ones cost the later ones lack. */
export function adviseBuild(
  planet: SeenPlanet,
  seed: number,
  builder: Builder,
  plans: readonly PlannedPart[],
): Advice[] {
  const placed = plans.filter(({ turns }) => !turns)
  const refused = refusalsOf(planet, seed, builder, placed)
  const purse = { ...builder.inventory }
  return plans.map(({ cell, prototype, turns }): Advice => {
    if (turns) return { cell, level: 'good' }
    if (!planet.knows(cell)) return { cell, level: 'refused', reason: 'Unknown' }
    const refusal = refused.get(cell)
    if (refusal) return { cell, level: 'refused', reason: refusal }
    const waits = whyItWaits(planet, cell, prototype, builder, purse)
    return waits ? { cell, level: 'waits', ...waits } : { cell, level: 'good' }
  })
}

/** The research that a prototype or recipe still waits for, if it does. */
export function lockOf(
  what: 'prototypes' | 'recipes',
  name: string,
  researched: readonly string[],
): Research | undefined {
  return researches.find((one) => one[what].includes(name) && !researched.includes(one.name))
}

function refusalsOf(
  planet: SeenPlanet,
  seed: number,
  builder: Builder,
  plans: readonly Plan[],
): ReadonlyMap<number, string> {
  if (plans.length === 0) return new Map()
  if (builder.index === 0) return new Map(plans.map(({ cell }) => [cell, 'NotInWorld']))
  const known = plans.filter(({ cell }) => planet.knows(cell))
  const command: TerritoryCommand = {
    type: 'PlaceMany',
    account: accountOf(builder.index),
    at: 0,
    world: '',
    n: planet.n,
    seed,
    structures: known,
  }
  const decided = territory.decide(command, territoryOf(planet, builder))
  if (!isRefusal(decided)) return new Map()
  return new Map((decided.cells ?? []).map(({ cell, refused }) => [cell, refused]))
}

/** The planet as the territory's decider wants it: accounts are the owners' numbers as text. */
function territoryOf(planet: SeenPlanet, builder: Builder): Territory {
  const readOnly = () => {
    throw new Error('advice changes nothing')
  }
  const ownerAt = (cell: number) => planet.owner.at(cell)
  return {
    owners: {
      get: (cell) => (ownerAt(cell) > 0 ? accountOf(ownerAt(cell)) : undefined),
      set: readOnly,
      delete: readOnly,
    },
    claims: {
      get: (account) => (account === accountOf(builder.index) ? builder.claims : undefined),
      set: readOnly,
      delete: readOnly,
    },
    structures: { get: (cell) => planet.structures.get(cell), set: readOnly, delete: readOnly },
  }
}

const accountOf = (index: number) => String(index)

function whyItWaits(
  planet: SeenPlanet,
  cell: number,
  prototype: string,
  { researched }: Builder,
  purse: Record<string, number>,
): Pick<Advice, 'reason' | 'about'> | undefined {
  const kind = prototypeNamed(prototype)
  const lock = lockOf('prototypes', prototype, researched)
  if (lock) return { reason: 'NotResearched', about: lock.name }
  const cost = Object.entries(kind?.cost ?? {})
  const lacking = cost.find(([item, count]) => (purse[item] ?? 0) < count)?.[0]
  if (lacking) return { reason: 'MissingMaterials', about: lacking }
  for (const [item, count] of cost) purse[item] = (purse[item] ?? 0) - count
  const deposit = planet.deposit.at(cell)
  if (kind?.kind === 'drill' && ((dugItem[deposit] ?? -1) < 0 || planet.amount.at(cell) === 0)) {
    return { reason: 'NothingToDig' }
  }
  if (kind?.kind === 'pump' && (pumpedItem[deposit] ?? -1) < 0) return { reason: 'NothingToPump' }
  return undefined
}
