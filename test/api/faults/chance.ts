// What a seed draws: the same seed draws the same again.

import { seeded } from '../../helpers/mortal.ts'

export type Chance = {
  below(count: number): number
  one<Value>(values: readonly Value[]): Value
  shuffled<Value>(values: readonly Value[]): readonly Value[]
  bytes(count: number): Buffer
}

export function chanceOf(seed: number): Chance {
  const random = seeded(seed)
  const below = (count: number) => Math.floor(random() * count)
  return {
    below,
    one: (values) => values[below(values.length)]!,
    shuffled(values) {
      const left = [...values]
      return values.map(() => left.splice(below(left.length), 1)[0]!)
    },
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
  }
}
