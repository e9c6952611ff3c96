// How a chunk leaves the kernel and reaches a client: packed cells and a list of structures.
// The codec (chunkCodec.ts) is shared with the client.

import type { AccountId } from './events.ts'

/** A structure as clients see it. */
export type StructureView = {
  readonly cell: number
  readonly prototype: string
  readonly direction: number
  /** Index into the world's players, the same that the packed cells use; 0: nobody. */
  readonly owner: number
  readonly recipe?: string
  readonly status: 'blueprint' | 'idle' | 'working' | 'starved' | 'blocked' | 'exhausted'
  /** Of the job under way, in ticks; so that a client draws progress without being told every tick. */
  readonly progress?: { readonly startTick: number; readonly duration: number }
  /** Item → count. Only the owner gets the whole; on a belt it is public, in order of travel (`items`). */
  readonly contents?: Readonly<Record<string, number>>
  readonly items?: readonly string[]
}

export type ChunkSnapshot = {
  readonly chunk: number
  readonly tick: number
  /** chunkCodec: every cell of the chunk, all planes. */
  readonly cells: Uint8Array
  readonly structures: readonly StructureView[]
}

export type ChunkChanges = {
  readonly chunk: number
  readonly tick: number
  /** chunkCodec: the changed cells, with their new values. Empty when only structures changed. */
  readonly cells: Uint8Array
  /** Structures that are new or changed. */
  readonly structures: readonly StructureView[]
  /** Cells whose structure is gone. */
  readonly removed: readonly number[]
}

export type PlayerView = {
  readonly account: AccountId
  /** From 1, in order of first entry. */
  readonly index: number
  /** Entered and not left. */
  readonly here: boolean
  readonly cell: number
  /** Item → count, sorted by item. */
  readonly inventory: Readonly<Record<string, number>>
  readonly claims: number
  readonly harvesting?: number
  readonly crafting?: { readonly recipe: string; readonly left: number }
  /** Tick of the state it was read from. */
  readonly tick: number
}
