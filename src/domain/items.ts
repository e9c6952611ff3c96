// Everything that can be counted: the twelve resources, then what is made of them, one line each.
// An item's code is its place in this list; new items go to the end, so that old states keep their meaning.

export const items: readonly string[] = [
  // From deposits.
  'iron',
  'copper',
  'silica',
  'coal',
  'phosphate',
  // Fluids.
  'water',
  'brine',
  'gas',
  // Living.
  'moss',
  'resin-tree',
  'crystal',
  'fungus',
  // Made, by the depth of the chain.
  'plate',
  'ingot',
  'glass',
  'fibre',
  'resin',
  'salt',
  'enzyme',
  'fuel',
  'gear',
  'wire',
  'steel',
  'board',
  'fertiliser',
  'doped',
  'polymer',
  'circuit',
  'motor',
  'composite',
  'red-pack',
  'chip',
  'actuator',
  'green-pack',
  'sensor',
  'blue-pack',
  'seeder',
  'core',
  'white-pack',
  'ark',
]

/** Items that only pipes, tanks and machines hold: no belt, no depot and no hand. */
export const fluids: readonly string[] = ['water', 'brine', 'gas']

/** What laboratories use up; the leaderboard counts them. */
export const packs: readonly string[] = ['red-pack', 'green-pack', 'blue-pack', 'white-pack']

const codes = new Map(items.map((item, code) => [item, code]))

/** The code of an item, or -1 for a name that is none. */
export const itemCode = (name: string): number => codes.get(name) ?? -1
