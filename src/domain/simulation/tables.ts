// The tables of items, prototypes, recipes and researches, checked and turned into codes for the rules.

import { deposits, lives } from '../generation/codes.ts'
import { fluids, itemCode, items, packs } from '../items.ts'
import type { Prototype } from '../prototypes.ts'
import { prototypeCode, prototypes, starterKit } from '../prototypes.ts'
import { recipes } from '../recipes.ts'
import type { Research } from '../research.ts'
import { researchCode, researches } from '../research.ts'
import { tableFaults } from './tableFaults.ts'

/** Item codes with counts, ascending by code. */
export type Amounts = readonly { readonly item: number; readonly count: number }[]

export type CompiledRecipe = {
  readonly name: string
  readonly inputs: Amounts
  readonly outputs: Amounts
  /** Codes of the prototypes that run it. */
  readonly machines: readonly number[]
  readonly byHand: boolean
  readonly ticks: number
  /** Code of the research that unlocks it, 0: known from the start. */
  readonly research: number
}

export type CompiledPrototype = Omit<
  Prototype,
  'cost' | 'burns' | 'power' | 'supply' | 'reach' | 'stands'
> & {
  /** 0 land, 1 water, 2 any. */
  readonly stands: number
  readonly cost: Amounts
  /** Per tick while working, 0: none needed. */
  readonly power: number
  readonly supply: number
  readonly reach: number
  /** Item code and ticks at full load. */
  readonly burns: Amounts
  /** Code of the research that unlocks it, 0: known from the start. */
  readonly research: number
}

export type CompiledResearch = Pick<Research, 'name' | 'units' | 'ticks' | 'claims' | 'reach'> & {
  /** Codes of researches. */
  readonly requires: readonly number[]
  /** Codes of items. */
  readonly packs: readonly number[]
}

const compileAmounts = (amounts: Readonly<Record<string, number>>): Amounts =>
  Object.entries(amounts)
    .map(([item, count]) => ({ item: itemCode(item), count }))
    .sort((a, b) => a.item - b.item)

const faults = tableFaults({ items, fluids, packs, prototypes, recipes, researches, starterKit })
if (faults.length > 0) throw new Error(`the tables of the game are wrong:\n${faults.join('\n')}`)

const unlockedBy = (list: 'recipes' | 'prototypes', name: string): number =>
  researches.findIndex((research) => research[list].includes(name)) + 1

export const compiledPrototypes: readonly CompiledPrototype[] = prototypes.map((prototype) => ({
  ...prototype,
  stands: ['land', 'water', 'any'].indexOf(prototype.stands),
  cost: compileAmounts(prototype.cost),
  power: prototype.power ?? 0,
  supply: prototype.supply ?? 0,
  reach: prototype.reach ?? 0,
  burns: compileAmounts(prototype.burns ?? {}),
  research: unlockedBy('prototypes', prototype.name),
}))

export const compiledRecipes: readonly CompiledRecipe[] = recipes.map((recipe) => ({
  name: recipe.name,
  inputs: compileAmounts(recipe.inputs),
  outputs: compileAmounts(recipe.outputs),
  machines: recipe.machines.map(prototypeCode),
  byHand: recipe.byHand,
  ticks: recipe.ticks,
  research: unlockedBy('recipes', recipe.name),
}))

export const compiledResearches: readonly CompiledResearch[] = researches.map(
  ({ name, units, ticks, claims, reach, requires, packs }) => ({
    name,
    units,
    ticks,
    claims,
    reach,
    requires: requires.map(researchCode),
    packs: packs.map(itemCode),
  }),
)

/** By prototype code; the code must be one. */
export const prototypeOf = (code: number): CompiledPrototype => compiledPrototypes[code - 1]!

/** By recipe code; undefined for 0 and for unknown codes. */
export const recipeOf = (code: number): CompiledRecipe | undefined => compiledRecipes[code - 1]

/** By research code; undefined for 0 and for unknown codes. */
export const researchOf = (code: number): CompiledResearch | undefined =>
  compiledResearches[code - 1]

export const starterAmounts: Amounts = compileAmounts(starterKit)
export const ITEM_COUNT = items.length
export const RESEARCH_COUNT = researches.length

/** By item code: 1 for fluids. */
export const isFluid: Uint8Array = Uint8Array.from(items, (item) => Number(fluids.includes(item)))

/** Item codes of the packs. */
export const packCodes: readonly number[] = packs.map(itemCode)

export const FERTILISER = itemCode('fertiliser')

const DUG = ['iron', 'copper', 'silica', 'coal', 'phosphate']
const PUMPED: Readonly<Record<string, string>> = { water: 'water', brine: 'brine', vent: 'gas' }

/** Deposit code → item code of what a drill or a hand digs there, or -1. */
export const dugItem: readonly number[] = deposits.map((name) =>
  DUG.includes(name) ? itemCode(name) : -1,
)

/** Deposit code → item code of the fluid that a pump brings up there, or -1. */
export const pumpedItem: readonly number[] = deposits.map((name) => itemCode(PUMPED[name] ?? ''))

/** Life code → item code of what a harvest gives, or -1. */
export const livingItem: readonly number[] = lives.map(itemCode)
