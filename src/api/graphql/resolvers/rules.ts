// The rules as data: what can be built, and what can be made.

import type { Prototype } from '../../../domain/prototypes.ts'
import type { Recipe } from '../../../domain/recipes.ts'
import { rules as tables } from '../../views.ts'
import { itemCounts } from './territory.ts'

export const rules = {
  Query: { rules: () => tables },
  Prototype: {
    cost: ({ cost }: Prototype) => itemCounts(cost),
    power: ({ power }: Prototype) => power ?? 0,
    burns: ({ burns }: Prototype) => itemCounts(burns),
  },
  Recipe: {
    inputs: ({ inputs }: Recipe) => itemCounts(inputs),
    outputs: ({ outputs }: Recipe) => itemCounts(outputs),
  },
}
