// What is made of what, one line each. A recipe's code is its place in this list plus one (0: none
// selected); new ones go to the end.

export type Recipe = {
  readonly name: string
  /** Item → count. */
  readonly inputs: Readonly<Record<string, number>>
  readonly outputs: Readonly<Record<string, number>>
  /** Names of the prototypes that can run it. */
  readonly machines: readonly string[]
  readonly byHand: boolean
  /** Ticks that one run takes. */
  readonly ticks: number
}

// biome-ignore format: a table is read by its columns
export const recipes: readonly Recipe[] = [
  { name: 'plate', inputs: { iron: 1 }, outputs: { plate: 1 }, machines: ['kiln'], byHand: false, ticks: 30 },
  { name: 'ingot', inputs: { copper: 1 }, outputs: { ingot: 1 }, machines: ['kiln'], byHand: false, ticks: 30 },
  { name: 'glass', inputs: { silica: 2, coal: 1 }, outputs: { glass: 1 }, machines: ['kiln'], byHand: false, ticks: 40 },
  { name: 'fibre', inputs: { moss: 2 }, outputs: { fibre: 1 }, machines: [], byHand: true, ticks: 20 },
  { name: 'resin', inputs: { 'resin-tree': 2 }, outputs: { resin: 1 }, machines: [], byHand: true, ticks: 20 },
  { name: 'gear', inputs: { plate: 2 }, outputs: { gear: 1 }, machines: [], byHand: true, ticks: 20 },
  { name: 'wire', inputs: { ingot: 1 }, outputs: { wire: 2 }, machines: [], byHand: true, ticks: 10 },
  { name: 'board', inputs: { fibre: 1, resin: 1 }, outputs: { board: 1 }, machines: [], byHand: true, ticks: 20 },
]

const codes = new Map(recipes.map((recipe, index) => [recipe.name, index + 1]))

/** The code of a recipe (from 1), or 0 for a name that is none. */
export const recipeCode = (name: string): number => codes.get(name) ?? 0

/** The recipe of a name, if there is one. */
export const recipeNamed = (name: string): Recipe | undefined => recipes[recipeCode(name) - 1]
