// The state of a world: planes by cell id, and sparse things (players, structures) in the order of their ids.

import type { AccountId } from '../events.ts'
import { depositCode, lifeCode } from '../generation/codes.ts'
import { generateCell } from '../generation/terrain.ts'
import { chunkCount, chunkOf as chunkOfCell } from '../grid/chunk.ts'
import { cellCount } from '../grid/lattice.ts'
import { neighbourTable } from '../grid/neighbours.ts'
import type { Outcome } from '../outcome.ts'
import type { Run } from './run.ts'
import { ITEM_COUNT } from './tables.ts'

/** The order that an outcome will answer. */
export type OrderRef = {
  readonly account: AccountId
  readonly commandId: string
  /** Type of the event that ordered it. */
  readonly order: string
}

type Move = {
  readonly ref: OrderRef
  readonly path: readonly number[]
  asked: number
  done: number
}
type Harvest = {
  readonly ref: OrderRef
  readonly cell: number
  done: number
  nextTick: number
}
/** `ticksLeft` 0: the next run has not begun. */
type Craft = {
  readonly ref: OrderRef
  readonly recipe: number
  readonly asked: number
  /** Runs that will be made: `asked`, within bounds. */
  readonly count: number
  done: number
  ticksLeft: number
}

export type Player = {
  readonly account: AccountId
  /** From 1. */
  readonly index: number
  /** Had the starter kit and a landing cell. */
  entered: boolean
  here: boolean
  cell: number
  claims: number
  /** By item code. */
  readonly inventory: Uint32Array
  /** First tick at which the next step may be taken. */
  nextStepTick: number
  move: Move | undefined
  harvest: Harvest | undefined
  crafts: Craft[]
  /** Code of the research that the player's laboratories work at, 0: none. */
  research: number
  /** Units done, by research code less one; a research with all its units is known. */
  readonly units: Uint16Array
  readonly statistics: Statistics
}

/** What a player's hands and machines did since the world began: whole numbers below 2^53. */
type Statistics = {
  /** By item code. */
  readonly produced: Float64Array
  readonly consumed: Float64Array
  pollution: number
  launches: number
}

/** Structures of one StructuresPlaced; its outcome comes when none is open. */
export type BuildOrder = {
  readonly ref: OrderRef
  readonly asked: number
  done: number
  open: number
  /** Of what is not researched the outcome came at once; nothing more is told. */
  readonly told: boolean
}

export type StructureStatus =
  | 'blueprint'
  | 'idle'
  | 'working'
  | 'starved'
  | 'blocked'
  | 'exhausted'
  | 'locked'
  | 'unpowered'

export type Structure = {
  readonly cell: number
  readonly chunk: number
  /** Code of src/domain/prototypes.ts. */
  readonly prototype: number
  /** Player index. */
  readonly owner: number
  direction: number
  /** The order that waits for it while it is a blueprint; undefined once it is built. */
  blueprint: BuildOrder | undefined
  /** Code of the selected recipe, 0: none; in a laboratory of the research that its job is for. */
  recipe: number
  /** Contents by item code; empty for belts, whose items lie on the network's runs. */
  readonly stock: Uint32Array
  /** Sum of `stock`. */
  load: number
  /** What is left of the job, in 256ths of a tick; 0: no job. */
  workLeft: number
  /** Of the job under way, for views. */
  startTick: number
  /** In ticks. */
  duration: number
  /** Follows from the rest; kept so that views need not work it out. */
  status: StructureStatus
  /** Where it goes on serving in turns: a splitter's side, a harvester's kind of life. */
  turn: number
  /** In a pipe or tank: the item code of what flows there, -1 for nothing. Follows from `stock`. */
  fluid: number
  /** Waits for something that will wake it: no need to look before. Follows from the rest. */
  asleep: boolean
  /** Only while the network is taken apart: what lies on a belt, [slot, item code], front first. */
  lane: readonly (readonly [number, number])[]
}

/** A structure that gives to another: who, to whom, and from which side. */
export type Link = {
  readonly source: Structure
  readonly target: Structure
  /** Direction from the target to the source; 6 for a bridge, which gives from afar. */
  readonly side: number
}

/** What is connected by poles. */
export type Grid = {
  /** Ascending by cell. */
  readonly generators: readonly Structure[]
  /** Of the tick under way: the power asked for, and how much of 256 is there. */
  demand: number
  satisfaction: number
}

/** A structure and those beside it that have to do with it, by direction. */
export type Beside = { readonly structure: Structure; readonly others: readonly Structure[] }

