// Every choice of a simulation comes from here, so that a seed is a whole run.

import { seeded } from '../helpers/mortal.ts'

export type Dice = {
  /** 0 <= x < 1. */
  share(): number
  /** 0 to `count` - 1. */
  below(count: number): number
  /** Whole numbers, both ends included. */
  between(least: number, most: number): number
  likely(share: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** Others of their own: what one part of a run draws does not move what another draws. */
  fork(): Dice
}

export function diceOf(seed: number): Dice {
  const share = seeded(seed)
  const below = (count: number) => Math.floor(share() * count)
  return {
    share,
    below,
    between: (least, most) => least + below(most - least + 1),
    likely: (chance) => share() < chance,
    pick: (values) => values[below(values.length)]!,
    fork: () => diceOf(below(0xffff_ffff)),
  }
}
