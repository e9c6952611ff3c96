// The chain of what is missing: what has to be crafted first, by hand, and what no hand can make.

import { fluids, itemCode } from '../../../src/domain/items.ts'
import { type Recipe, recipes } from '../../../src/domain/recipes.ts'
import { researches } from '../../../src/domain/research.ts'
import { dugItem, livingItem } from '../../../src/domain/simulation/tables.ts'

export type ChainStep = { readonly recipe: string; readonly times: number }

export type Missing = {
  readonly item: string
  readonly count: number
  /** Dug or cut by hand; made by a machine; or not known yet. */
  readonly how: 'gather' | 'machine' | 'research'
  /** The machine, or the research. */
  readonly by?: string
}

export type Chain = {
  /** In the order in which to craft, the wished for last. */
  readonly steps: readonly ChainStep[]
  /** What must be had before. Empty: the steps can be taken now. */
  readonly missing: readonly Missing[]
}

/** The way to craft something some times, with what is carried. Recipes have no circles, so it ends. */
export function chainOf(
  recipe: Recipe,
  times: number,
  inventory: Readonly<Record<string, number>>,
  researched: readonly string[],
): Chain {
  const stock = { ...inventory }
  const steps: ChainStep[] = []
  const missing = new Map<string, number>()

  function run(one: Recipe, runs: number): void {
    for (const [item, count] of Object.entries(one.inputs)) need(item, count * runs)
    const last = steps.at(-1)
    if (last?.recipe === one.name) steps[steps.length - 1] = { ...last, times: last.times + runs }
    else steps.push({ recipe: one.name, times: runs })
  }

  function need(item: string, count: number): void {
    const had = Math.min(stock[item] ?? 0, count)
    stock[item] = (stock[item] ?? 0) - had
    const rest = count - had
    if (rest === 0) return
    const maker = recipes.find(
      (one) => one.byHand && one.outputs[item] !== undefined && !lockedBy(one.name, researched),
    )
    if (!maker) {
      missing.set(item, (missing.get(item) ?? 0) + rest)
      return
    }
    const each = maker.outputs[item]!
    const runs = Math.ceil(rest / each)
    run(maker, runs)
    stock[item] = (stock[item] ?? 0) + runs * each - rest
  }

  run(recipe, times)
  return {
    steps,
    missing: [...missing].map(([item, count]) => ({ item, count, ...wayTo(item, researched) })),
  }
}

function wayTo(item: string, researched: readonly string[]): Pick<Missing, 'how' | 'by'> {
  const code = itemCode(item)
  if (!fluids.includes(item) && (dugItem.includes(code) || livingItem.includes(code))) {
    return { how: 'gather' }
  }
  const maker = recipes.find((one) => one.outputs[item] !== undefined)
  if (!maker) return { how: 'machine', by: 'pump' }
  const lock = lockedBy(maker.name, researched)
  if (lock) return { how: 'research', by: lock }
  const [by] = maker.machines
  return by === undefined ? { how: 'machine' } : { how: 'machine', by }
}

function lockedBy(recipe: string, researched: readonly string[]): string | undefined {
  const lock = researches.find((one) => one.recipes.includes(recipe))
  return lock && !researched.includes(lock.name) ? lock.name : undefined
}
