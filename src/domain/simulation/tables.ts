// The tables of items, prototypes and recipes, checked and turned into codes for the rules.

import { deposits, lives } from '../generation/codes.ts'
import { itemCode, items } from '../items.ts'
import type { Prototype } from '../prototypes.ts'
import { prototypeCode, prototypes, starterKit } from '../prototypes.ts'
import type { Recipe } from '../recipes.ts'
import { recipes } from '../recipes.ts'

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
}

export type CompiledPrototype = Omit<Prototype, 'cost'> & { readonly cost: Amounts }

type Tables = {
  readonly items: readonly string[]
  readonly prototypes: readonly Prototype[]
  readonly recipes: readonly Recipe[]
  readonly starterKit: Readonly<Record<string, number>>
}

const isCount = (value: number) => Number.isInteger(value) && value > 0 && value <= 0xffff

function amountFaults(
  known: ReadonlySet<string>,
  row: string,
  amounts: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(amounts).flatMap(([item, count]) => [
    ...(known.has(item) ? [] : [`${row}: no item is called "${item}"`]),
    ...(isCount(count) ? [] : [`${row}: ${count} of "${item}" is not a count from 1 to 65535`]),
  ])
}

function doubles(table: string, names: readonly string[]): string[] {
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${table} "${name}": listed twice`)
}

function recipeFaults(recipe: Recipe, known: ReadonlySet<string>, machines: ReadonlySet<string>) {
  const row = `recipe "${recipe.name}"`
  const faults = [
    ...amountFaults(known, row, recipe.inputs),
    ...amountFaults(known, row, recipe.outputs),
  ]
  for (const machine of recipe.machines) {
    if (!machines.has(machine)) faults.push(`${row}: no crafter is called "${machine}"`)
  }
  if (recipe.machines.length === 0 && !recipe.byHand) faults.push(`${row}: nothing can make it`)
  if (!isCount(recipe.ticks)) faults.push(`${row}: ticks ${recipe.ticks} is not from 1 to 65535`)
  for (const item of Object.keys(recipe.outputs)) {
    if (item in recipe.inputs) faults.push(`${row}: "${item}" is both made and used`)
  }
  return faults
}

function prototypeFaults(prototype: Prototype, known: ReadonlySet<string>) {
  const row = `prototype "${prototype.name}"`
  const faults = amountFaults(known, row, prototype.cost)
  if (!isCount(prototype.ticks)) {
    faults.push(`${row}: ticks ${prototype.ticks} is not from 1 to 65535`)
  }
  if (!isCount(prototype.capacity)) {
    faults.push(`${row}: capacity ${prototype.capacity} is not from 1 to 65535`)
  }
  if (prototype.pollution !== 0 && !isCount(prototype.pollution)) {
    faults.push(`${row}: pollution ${prototype.pollution} is not from 0 to 65535`)
  }
  return faults
}

/** Everything that is wrong with the tables, one line a fault, each naming its row; empty when all is well. */
export function tableFaults(tables: Tables): string[] {
  const known = new Set(tables.items)
  const crafters = new Set(
    tables.prototypes.filter(({ kind }) => kind === 'crafter').map(({ name }) => name),
  )
  return [
    ...doubles('item', tables.items),
    ...doubles(
      'prototype',
      tables.prototypes.map(({ name }) => name),
    ),
    ...doubles(
      'recipe',
      tables.recipes.map(({ name }) => name),
    ),
    ...tables.prototypes.flatMap((prototype) => prototypeFaults(prototype, known)),
    ...tables.recipes.flatMap((recipe) => recipeFaults(recipe, known, crafters)),
    ...amountFaults(known, 'starter kit', tables.starterKit),
  ]
}

const compileAmounts = (amounts: Readonly<Record<string, number>>): Amounts =>
  Object.entries(amounts)
    .map(([item, count]) => ({ item: itemCode(item), count }))
    .sort((a, b) => a.item - b.item)

const faults = tableFaults({ items, prototypes, recipes, starterKit })
if (faults.length > 0) throw new Error(`the tables of the game are wrong:\n${faults.join('\n')}`)

const compiledPrototypes: readonly CompiledPrototype[] = prototypes.map((prototype) => ({
  ...prototype,
  cost: compileAmounts(prototype.cost),
}))

const compiledRecipes: readonly CompiledRecipe[] = recipes.map((recipe) => ({
  name: recipe.name,
  inputs: compileAmounts(recipe.inputs),
  outputs: compileAmounts(recipe.outputs),
  machines: recipe.machines.map(prototypeCode),
  byHand: recipe.byHand,
  ticks: recipe.ticks,
}))

/** By prototype code; the code must be one. */
export const prototypeOf = (code: number): CompiledPrototype => compiledPrototypes[code - 1]!

/** By recipe code; undefined for 0 and for unknown codes. */
export const recipeOf = (code: number): CompiledRecipe | undefined => compiledRecipes[code - 1]

export const starterAmounts: Amounts = compileAmounts(starterKit)
export const ITEM_COUNT = items.length

const DUG = ['iron', 'copper', 'silica', 'coal', 'phosphate']

/** Deposit code → item code of what a drill or a hand digs there, or -1. */
export const dugItem: readonly number[] = deposits.map((name) =>
  DUG.includes(name) ? itemCode(name) : -1,
)

/** Life code → item code of what a harvest gives, or -1. */
export const livingItem: readonly number[] = lives.map(itemCode)
