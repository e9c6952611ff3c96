// What can be wrong with the tables of the game; every fault names its row.

import type { Prototype } from '../prototypes.ts'
import type { Recipe } from '../recipes.ts'
import type { Research } from '../research.ts'

export type Tables = {
  readonly items: readonly string[]
  readonly fluids: readonly string[]
  readonly packs: readonly string[]
  readonly prototypes: readonly Prototype[]
  readonly recipes: readonly Recipe[]
  readonly researches: readonly Research[]
  readonly starterKit: Readonly<Record<string, number>>
}

type Amounts = Readonly<Record<string, number>>

const isCount = (value: number) => Number.isInteger(value) && value > 0 && value <= 0xffff
const isSize = (value: number) => value === 0 || isCount(value)

function amountFaults(known: ReadonlySet<string>, row: string, amounts: Amounts): string[] {
  return Object.entries(amounts).flatMap(([item, count]) => [
    ...(known.has(item) ? [] : [`${row}: no item is called "${item}"`]),
    ...(isCount(count) ? [] : [`${row}: ${count} of "${item}" is not a count from 1 to 65535`]),
  ])
}

function doubles(table: string, rows: readonly (string | { readonly name: string })[]): string[] {
  const names = rows.map((row) => (typeof row === 'string' ? row : row.name))
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${table} "${name}": listed twice`)
}

function solidFaults(tables: Tables, row: string, amounts: Amounts): string[] {
  return Object.keys(amounts)
    .filter((item) => tables.fluids.includes(item))
    .map((item) => `${row}: "${item}" is a fluid, which no hand holds`)
}

function recipeFaults(tables: Tables, recipe: Recipe, known: ReadonlySet<string>): string[] {
  const row = `recipe "${recipe.name}"`
  const faults = [
    ...amountFaults(known, row, recipe.inputs),
    ...amountFaults(known, row, recipe.outputs),
  ]
  const crafters = tables.prototypes.filter(({ kind }) => kind === 'crafter')
  for (const machine of recipe.machines) {
    if (!crafters.some(({ name }) => name === machine)) {
      faults.push(`${row}: no crafter is called "${machine}"`)
    }
  }
  if (recipe.machines.length === 0 && !recipe.byHand) faults.push(`${row}: nothing can make it`)
  if (recipe.byHand) {
    faults.push(...solidFaults(tables, row, { ...recipe.inputs, ...recipe.outputs }))
  }
  if (!isCount(recipe.ticks)) faults.push(`${row}: ticks ${recipe.ticks} is not from 1 to 65535`)
  if (Object.keys(recipe.inputs).length === 0) faults.push(`${row}: it is made of nothing`)
  for (const item of Object.keys(recipe.outputs)) {
    if (item in recipe.inputs) faults.push(`${row}: "${item}" is both made and used`)
  }
  return faults
}

function prototypeFaults(tables: Tables, prototype: Prototype, known: ReadonlySet<string>) {
  const row = `prototype "${prototype.name}"`
  const { ticks, capacity, pollution, power = 0, supply = 0, reach = 0, burns = {} } = prototype
  return [
    ...amountFaults(known, row, prototype.cost),
    ...solidFaults(tables, row, prototype.cost),
    ...amountFaults(known, row, burns),
    ...(isCount(ticks) ? [] : [`${row}: ticks ${ticks} is not from 1 to 65535`]),
    ...(isCount(capacity) ? [] : [`${row}: capacity ${capacity} is not from 1 to 65535`]),
    ...(isSize(pollution) ? [] : [`${row}: pollution ${pollution} is not from 0 to 65535`]),
    ...(isSize(power) ? [] : [`${row}: power ${power} is not from 0 to 65535`]),
    ...(isSize(supply) ? [] : [`${row}: supply ${supply} is not from 0 to 65535`]),
    ...(isSize(reach) && reach <= 16 ? [] : [`${row}: reach ${reach} is not from 0 to 16`]),
    ...(prototype.kind === 'generator' && supply === 0 ? [`${row}: it supplies nothing`] : []),
  ]
}

const namesFaults = (row: string, table: string, names: readonly string[], known: string[]) =>
  names.filter((name) => !known.includes(name)).map((name) => `${row}: no ${table} "${name}"`)

function researchFaults(tables: Tables, research: Research, place: number): string[] {
  const row = `research "${research.name}"`
  const { units, ticks, claims, reach, packs } = research
  const earlier = tables.researches.slice(0, place).map(({ name }) => name)
  const unlockedBefore = tables.researches
    .slice(0, place)
    .flatMap(({ recipes, prototypes }) => [...recipes, ...prototypes])
  return [
    ...namesFaults(row, 'research before it is called', research.requires, earlier),
    ...namesFaults(row, 'pack is called', packs, [...tables.packs]),
    ...namesFaults(
      row,
      'recipe is called',
      research.recipes,
      tables.recipes.map(({ name }) => name),
    ),
    ...namesFaults(
      row,
      'prototype is called',
      research.prototypes,
      tables.prototypes.map(({ name }) => name),
    ),
    ...[...research.recipes, ...research.prototypes]
      .filter((name) => unlockedBefore.includes(name))
      .map((name) => `${row}: "${name}" is unlocked by an earlier one`),
    ...(packs.length > 0 ? [] : [`${row}: it costs no packs`]),
    ...(isCount(units) ? [] : [`${row}: units ${units} is not from 1 to 65535`]),
    ...(isCount(ticks) ? [] : [`${row}: ticks ${ticks} is not from 1 to 65535`]),
    ...(isSize(claims) ? [] : [`${row}: claims ${claims} is not from 0 to 65535`]),
    ...(isSize(reach) && reach <= 16 ? [] : [`${row}: reach ${reach} is not from 0 to 16`]),
  ]
}

/** Everything that is wrong with the tables, one line a fault, each naming its row; empty when all is well. */
export function tableFaults(tables: Tables): string[] {
  const known = new Set(tables.items)
  return [
    ...doubles('item', tables.items),
    ...doubles('prototype', tables.prototypes),
    ...doubles('recipe', tables.recipes),
    ...doubles('research', tables.researches),
    ...namesFaults('fluids', 'item is called', tables.fluids, [...tables.items]),
    ...namesFaults('packs', 'item is called', tables.packs, [...tables.items]),
    ...tables.prototypes.flatMap((prototype) => prototypeFaults(tables, prototype, known)),
    ...tables.recipes.flatMap((recipe) => recipeFaults(tables, recipe, known)),
    ...tables.researches.flatMap((research, place) => researchFaults(tables, research, place)),
    ...amountFaults(known, 'starter kit', tables.starterKit),
    ...solidFaults(tables, 'starter kit', tables.starterKit),
  ]
}
