// What changed since somebody asked: dirty chunks, lists of changes for watched chunks, players.
//
// For each watched chunk a copy of what was told last is kept; a list is the difference to it. Copies of
// chunks that nobody watches any more are dropped, so memory is bounded by what is watched.

import type { CellRecord } from '../chunkCodec.ts'
import { encodeCells } from '../chunkCodec.ts'
import type { ChunkChanges, ChunkSnapshot, PlayerView, StructureView } from '../chunkView.ts'
import type { SimulationState } from './state.ts'
import { DIRTY_FEED, playerAt } from './state.ts'
import { cellRecord, chunkSnapshot, structuresOfChunk, viewOfPlayer } from './views.ts'

/** What was told of a chunk: the planes that change, by place among the chunk's cells. */
type Told = {
  readonly cells: Int32Array
  /** Amount, life and mass in one word; pollution and owner in another. */
  readonly ground: Uint32Array
  readonly dirt: Uint32Array
  /** View of each structure as JSON, by cell. */
  readonly structures: Map<number, string>
  /** It may differ from the state. */
  stale: boolean
  askedTick: number
}

/** One consumer of a state's changes; a state serves one, since asking clears its dirty bits. */
export type ChangeFeed = { readonly state: SimulationState; readonly told: Map<number, Told> }

/** A copy that nobody asked about for this many ticks is dropped. */
const FORGET_TICKS = 600

export const changeFeed = (state: SimulationState): ChangeFeed => ({ state, told: new Map() })

const groundOf = ({ amount, life, mass }: SimulationState, cell: number) =>
  (amount[cell]! | (life[cell]! << 16) | (mass[cell]! << 24)) >>> 0
const dirtOf = ({ pollution, owner }: SimulationState, cell: number) =>
  (pollution[cell]! | (owner[cell]! << 16)) >>> 0

/** The chunk as it is now; its next list of changes is against this. */
export function snapshotFrom(feed: ChangeFeed, chunk: number): ChunkSnapshot {
  const snapshot = chunkSnapshot(feed.state, chunk)
  if (Number.isInteger(chunk) && chunk >= 0 && chunk < feed.state.dirty.length) {
    feed.told.set(chunk, toldOf(feed.state, chunk, snapshot.structures))
  }
  return snapshot
}

function toldOf(state: SimulationState, chunk: number, structures: readonly StructureView[]): Told {
  const { cellsByChunk, chunkStarts } = state
  const cells = cellsByChunk.subarray(chunkStarts[chunk], chunkStarts[chunk + 1])
  return {
    cells,
    ground: Uint32Array.from(cells, (cell) => groundOf(state, cell)),
    dirt: Uint32Array.from(cells, (cell) => dirtOf(state, cell)),
    structures: new Map(structures.map((view) => [view.cell, JSON.stringify(view)])),
    stale: false,
    askedTick: state.tick,
  }
}

/** Chunks with any visible change since this was asked last, ascending. */
export function drainDirty({ state, told }: ChangeFeed): number[] {
  const chunks: number[] = []
  for (let chunk = 0; chunk < state.dirty.length; chunk++) {
    if ((state.dirty[chunk]! & DIRTY_FEED) === 0) continue
    state.dirty[chunk]! &= ~DIRTY_FEED
    const known = told.get(chunk)
    if (known) known.stale = true
    chunks.push(chunk)
  }
  return chunks
}

/**
 * The changes of the watched chunks since they were told last, ascending by chunk; chunks without any are
 * left out, and one that was never told comes whole. Ask after `drainDirty`. Drops what is long unwatched.
 */
export function drainChanges(feed: ChangeFeed, watch: readonly number[]): ChunkChanges[] {
  const { state, told } = feed
  const changes: ChunkChanges[] = []
  for (const chunk of [...new Set(watch)].sort((a, b) => a - b)) {
    if (!Number.isInteger(chunk) || chunk < 0 || chunk >= state.dirty.length) continue
    const known = told.get(chunk)
    if (!known) {
      changes.push({ ...snapshotFrom(feed, chunk), removed: [] })
      continue
    }
    known.askedTick = state.tick
    if (!known.stale && (state.dirty[chunk]! & DIRTY_FEED) === 0) continue
    known.stale = false
    const change = changesOf(state, chunk, known)
    if (change) changes.push(change)
  }
  for (const [chunk, { askedTick }] of told) {
    if (state.tick - askedTick > FORGET_TICKS) told.delete(chunk)
  }
  return changes
}

function changesOf(state: SimulationState, chunk: number, told: Told): ChunkChanges | undefined {
  const cells = changedCells(state, told)
  const { structures, removed } = changedStructures(state, chunk, told)
  if (cells.length === 0 && structures.length === 0 && removed.length === 0) return undefined
  return {
    chunk,
    tick: state.tick,
    cells: cells.length === 0 ? new Uint8Array(0) : encodeCells('changes', chunk, cells),
    structures,
    removed,
  }
}

function changedCells(state: SimulationState, { cells, ground, dirt }: Told): CellRecord[] {
  const changed: CellRecord[] = []
  for (let place = 0; place < cells.length; place++) {
    const cell = cells[place]!
    const newGround = groundOf(state, cell)
    const newDirt = dirtOf(state, cell)
    if (newGround === ground[place] && newDirt === dirt[place]) continue
    ground[place] = newGround
    dirt[place] = newDirt
    changed.push(cellRecord(state, cell))
  }
  return changed
}

function changedStructures(state: SimulationState, chunk: number, told: Told) {
  const now = structuresOfChunk(state, chunk)
  const gone = new Set(told.structures.keys())
  const structures: StructureView[] = []
  for (const view of now) {
    gone.delete(view.cell)
    const text = JSON.stringify(view)
    if (told.structures.get(view.cell) === text) continue
    told.structures.set(view.cell, text)
    structures.push(view)
  }
  const removed = [...gone].sort((a, b) => a - b)
  for (const cell of removed) told.structures.delete(cell)
  return { structures, removed }
}

/** Players whose view may have changed since this was asked last, by index. */
export function drainPlayers({ state }: ChangeFeed): PlayerView[] {
  const indices = [...state.changedPlayers].sort((a, b) => a - b)
  state.changedPlayers.clear()
  return indices.flatMap((index) => {
    const player = playerAt(state, index)
    return player ? [viewOfPlayer(state, player)] : []
  })
}
