// What has to be gathered and made, and how often, for somebody to hold what they want. Pure.

import { fluids, itemCode, items } from '../domain/items.ts'
import { type Recipe, recipes } from '../domain/recipes.ts'

export type Counts = Readonly<Record<string, number>>

export type Needs = {
  /** Resource → count, to be gathered. */
  readonly gather: readonly (readonly [string, number])[]
  /** In an order in which each has its inputs: what is shallow in the chain first. */
  readonly make: readonly { readonly recipe: Recipe; readonly runs: number }[]
}

/** The recipe that is there to make an item; undefined for a resource. */
const makerOf = (item: string) => recipes.find(({ outputs }) => (outputs[item] ?? 0) > 0)

/** What is missing for `wanted` beyond what is `held`, with all that goes into it; fluids are left to the pipes. */
export function needsFor(wanted: Counts, held: Counts): Needs {
  const demand = new Map(Object.entries(wanted))
  const gather: [string, number][] = []
  const make: { recipe: Recipe; runs: number }[] = []
  // Codes rise with the depth of the chain: whoever asks for an item comes before it in this walk.
  for (let code = items.length - 1; code >= 0; code--) {
    const item = items[code]!
    const missing = (demand.get(item) ?? 0) - (held[item] ?? 0)
    if (missing <= 0 || fluids.includes(item)) continue
    const recipe = makerOf(item)
    if (!recipe) {
      gather.push([item, missing])
      continue
    }
    const runs = Math.ceil(missing / recipe.outputs[item]!)
    make.push({ recipe, runs })
    for (const [input, count] of Object.entries(recipe.inputs)) {
      if (itemCode(input) >= code) throw new Error(`${recipe.name}: ${input} comes after it`)
      demand.set(input, (demand.get(input) ?? 0) + count * runs)
    }
  }
  return { gather: gather.reverse(), make: make.reverse() }
}

/** Counts added up. */
export function sumOf(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {}
  for (const counts of all)
    for (const [item, count] of Object.entries(counts)) sum[item] = (sum[item] ?? 0) + count
  return sum
}
