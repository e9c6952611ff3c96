// The state as the kernel's port shows it.

import type { CellRecord } from '../chunkCodec.ts'
import { encodeCells } from '../chunkCodec.ts'
import type { ChunkSnapshot, PlayerView, StructureView } from '../chunkView.ts'
import type { AccountId } from '../events.ts'
import { offsetInChunk } from '../grid/chunk.ts'
import { isCell } from '../grid/lattice.ts'
import { items } from '../items.ts'
import { networkOf } from './network.ts'
import { claimLimitOf, researchedNames } from './researching.ts'
import type { Run } from './run.ts'
import { eachItem } from './run.ts'
import type { Player, SimulationState, Structure } from './state.ts'
import { prototypeOf, recipeOf, researchOf } from './tables.ts'

/** A cell as the codec carries it. */
export const cellRecord = (state: SimulationState, cell: number): CellRecord => ({
  offset: offsetInChunk(state.n, cell),
  terrain: state.terrain[cell]!,
  elevation: state.elevation[cell]!,
  deposit: state.deposit[cell]!,
  amount: state.amount[cell]!,
  life: state.life[cell]!,
  mass: state.mass[cell]!,
  pollution: state.pollution[cell]!,
  owner: state.owner[cell]!,
})

/** A chunk as it is now; a chunk that the planet does not have is empty. */
export function chunkSnapshot(state: SimulationState, chunk: number): ChunkSnapshot {
  const known = Number.isInteger(chunk) && chunk >= 0 && chunk < state.dirty.length
  const cells = known
    ? state.cellsByChunk.subarray(state.chunkStarts[chunk], state.chunkStarts[chunk + 1])
    : new Int32Array(0)
  return {
    chunk,
    tick: state.tick,
    cells: encodeCells(
      'snapshot',
      chunk,
      Array.from(cells, (cell) => cellRecord(state, cell)),
    ),
    structures: structuresOfChunk(state, chunk),
  }
}

/** All structures of a chunk, ascending by cell, as anybody may see them. */
export function structuresOfChunk(state: SimulationState, chunk: number): StructureView[] {
  const lanes = new Map<Run, string[][]>()
  return (networkOf(state).byChunk.get(chunk) ?? []).map((structure) =>
    publicView(state, structure, lanes),
  )
}

/** `lanes` keeps what was read of a run, so that a chunk's belts read each run once. */
function publicView(
  state: SimulationState,
  structure: Structure,
  lanes: Map<Run, string[][]>,
): StructureView {
  const recipe = makes(structure)
  const onBelt = networkOf(state).runOf.get(structure.cell)
  return {
    cell: structure.cell,
    prototype: prototypeOf(structure.prototype).name,
    direction: structure.direction,
    owner: structure.owner,
    status: structure.status,
    ...(recipe ? { recipe: recipe.name } : {}),
    ...(structure.workLeft > 0
      ? { progress: { startTick: structure.startTick, duration: structure.duration } }
      : {}),
    ...(onBelt ? { items: lanesOf(onBelt.run, lanes)[onBelt.place]! } : {}),
  }
}

/** What it makes: a recipe, or in a laboratory a research. */
const makes = ({ prototype, recipe }: Structure) =>
  prototypeOf(prototype).kind === 'lab' ? researchOf(recipe) : recipeOf(recipe)

function lanesOf(run: Run, lanes: Map<Run, string[][]>): string[][] {
  const known = lanes.get(run)
  if (known) return known
  const made: string[][] = run.cells.map(() => [])
  eachItem(run, (place, _slot, item) => made[place]!.push(items[item]!))
  lanes.set(run, made)
  return made
}

/** Item → count of what is there, sorted by item. */
export function countsOf(stock: Uint32Array | Float64Array): Record<string, number> {
  return Object.fromEntries(
    [...stock.entries()]
      .filter(([, count]) => count > 0)
      .map(([item, count]): [string, number] => [items[item]!, count])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** The structure on a cell with its contents; undefined where there is none. */
export function structureView(state: SimulationState, cell: number): StructureView | undefined {
  const structure = isCell(state.n, cell) ? state.structures.get(cell) : undefined
  return structure && fullView(state, structure, new Map())
}

function fullView(
  state: SimulationState,
  structure: Structure,
  lanes: Map<Run, string[][]>,
): StructureView {
  const view = publicView(state, structure, lanes)
  return structure.stock.length > 0 ? { ...view, contents: countsOf(structure.stock) } : view
}

/** All structures of an account with their contents, ascending by cell. */
export function structureViews(state: SimulationState, account: AccountId): StructureView[] {
  const player = state.playerByAccount.get(account)
  if (!player) return []
  const lanes = new Map<Run, string[][]>()
  return networkOf(state)
    .structures.filter(({ owner }) => owner === player.index)
    .map((structure) => fullView(state, structure, lanes))
}

/** An account's player; undefined for who never had anything to do with this world. */
export function playerView(state: SimulationState, account: AccountId): PlayerView | undefined {
  const player = state.playerByAccount.get(account)
  return player && viewOfPlayer(state, player)
}

export function viewOfPlayer(state: SimulationState, player: Player): PlayerView {
  const craft = player.crafts[0]
  const research = researchOf(player.research)
  return {
    account: player.account,
    index: player.index,
    here: player.here,
    cell: player.cell,
    inventory: countsOf(player.inventory),
    claims: player.claims,
    claimLimit: claimLimitOf(player),
    researched: researchedNames(player),
    tick: state.tick,
    ...(player.harvest ? { harvesting: player.harvest.cell } : {}),
    ...(research
      ? {
          researching: {
            research: research.name,
            done: player.units[player.research - 1]!,
            units: research.units,
          },
        }
      : {}),
    ...(craft
      ? { crafting: { recipe: recipeOf(craft.recipe)!.name, left: craft.count - craft.done } }
      : {}),
  }
}
