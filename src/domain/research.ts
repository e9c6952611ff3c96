// What can be learnt, one line each. A research's code is its place in this list plus one (0: none);
// new ones go to the end. What no line unlocks is known from the start.

export type Research = {
  readonly name: string
  /** Names of the researches that come first. */
  readonly requires: readonly string[]
  /** One of each is used up for every unit. */
  readonly packs: readonly string[]
  readonly units: number
  /** Ticks that one laboratory takes for a unit. */
  readonly ticks: number
  readonly recipes: readonly string[]
  readonly prototypes: readonly string[]
  /** Cells that one may claim beyond those before. */
  readonly claims: number
  /** Steps that the hand reaches farther. */
  readonly reach: number
}

const RED = ['red-pack']
const GREEN = ['red-pack', 'green-pack']
const BLUE = ['red-pack', 'green-pack', 'blue-pack']
const WHITE = ['blue-pack', 'white-pack']
const nothing = { requires: [], recipes: [], prototypes: [], claims: 0, reach: 0 } as const

// biome-ignore format: a table is read by its columns
export const researches: readonly Research[] = [
  { ...nothing, name: 'logistics', packs: RED, units: 5, ticks: 80, prototypes: ['splitter', 'bridge'] },
  { ...nothing, name: 'automation', packs: RED, units: 5, ticks: 80, prototypes: ['assembler'] },
  { ...nothing, name: 'steelworks', packs: RED, units: 8, ticks: 80, recipes: ['steel'] },
  { ...nothing, name: 'harvesting', packs: RED, units: 8, ticks: 80, prototypes: ['harvester'] },
  { ...nothing, name: 'surveying', packs: RED, units: 10, ticks: 80, claims: 100 },
  { ...nothing, name: 'hydraulics', packs: RED, units: 10, ticks: 80, prototypes: ['pump', 'pipe', 'tank'] },
  { ...nothing, name: 'electronics', requires: ['automation'], packs: RED, units: 12, ticks: 80, recipes: ['circuit'] },
  { ...nothing, name: 'chemistry', requires: ['hydraulics'], packs: RED, units: 12, ticks: 80, recipes: ['salt', 'fertiliser'], prototypes: ['mixer'] },
  { ...nothing, name: 'motors', requires: ['automation', 'steelworks'], packs: RED, units: 12, ticks: 80, recipes: ['motor'] },
  { ...nothing, name: 'agronomy', requires: ['electronics', 'chemistry'], packs: RED, units: 15, ticks: 100, recipes: ['green-pack'] },
  { ...nothing, name: 'long-arms', requires: ['agronomy'], packs: GREEN, units: 10, ticks: 100, reach: 2 },
  { ...nothing, name: 'cartography', requires: ['surveying', 'agronomy'], packs: GREEN, units: 15, ticks: 100, claims: 200 },
  { ...nothing, name: 'biochemistry', requires: ['agronomy', 'harvesting', 'steelworks'], packs: GREEN, units: 12, ticks: 100, recipes: ['enzyme', 'fuel'], prototypes: ['bioreactor'] },
  { ...nothing, name: 'doping', requires: ['agronomy'], packs: GREEN, units: 12, ticks: 100, recipes: ['doped'] },
  { ...nothing, name: 'actuation', requires: ['agronomy', 'motors'], packs: GREEN, units: 12, ticks: 100, recipes: ['actuator'] },
  { ...nothing, name: 'polymers', requires: ['biochemistry'], packs: GREEN, units: 15, ticks: 120, recipes: ['polymer', 'composite'] },
  { ...nothing, name: 'microfabrication', requires: ['doping', 'motors'], packs: GREEN, units: 15, ticks: 120, recipes: ['chip'], prototypes: ['fab'] },
  { ...nothing, name: 'sensing', requires: ['microfabrication', 'polymers'], packs: GREEN, units: 18, ticks: 120, recipes: ['sensor', 'blue-pack'] },
  { ...nothing, name: 'seeding', requires: ['sensing', 'actuation'], packs: BLUE, units: 10, ticks: 160, recipes: ['seeder'] },
  { ...nothing, name: 'planetology', requires: ['seeding'], packs: BLUE, units: 12, ticks: 160, recipes: ['core', 'white-pack'] },
  { ...nothing, name: 'arks', requires: ['planetology'], packs: WHITE, units: 5, ticks: 240, recipes: ['ark', 'launch'], prototypes: ['launcher'] },
]

/** How many cells a player may hold before research raises it. */
export const CLAIM_LIMIT = 200

const codes = new Map(researches.map((research, index) => [research.name, index + 1]))

/** The code of a research (from 1), or 0 for a name that is none. */
export const researchCode = (name: string): number => codes.get(name) ?? 0

/** The research of a name, if there is one. */
export const researchNamed = (name: string): Research | undefined =>
  researches[researchCode(name) - 1]
