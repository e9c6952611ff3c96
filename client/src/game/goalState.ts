// The goals that are pinned on this world, and what happens when one is reached.

import { type Goal, keepGoals, keptGoals, progressOf, sameGoal, withGoal } from './goals.ts'
import { get, set, toast } from './store.ts'
import { itemWord } from './words.ts'

/** Reads what this browser keeps for the world that is open. */
export function openGoals(): void {
  const { world } = get()
  if (world) set({ goals: keptGoals(world.id) })
}

export function pinGoal(goal: Goal): void {
  keepAll(withGoal(get().goals, goal))
}

export function unpinGoal(goal: Goal): void {
  keepAll(get().goals.filter((one) => !sameGoal(one, goal)))
}

/** Unpins what is reached, and says so. */
export function lookAtGoals(): void {
  const { goals, player } = get()
  if (!player?.here) return
  const reached = goals.filter((goal) => progressOf(goal, player).reached)
  for (const goal of reached) {
    const what =
      goal.kind === 'research' ? itemWord(goal.name) : `${goal.count} ${itemWord(goal.name)}`
    toast('good', `Goal reached: ${what}`)
    unpinGoal(goal)
  }
}

function keepAll(goals: readonly Goal[]): void {
  const { world } = get()
  set({ goals })
  if (world) keepGoals(world.id, goals)
}
