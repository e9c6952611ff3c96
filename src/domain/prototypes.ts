// Structures that can be placed, one line each. A prototype's code is its place in this list plus one
// (0 means no structure); new ones go to the end.

/** What a structure does, by code; each kind has its rule in src/domain/simulation. */
export const kinds = [
  'drill',
  'belt',
  'crafter',
  'depot',
  'pump',
  'harvester',
  'generator',
  'lab',
  'splitter',
  'bridge',
  'pipe',
  'pole',
] as const
export type PrototypeKind = (typeof kinds)[number]

export type Prototype = {
  readonly name: string
  readonly kind: PrototypeKind
  /** Where it may be placed. */
  readonly stands: 'land' | 'water' | 'any'
  /** Item → count, taken from the owner's inventory when it is built and given back when it is removed. */
  readonly cost: Readonly<Record<string, number>>
  readonly description: string
  /** Ticks a job takes; for a crafter the recipe says it, for a laboratory the research. */
  readonly ticks: number
  /** Pollution a finished job gives off. */
  readonly pollution: number
  /** Items it holds: of everything together in a depot, a splitter, a bridge, a pipe; in a machine of each finished good. */
  readonly capacity: number
  /** Power it draws in a tick while it works; left out: it needs none. */
  readonly power?: number
  /** Power it can give in a tick. */
  readonly supply?: number
  /** Steps: of a harvester's arm, of a bridge's span, of a pole's wire to the next pole. */
  readonly reach?: number
  /** What a generator burns: item → ticks at full load. */
  readonly burns?: Readonly<Record<string, number>>
}

// biome-ignore format: a table is read by its columns
export const prototypes: readonly Prototype[] = [
  { name: 'drill', kind: 'drill', stands: 'land', cost: { plate: 4, gear: 2 }, ticks: 20, pollution: 2, capacity: 8, description: 'Digs the deposit it stands on and gives the ore to the cell it faces.' },
  { name: 'belt', kind: 'belt', stands: 'any', cost: { plate: 1 }, ticks: 8, pollution: 0, capacity: 4, description: 'Carries items one cell in its direction, into a belt, a machine or a depot.' },
  { name: 'kiln', kind: 'crafter', stands: 'land', cost: { plate: 2, silica: 4 }, ticks: 1, pollution: 3, capacity: 16, description: 'Burns plate, ingot, glass or steel from what it is given and gives it to the cell it faces.' },
  { name: 'depot', kind: 'depot', stands: 'land', cost: { plate: 6 }, ticks: 1, pollution: 0, capacity: 2000, description: 'Keeps what it is given until a player or a machine next to it takes it.' },
  { name: 'pump', kind: 'pump', stands: 'any', cost: { plate: 6, gear: 4 }, ticks: 20, pollution: 1, capacity: 16, power: 4, description: 'Brings up water from the sea, brine from a pool or gas from a vent, into the pipes beside it.' },
  { name: 'harvester', kind: 'harvester', stands: 'land', cost: { plate: 6, gear: 4 }, ticks: 40, pollution: 1, capacity: 8, power: 4, reach: 2, description: 'Cuts what lives within two steps, leaves the young, and spreads the fertiliser it is given.' },
  { name: 'press', kind: 'crafter', stands: 'land', cost: { plate: 8, gear: 4 }, ticks: 1, pollution: 2, capacity: 16, power: 4, description: 'Presses gears, wire, fibre and composite.' },
  { name: 'mixer', kind: 'crafter', stands: 'land', cost: { plate: 8, gear: 4 }, ticks: 1, pollution: 2, capacity: 16, power: 6, description: 'Mixes resin, salt, fertiliser and doped crystal.' },
  { name: 'assembler', kind: 'crafter', stands: 'land', cost: { plate: 8, gear: 6, wire: 4 }, ticks: 1, pollution: 2, capacity: 16, power: 6, description: 'Puts together boards, circuits, motors, actuators, red and green packs.' },
  { name: 'fab', kind: 'crafter', stands: 'land', cost: { steel: 8, circuit: 8, motor: 4 }, ticks: 1, pollution: 4, capacity: 16, power: 12, description: 'Makes chips and all that is made of them, up to the ark.' },
  { name: 'bioreactor', kind: 'crafter', stands: 'land', cost: { steel: 6, glass: 4, circuit: 4 }, ticks: 1, pollution: 2, capacity: 16, power: 10, description: 'Breeds enzyme, fuel and polymer from what lives and what flows.' },
  { name: 'generator', kind: 'generator', stands: 'land', cost: { plate: 8, gear: 4, wire: 4 }, ticks: 1, pollution: 80, capacity: 10, supply: 40, burns: { coal: 120, fuel: 480 }, description: 'Burns coal or fuel, as fast as power is asked of it.' },
  { name: 'lab', kind: 'lab', stands: 'land', cost: { plate: 10, gear: 6, board: 4 }, ticks: 1, pollution: 0, capacity: 8, power: 6, description: 'Uses up packs for the research its owner has selected.' },
  { name: 'launcher', kind: 'crafter', stands: 'land', cost: { steel: 20, composite: 8, chip: 8 }, ticks: 1, pollution: 200, capacity: 1, power: 20, description: 'Sends an ark to the stars.' },
  { name: 'splitter', kind: 'splitter', stands: 'any', cost: { plate: 3, gear: 1 }, ticks: 1, pollution: 0, capacity: 2, description: 'Gives in turns to the cell it faces and to the two beside that one.' },
  { name: 'bridge', kind: 'bridge', stands: 'any', cost: { plate: 3, gear: 1 }, ticks: 1, pollution: 0, capacity: 4, reach: 5, description: 'Carries items over up to four cells to the next bridge that stands in its line.' },
  { name: 'pipe', kind: 'pipe', stands: 'any', cost: { plate: 1 }, ticks: 1, pollution: 0, capacity: 100, description: 'Lets one fluid flow to the pipes, tanks and machines around it.' },
  { name: 'tank', kind: 'pipe', stands: 'any', cost: { plate: 8, glass: 2 }, ticks: 1, pollution: 0, capacity: 1000, description: 'Holds as much of one fluid as ten pipes.' },
  { name: 'pole', kind: 'pole', stands: 'any', cost: { plate: 1, wire: 1 }, ticks: 1, pollution: 0, capacity: 1, reach: 5, description: 'Carries power to poles within five steps and to machines within two.' },
]

/** What a player holds on the first landing: enough for a few drills, kilns and depots, and 40 belts. */
export const starterKit: Readonly<Record<string, number>> = { plate: 120, gear: 16, silica: 32 }

const codes = new Map(prototypes.map((prototype, index) => [prototype.name, index + 1]))

/** The code of a prototype (from 1), or 0 for a name that is none. */
export const prototypeCode = (name: string): number => codes.get(name) ?? 0

/** The prototype of a name, if there is one. */
export const prototypeNamed = (name: string): Prototype | undefined =>
  prototypes[prototypeCode(name) - 1]
