// Structures that can be placed, one line each. A prototype's code is its place in this list plus one
// (0 means no structure); new ones go to the end.

/** What a structure does; each kind has its rule in src/domain/simulation. */
type PrototypeKind = 'drill' | 'belt' | 'crafter' | 'depot'

export type Prototype = {
  readonly name: string
  readonly kind: PrototypeKind
  /** Where it may be placed. */
  readonly stands: 'land' | 'water' | 'any'
  /** Item → count, taken from the owner's inventory when it is built and given back when it is removed. */
  readonly cost: Readonly<Record<string, number>>
  readonly description: string
  /** Ticks a job takes; for a crafter the recipe says it. */
  readonly ticks: number
  /** Pollution a finished job gives off. */
  readonly pollution: number
  /** Items it holds: of everything together in a depot, of finished goods in a machine. */
  readonly capacity: number
}

// biome-ignore format: a table is read by its columns
export const prototypes: readonly Prototype[] = [
  { name: 'drill', kind: 'drill', stands: 'land', cost: { plate: 4, gear: 2 }, ticks: 20, pollution: 2, capacity: 8, description: 'Digs the deposit it stands on and gives the ore to the cell it faces.' },
  { name: 'belt', kind: 'belt', stands: 'any', cost: { plate: 1 }, ticks: 8, pollution: 0, capacity: 4, description: 'Carries items one cell in its direction, into a belt, a machine or a depot.' },
  { name: 'kiln', kind: 'crafter', stands: 'land', cost: { plate: 2, silica: 4 }, ticks: 1, pollution: 3, capacity: 16, description: 'Burns plate, ingot or glass from what it is given and gives it to the cell it faces.' },
  { name: 'depot', kind: 'depot', stands: 'land', cost: { plate: 6 }, ticks: 1, pollution: 0, capacity: 2000, description: 'Keeps what it is given until a player takes it.' },
]

/** What a player holds on the first landing: enough for a few drills, kilns and depots, and 40 belts. */
export const starterKit: Readonly<Record<string, number>> = { plate: 120, gear: 16, silica: 32 }

const codes = new Map(prototypes.map((prototype, index) => [prototype.name, index + 1]))

/** The code of a prototype (from 1), or 0 for a name that is none. */
export const prototypeCode = (name: string): number => codes.get(name) ?? 0

/** The prototype of a name, if there is one. */
export const prototypeNamed = (name: string): Prototype | undefined =>
  prototypes[prototypeCode(name) - 1]
