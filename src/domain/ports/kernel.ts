// The port to whatever runs the rules: a pinned thread with the TypeScript reference, later the Rust worker.

import type {
  ChunkChanges,
  ChunkSnapshot,
  LeaderboardRow,
  PlayerView,
  StatisticsView,
  StructureView,
} from '../chunkView.ts'
import type { AccountId, SimulationEvent, WorldId } from '../events.ts'
import type { Hashed } from '../ledger.ts'
import type { Outcome } from '../outcome.ts'

export type WorldSettings = {
  readonly world: WorldId
  /** u32 */
  readonly seed: number
  /** Frequency: the planet has 10·n² + 2 cells. */
  readonly n: number
  /** Ticks a second, 20 to 60. */
  readonly ups: number
}

/** One tick's events, in log order. `commandId` lets the outcome name its order. */
export type TickEvents = {
  readonly tick: number
  readonly events: readonly { readonly commandId: string; readonly event: SimulationEvent }[]
}

export type KernelBatch = {
  /** Run every tick after the present one up to and with this one. */
  readonly through: number
  /** Ascending by tick; ticks without an entry have no events. */
  readonly events: readonly TickEvents[]
  /** Chunks whose changes since the last batch that asked are wanted, as lists; one never told before comes whole. */
  readonly watch: readonly number[]
  /** Ask for the state hash after the last tick. */
  readonly hash: boolean
  /** Ask for the state hash after every tick that is a multiple of this, too. u32; without it, or 0: of none. */
  readonly hashEvery?: number
  /** Accounts whose player view is wanted where it changed; `all` for every changed one. */
  readonly players: 'all' | 'none'
}

export type KernelResult = {
  readonly tick: number
  /** 16 hex digits, of the state after `tick`; present when asked for. */
  readonly hash?: string
  /** Of the ticks that `hashEvery` asked for, ascending. */
  readonly hashes: readonly Hashed[]
  /** By tick, then index: the order of the feed. */
  readonly outcomes: readonly Outcome[]
  /** Chunks with any change since the last batch (also those not watched). */
  readonly dirty: readonly number[]
  readonly changes: readonly ChunkChanges[]
  readonly players: readonly PlayerView[]
  /** Milliseconds of the thread's own time for the batch. */
  readonly busyMs: number
}

/** To look at a batch while it runs, and to end it early. */
export type RunWatch = {
  /** Told now and then: the tick that the batch has come to. */
  readonly progress?: (tick: number) => void
  /**
   * Once it aborts, the batch ends with the tick that it is at, and resolves: `tick` tells which. Events of later ticks
   * were not looked at.
   */
  readonly signal?: AbortSignal
}

/** What runs a world's rules. */
export type KernelStatus = {
  readonly world: WorldId
  readonly kernel: 'rust' | 'rust-in-thread' | 'typescript'
  /** How the server and the worker wake one another. */
  readonly signal?: string
  readonly threads: number
  /** Workers that died or hung, and were replaced. */
  readonly workersLost: number
  /** States that a worker was to save beside its work, and did not. */
  readonly checkpointsLost?: number
  /** Why the world stands still: its workers are ended for want of memory. */
  readonly starved?: string
  /** Why the world is not run by what was asked for. */
  readonly fallback?: string
}

/** A named part of a saved state; docs/rules.md, "The state in pieces". */
export type Piece = { readonly name: string; readonly bytes: Uint8Array }
/** All pieces of a saved state, by name. */
export type Pieces = ReadonlyMap<string, Uint8Array>

export type Kernel = {
  /** Content hash of the rules and their tables (16 hex digits). */
  readonly rulesHash: string
  /** Rejects, and changes nothing, where events are of ticks that the batch has not. */
  run(batch: KernelBatch, watch?: RunWatch): Promise<KernelResult>
  /** A chunk as it is now; from here on its changes are lists against this. */
  chunk(chunk: number): Promise<ChunkSnapshot>
  player(account: AccountId): Promise<PlayerView | undefined>
  /** What a player made and used up; undefined for who was never here. */
  statistics(account: AccountId): Promise<StatisticsView | undefined>
  /** Best first. */
  leaderboard(): Promise<readonly LeaderboardRow[]>
  /** All structures of one owner with their contents. */
  structures(account: AccountId): Promise<readonly StructureView[]>
  /** Contents included. */
  structure(cell: number): Promise<StructureView | undefined>
  hash(): Promise<{ readonly tick: number; readonly hash: string }>
  /**
   * Begins to save the state as it stands, in place of a save under way: `pieces` gives it, however far the world runs
   * on meanwhile. The hash is that of the state.
   */
  save(): Promise<{ readonly tick: number; readonly hash: string }>
  /**
   * The next pieces of the save that was begun: at least one, then no more than about `bytes`; none when all are told.
   * Rejects with `SaveLost` where the save is gone and the world is not.
   */
  pieces(bytes: number): Promise<readonly Piece[]>
  close(): Promise<void>
}

/**
 * A new world at tick 0, or with `from` the saved one, which goes on as it would have. Rejects with `StateRefused` where
 * `from` is no state of this world that these rules can take up. Once `stopping` aborts, a kernel waits for nothing that it needs and
 * cannot have (memory): it is lost then.
 */
export type OpenKernel = (
  settings: WorldSettings,
  from?: Pieces,
  stopping?: AbortSignal,
) => Promise<Kernel>

/** The pieces are damaged, of another world, or say what these rules do not know; the message names the field. */
export class StateRefused extends Error {
  override readonly name = 'StateRefused'
}

/** What ran the world when the save was begun is gone, and another goes on in its place: begin another save. */
export class SaveLost extends Error {
  override readonly name = 'SaveLost'
}

/** The kernel and its state are gone: open another and run the ledger again, which gives the same state. */
export class KernelLost extends Error {
  override readonly name = 'KernelLost'
}