/** What follows from where the structures stand: made anew (network.ts) whenever that changes. */
export type Network = {
  /** Every structure, ascending by cell. */
  readonly structures: readonly Structure[]
  readonly byChunk: ReadonlyMap<number, readonly Structure[]>
  /** What does jobs, without the generators. */
  readonly machines: readonly Structure[]
  readonly labs: readonly Structure[]
  readonly grids: readonly Grid[]
  /** By cell of a machine or generator that a pole reaches. */
  readonly gridOf: ReadonlyMap<number, Grid>
  readonly runs: readonly Run[]
  /** By cell of a belt: its run, and its place in the run's cells. */
  readonly runOf: ReadonlyMap<number, { readonly run: Run; readonly place: number }>
  /** Links of run ends and of machines, by target, ascending by its cell; each group by side. */
  readonly beltLinks: readonly (readonly Link[])[]
  readonly machineLinks: readonly (readonly Link[])[]
  /** Links of each splitter by the order of its sides: ahead, then the one before and the one after in direction. */
  readonly splitters: readonly (readonly Link[])[]
  /** Depots with the machines beside them. */
  readonly depots: readonly Beside[]
  /** Pairs of adjacent pipes or tanks, the lower cell first, ascending. */
  readonly pipeEdges: readonly (readonly [Structure, Structure])[]
  /** Pipes and tanks with the crafters beside them. */
  readonly pipes: readonly Beside[]
  /** Pumps with the pipes and tanks beside them, crafters with the one behind them. */
  readonly fluidSources: readonly Beside[]
}

/** Sources and sinks since the world began: whole numbers below 2^53. */
type Balance = {
  /** By item code: what came into being, and what ceased to be. */
  readonly made: Float64Array
  readonly used: Float64Array
  pollutionEmitted: number
  pollutionSunk: number
  pollutionAbsorbed: number
}

export type SimulationState = {
  /** u32 */
  readonly seed: number
  readonly n: number
  /** The tick that was run last; 0: none. */
  tick: number
  /** How many cells there are. */
  readonly cells: number
  readonly terrain: Uint8Array
  readonly elevation: Uint8Array
  readonly deposit: Uint8Array
  /** Units of 256 items. */
  readonly amount: Uint16Array
  readonly life: Uint8Array
  readonly mass: Uint8Array
  readonly pollution: Uint16Array
  /** Player index, 0: nobody. */
  readonly owner: Uint16Array
  /** Ecology steps for which fertiliser still works. */
  readonly fertility: Uint8Array
  /** 1 where crystal can stand: brine and silica lie within two steps. Follows from `deposit`. */
  readonly crystalBed: Uint8Array
  /** Items left of the unit that was last opened, by cell of a deposit. */
  readonly opened: Map<number, number>
  readonly players: Player[]
  readonly playerByAccount: Map<AccountId, Player>
  readonly structures: Map<number, Structure>
  /** Blueprints in the order of their placing. */
  waiting: Structure[]
  /** Owners whose blueprints may have become buildable. */
  readonly mayBuild: Set<number>
  /** Who gives to whom, and the belts' runs; undefined after a structure changed. */
  network: Network | undefined
  readonly balance: Balance
  /** Of the tick under way. */
  outcomes: Outcome[]
  /** Chunk of each cell. */
  readonly chunkOf: Int32Array
  /** The cells of each chunk, ascending: of chunk c from chunkStarts[c] to before chunkStarts[c + 1]. */
  readonly cellsByChunk: Int32Array
  readonly chunkStarts: Int32Array
  /** As neighbourTable, with `cells` (a cell that is always empty) where there is none. */
  readonly around: Int32Array
  /** Bits by chunk: DIRTY_HASH, DIRTY_FEED. */
  readonly dirty: Uint8Array
  /** Two u32 a chunk: the cached hash of its planes. */
  readonly chunkHashes: Uint32Array
  /** Indices of players whose view may have changed. */
  readonly changedPlayers: Set<number>
  /** Scratch of the ecology: what each cell gives to its neighbours' sums. */
  readonly contribution: Int32Array
}

/** The planes of the chunk changed since its hash was cached. */
export const DIRTY_HASH = 1
/** Anything that can be seen in the chunk changed since the feed asked. */
export const DIRTY_FEED = 2

/** A fresh world at tick 0, with every cell generated from the seed (u32) and the frequency n ≥ 1. */
export function createState(settings: Settings): SimulationState {
  const state = emptyState(settings)
  for (let cell = 0; cell < state.cells; cell++) generateInto(state, cell)
  markCrystalBeds(state)
  return state
}

type Settings = { readonly seed: number; readonly n: number }

