// Goals that a player pins: something to learn or to have, followed until it is reached. Kept in the browser, by world.

import { itemCode } from '../../../src/domain/items.ts'
import { recipes } from '../../../src/domain/recipes.ts'
import { researchNamed } from '../../../src/domain/research.ts'
import { chainOf, type Missing } from './chain.ts'
import { keep, kept } from './kept.ts'

export type Goal =
  | { readonly kind: 'research'; readonly name: string }
  | { readonly kind: 'item'; readonly name: string; readonly count: number }

export type GoalProgress = {
  readonly done: number
  readonly of: number
  readonly reached: boolean
  /** Of an item that a hand can make: what has to be had before. */
  readonly missing: readonly Missing[]
}

/** What a goal is judged by. */
export type GoalFacts = {
  readonly inventory: Readonly<Record<string, number>>
  readonly researched: readonly string[]
  readonly researching?:
    | { readonly research: string; readonly done: number; readonly units: number }
    | undefined
}

/** More would hide the planet. */
export const GOALS_MAX = 4
const COUNT_MAX = 100_000

export const sameGoal = (a: Goal, b: Goal): boolean => a.kind === b.kind && a.name === b.name

/** How far a goal is. */
export function progressOf(goal: Goal, facts: GoalFacts): GoalProgress {
  const { inventory, researched, researching } = facts
  if (goal.kind === 'research') {
    const of = researchNamed(goal.name)?.units ?? 1
    const reached = researched.includes(goal.name)
    const done = researching?.research === goal.name ? researching.done : 0
    return { done: reached ? of : done, of, reached, missing: [] }
  }
  const done = Math.min(goal.count, inventory[goal.name] ?? 0)
  const recipe = recipes.find(({ outputs }) => outputs[goal.name] !== undefined)
  const left = goal.count - done
  const runs = Math.ceil(left / (recipe?.outputs[goal.name] ?? 1))
  const missing = recipe && left > 0 ? chainOf(recipe, runs, inventory, researched).missing : []
  return { done, of: goal.count, reached: left === 0, missing }
}

/** With one more goal, of one thing only one; unchanged where there are as many as are shown. */
export function withGoal(goals: readonly Goal[], goal: Goal): readonly Goal[] {
  const others = goals.filter((one) => !sameGoal(one, goal))
  return others.length >= GOALS_MAX ? goals : [...others, goal]
}

/** The goals that this browser keeps for a world; what cannot be read is left out. */
export function keptGoals(world: string): readonly Goal[] {
  try {
    const read: unknown = JSON.parse(kept(`goals.${world}`) ?? '[]')
    return Array.isArray(read) ? read.filter(isGoal).slice(0, GOALS_MAX) : []
  } catch {
    return []
  }
}

export const keepGoals = (world: string, goals: readonly Goal[]): boolean =>
  keep(`goals.${world}`, JSON.stringify(goals))

function isGoal(value: unknown): value is Goal {
  if (typeof value !== 'object' || value === null) return false
  const { kind, name, count } = value as Record<string, unknown>
  if (typeof name !== 'string') return false
  if (kind === 'research') return researchNamed(name) !== undefined
  const counted = Number.isInteger(count) && Number(count) > 0 && Number(count) <= COUNT_MAX
  return kind === 'item' && itemCode(name) >= 0 && counted
}
