// What is made of what, one line each. A recipe's code is its place in this list plus one (0: none
// selected); new ones go to the end.

export type Recipe = {
  readonly name: string
  /** Item → count. A recipe without outputs sends what goes in away from the planet: a launch. */
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
  { name: 'fibre', inputs: { moss: 2 }, outputs: { fibre: 1 }, machines: ['press'], byHand: true, ticks: 20 },
  { name: 'resin', inputs: { 'resin-tree': 2 }, outputs: { resin: 1 }, machines: ['mixer'], byHand: true, ticks: 20 },
  { name: 'gear', inputs: { plate: 2 }, outputs: { gear: 1 }, machines: ['press'], byHand: true, ticks: 20 },
  { name: 'wire', inputs: { ingot: 1 }, outputs: { wire: 2 }, machines: ['press'], byHand: true, ticks: 10 },
  { name: 'board', inputs: { fibre: 1, resin: 1 }, outputs: { board: 1 }, machines: ['assembler'], byHand: true, ticks: 20 },
  { name: 'salt', inputs: { brine: 2 }, outputs: { salt: 1, water: 1 }, machines: ['mixer'], byHand: false, ticks: 40 },
  { name: 'enzyme', inputs: { fungus: 1, water: 1 }, outputs: { enzyme: 1 }, machines: ['bioreactor'], byHand: false, ticks: 60 },
  { name: 'fuel', inputs: { moss: 3, water: 1 }, outputs: { fuel: 1 }, machines: ['bioreactor'], byHand: false, ticks: 60 },
  { name: 'steel', inputs: { plate: 3, coal: 1 }, outputs: { steel: 1 }, machines: ['kiln'], byHand: false, ticks: 60 },
  { name: 'fertiliser', inputs: { phosphate: 1, salt: 1 }, outputs: { fertiliser: 1 }, machines: ['mixer'], byHand: false, ticks: 40 },
  { name: 'doped', inputs: { crystal: 1, salt: 1 }, outputs: { doped: 1 }, machines: ['mixer'], byHand: false, ticks: 60 },
  { name: 'polymer', inputs: { enzyme: 1, fuel: 1, gas: 1 }, outputs: { polymer: 1 }, machines: ['bioreactor'], byHand: false, ticks: 80 },
  { name: 'circuit', inputs: { wire: 2, board: 1 }, outputs: { circuit: 1 }, machines: ['assembler'], byHand: true, ticks: 40 },
  { name: 'motor', inputs: { gear: 1, wire: 1, steel: 1 }, outputs: { motor: 1 }, machines: ['assembler'], byHand: false, ticks: 60 },
  { name: 'composite', inputs: { polymer: 1, steel: 1 }, outputs: { composite: 1 }, machines: ['press'], byHand: false, ticks: 60 },
  { name: 'red-pack', inputs: { gear: 1, fibre: 1 }, outputs: { 'red-pack': 1 }, machines: ['assembler'], byHand: true, ticks: 80 },
  { name: 'chip', inputs: { circuit: 1, doped: 1 }, outputs: { chip: 1 }, machines: ['fab'], byHand: false, ticks: 80 },
  { name: 'actuator', inputs: { motor: 1, circuit: 1 }, outputs: { actuator: 1 }, machines: ['assembler'], byHand: false, ticks: 80 },
  { name: 'green-pack', inputs: { circuit: 1, fertiliser: 1 }, outputs: { 'green-pack': 1 }, machines: ['assembler'], byHand: false, ticks: 100 },
  { name: 'sensor', inputs: { chip: 1, glass: 1 }, outputs: { sensor: 1 }, machines: ['fab'], byHand: false, ticks: 80 },
  { name: 'blue-pack', inputs: { sensor: 1, composite: 1 }, outputs: { 'blue-pack': 1 }, machines: ['fab'], byHand: false, ticks: 160 },
  { name: 'seeder', inputs: { actuator: 1, sensor: 1, composite: 1 }, outputs: { seeder: 1 }, machines: ['fab'], byHand: false, ticks: 160 },
  { name: 'core', inputs: { seeder: 1, fertiliser: 1, chip: 1 }, outputs: { core: 1 }, machines: ['fab'], byHand: false, ticks: 200 },
  { name: 'white-pack', inputs: { core: 1, crystal: 1 }, outputs: { 'white-pack': 1 }, machines: ['fab'], byHand: false, ticks: 240 },
  { name: 'ark', inputs: { core: 4, composite: 8, chip: 4 }, outputs: { ark: 1 }, machines: ['fab'], byHand: false, ticks: 1200 },
  { name: 'launch', inputs: { ark: 1, fuel: 20 }, outputs: {}, machines: ['launcher'], byHand: false, ticks: 600 },
]

const codes = new Map(recipes.map((recipe, index) => [recipe.name, index + 1]))

/** The code of a recipe (from 1), or 0 for a name that is none. */
export const recipeCode = (name: string): number => codes.get(name) ?? 0

/** The recipe of a name, if there is one. */
export const recipeNamed = (name: string): Recipe | undefined => recipes[recipeCode(name) - 1]