/** A world at tick 0 whose planes are all zero. */
export function emptyState(settings: Settings): SimulationState {
  const { n } = settings
  const seed = settings.seed >>> 0
  const cells = cellCount(n)
  const chunks = chunkCount(n)
  const state: SimulationState = {
    seed,
    n,
    tick: 0,
    cells,
    terrain: new Uint8Array(cells),
    elevation: new Uint8Array(cells),
    deposit: new Uint8Array(cells),
    amount: new Uint16Array(cells),
    life: new Uint8Array(cells),
    mass: new Uint8Array(cells),
    pollution: new Uint16Array(cells),
    owner: new Uint16Array(cells),
    fertility: new Uint8Array(cells),
    crystalBed: new Uint8Array(cells),
    opened: new Map(),
    players: [],
    playerByAccount: new Map(),
    structures: new Map(),
    waiting: [],
    mayBuild: new Set(),
    network: undefined,
    balance: {
      made: new Float64Array(ITEM_COUNT),
      used: new Float64Array(ITEM_COUNT),
      pollutionEmitted: 0,
      pollutionSunk: 0,
      pollutionAbsorbed: 0,
    },
    outcomes: [],
    chunkOf: new Int32Array(cells),
    cellsByChunk: new Int32Array(cells),
    chunkStarts: new Int32Array(chunks + 1),
    around: neighbourTable(n).map((cell) => (cell < 0 ? cells : cell)),
    dirty: new Uint8Array(chunks).fill(DIRTY_HASH | DIRTY_FEED),
    chunkHashes: new Uint32Array(2 * chunks),
    changedPlayers: new Set(),
    contribution: new Int32Array(cells + 1),
  }
  sortIntoChunks(state)
  return state
}

function sortIntoChunks({ n, cells, chunkOf, chunkStarts, cellsByChunk }: SimulationState) {
  for (let cell = 0; cell < cells; cell++) chunkOf[cell] = chunkOfCell(n, cell)
  for (const chunk of chunkOf) chunkStarts[chunk + 1]!++
  for (let chunk = 1; chunk < chunkStarts.length; chunk++) {
    chunkStarts[chunk]! += chunkStarts[chunk - 1]!
  }
  const next = chunkStarts.slice()
  chunkOf.forEach((chunk, cell) => {
    cellsByChunk[next[chunk]!++] = cell
  })
}

function generateInto(state: SimulationState, cell: number) {
  const generated = generateCell(state.seed, state.n, cell)
  state.terrain[cell] = generated.terrain
  state.elevation[cell] = generated.elevation
  state.deposit[cell] = generated.deposit
  state.amount[cell] = generated.amount
  state.life[cell] = generated.life
  state.mass[cell] = generated.life === lifeCode.none ? 0 : generated.mass
}

/** Crystal stands where brine and silica both lie within two steps. */
function markCrystalBeds(state: SimulationState) {
  const { deposit, crystalBed, cells } = state
  const near = new Uint8Array(cells)
  for (let cell = 0; cell < cells; cell++) {
    if (deposit[cell] === depositCode.brine) near[cell] = 1
    if (deposit[cell] === depositCode.silica) near[cell] = 2
  }
  const within2 = dilate(state, dilate(state, near))
  for (let cell = 0; cell < cells; cell++) crystalBed[cell] = within2[cell] === 3 ? 1 : 0
}

/** Each cell's bits, or-ed with those of its neighbours. */
function dilate(state: SimulationState, bits: Uint8Array): Uint8Array {
  return bits.map((own, cell) => {
    let all = own
    for (let at = 6 * cell; at < 6 * cell + 6; at++) all |= bits[state.around[at]!] ?? 0
    return all
  })
}

/** Says that planes of a cell changed. */
export function markCell(state: SimulationState, cell: number) {
  state.dirty[state.chunkOf[cell]!]! |= DIRTY_HASH | DIRTY_FEED
}

/** Says that a structure changed in a way that can be seen. */
export function markStructure(state: SimulationState, structure: Structure) {
  state.dirty[structure.chunk]! |= DIRTY_FEED
}

/** Says what a structure does or waits for. */
export function setStatus(state: SimulationState, structure: Structure, status: StructureStatus) {
  if (structure.status === status) return
  structure.status = status
  markStructure(state, structure)
}

export function markPlayer(state: SimulationState, player: Player) {
  state.changedPlayers.add(player.index)
}

/** The player of an index from 1; undefined for 0 and for indices that nobody has. */
export const playerAt = (state: SimulationState, index: number): Player | undefined =>
  state.players[index - 1]
