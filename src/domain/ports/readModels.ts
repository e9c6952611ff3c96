// The port to tables that people read by SQL, and to checkpoints. All of it can be made again from the log.

import type { AccountId, WorldId } from '../events.ts'

export type ChunkRow = {
  readonly world: WorldId
  /** The chunk's number. */
  readonly id: number
  /** Its first cell on the lattice. */
  readonly position: { readonly diamond: number; readonly i: number; readonly j: number }
  /** chunkCodec: every cell of the chunk. */
  readonly cellStates: Uint8Array
  readonly tick: number
}

export type PlayerRow = {
  readonly world: WorldId
  readonly id: AccountId
  /** The cell where the player stands. */
  readonly position: number
  readonly inventory: Readonly<Record<string, number>>
  readonly tick: number
}

export type PrototypeRow = { readonly type: string; readonly properties: object }

export type Checkpoint = { readonly position: number; readonly state: unknown }

/** Rows are written over older ticks only, checkpoints over earlier positions only. All throw `StoreUnavailable`. */
export type ReadModels = {
  saveChunks(rows: readonly ChunkRow[]): Promise<void>
  savePlayers(rows: readonly PlayerRow[]): Promise<void>
  /** These and no others. */
  savePrototypes(rows: readonly PrototypeRow[]): Promise<void>
  chunk(world: WorldId, id: number): Promise<ChunkRow | undefined>
  player(world: WorldId, id: AccountId): Promise<PlayerRow | undefined>
  checkpoint(name: string): Promise<Checkpoint | undefined>
  saveCheckpoint(name: string, checkpoint: Checkpoint): Promise<void>
}

/** One reader's checkpoint: where it goes on, and where it tells that it has come further. */
export type Progress = {
  readonly position: number
  /** What was made of the log through `position`; undefined at its beginning. */
  readonly state: unknown
  /** Kept now and then; what is lost of it is read again. Never rejects. */
  reached(position: number, state: unknown): Promise<void>
}
