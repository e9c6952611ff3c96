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
  readonly status:
    | 'blueprint'
    | 'idle'
    | 'working'
    | 'starved'
    | 'blocked'
    | 'exhausted'
    | 'locked'
    | 'unpowered'
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

/** A player's place among all: by packs for the pollution that was given off. */
export type LeaderboardRow = {
  readonly account: AccountId
  readonly index: number
  /** From 1. */
  readonly rank: number
  /** Packs made, by item. */
  readonly packs: Readonly<Record<string, number>>
  readonly packsTotal: number
  /** Units given off. */
  readonly pollution: number
  /** Packs for a million units of pollution, rounded down; who gave off none counts as having given off one. */
  readonly packsPerMillion: number
  readonly launches: number
}

/** What a player's hands and machines made and used up since they came. */
export type StatisticsView = LeaderboardRow & {
  /** Item → count, sorted by item. */
  readonly produced: Readonly<Record<string, number>>
  readonly consumed: Readonly<Record<string, number>>
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
  /** How many cells it may hold, as its research stands. */
  readonly claimLimit: number
  /** Names of what is researched, in the order of the table. */
  readonly researched: readonly string[]
  /** The research that is worked at. */
  readonly researching?: {
    readonly research: string
    readonly done: number
    readonly units: number
  }
  readonly harvesting?: number
  readonly crafting?: { readonly recipe: string; readonly left: number }
  /** Tick of the state it was read from. */
  readonly tick: number
}
