// Which machine of the workshop makes what, and what it is set to while it rests.

/** A machine, and the depot that it faces: inputs are put there, and outputs come there. */
export type Bench = {
  readonly site: 'workshop' | 'brine' | 'vent'
  readonly machines: readonly string[]
  readonly depot: string
  /**
   * A recipe whose inputs never lie in that depot while others work: a machine that rests takes nothing
   * from them. Left out where it is alone at its depot.
   */
  readonly resting?: string
}

const kilns: Bench = {
  site: 'workshop',
  machines: ['kiln', 'kiln 2'],
  depot: 'depot',
  resting: 'ingot',
}
// Where a run takes two items, a second kiln would keep halves of runs.
const kiln: Bench = { ...kilns, machines: ['kiln'] }
const press: Bench = { site: 'workshop', machines: ['press'], depot: 'depot', resting: 'fibre' }
const assembler: Bench = {
  site: 'workshop',
  machines: ['assembler'],
  depot: 'depot',
  resting: 'board',
}
const fab: Bench = { site: 'workshop', machines: ['fab'], depot: 'depot', resting: 'white-pack' }
const mixer: Bench = { site: 'workshop', machines: ['mixer'], depot: 'depot 2', resting: 'resin' }
const launcher: Bench = { site: 'workshop', machines: ['launcher'], depot: 'depot 2' }
const bioreactor: Bench = { site: 'brine', machines: ['bioreactor'], depot: 'depot' }

/** Recipe → bench, for all that is not made by hand. */
export const benches: Readonly<Record<string, Bench>> = {
  plate: kilns,
  ingot: kilns,
  glass: kiln,
  steel: kiln,
  composite: press,
  motor: assembler,
  actuator: assembler,
  'green-pack': assembler,
  chip: fab,
  sensor: fab,
  'blue-pack': fab,
  seeder: fab,
  core: fab,
  'white-pack': fab,
  ark: fab,
  fertiliser: mixer,
  doped: mixer,
  salt: { site: 'brine', machines: ['mixer'], depot: 'depot', resting: 'resin' },
  enzyme: bioreactor,
  fuel: bioreactor,
  polymer: { site: 'vent', machines: ['bioreactor'], depot: 'depot' },
  launch: launcher,
}
