// The read side as the doors see it: one world's views and its change feed. (Types; worldProjector.ts makes it.)

import type {
  ChunkChanges,
  ChunkSnapshot,
  LeaderboardRow,
  PlayerView,
  StatisticsView,
  StructureView,
} from '../domain/chunkView.ts'
import type { AccountId, WorldId } from '../domain/events.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { ChatMessage } from '../domain/ports/personalData.ts'

/** Place in the feed: text `tick.index`, ordered; survives restarts because replay makes it again. */
export type Cursor = { readonly tick: number; readonly index: number }

export type WorldStatus = {
  readonly settings: WorldSettings
  readonly state: 'replaying' | 'running' | 'stopped'
  /** The newest published tick. */
  readonly tick: number
  /** Ticks a second over the last seconds; below `settings.ups` the world runs slow, it never drops a tick. */
  readonly upsMeasured: number
  /** How far the world is behind its own pace, ms. */
  readonly lagMs: number
  readonly hash: { readonly tick: number; readonly hash: string }
  readonly rulesHash: string
  readonly players: number
  /** While replaying: the tick it will reach. */
  readonly replayThrough?: number
  /** Why it stopped. */
  readonly stopped?: string
  /** Tick of the newest snapshot (0: none), and why the last try to take one failed, if it did. */
  readonly snapshots?: { readonly tick: number; readonly failed?: string }
}

export type Presence = {
  readonly account: AccountId
  readonly index: number
  /** `gone` (has left the world) is told once, in the feed. */
  readonly state: 'connected' | 'away' | 'gone'
  readonly cell: number
}

export type FeedItem =
  /** Twice a second while anybody watches, however late the world is. */
  | {
      readonly kind: 'heartbeat'
      readonly tick: number
      readonly hash: { tick: number; hash: string }
    }
  | { readonly kind: 'chunk'; readonly changes: ChunkChanges }
  | { readonly kind: 'outcome'; readonly cursor: Cursor; readonly outcome: Outcome }
  | { readonly kind: 'player'; readonly player: PlayerView }
  /** Structures of one's own with their contents, at 1 Hz, only what changed. */
  | {
      readonly kind: 'contents'
      readonly tick: number
      readonly structures: readonly StructureView[]
    }
  | { readonly kind: 'chat'; readonly message: ChatMessage }
  | { readonly kind: 'presence'; readonly presence: Presence }
  /** The backlog since the cursor is gone or was too long: read snapshots, then go on from `cursor`. */
  | { readonly kind: 'takeSnapshot'; readonly cursor: Cursor }

export type Interest = {
  readonly chunks?: readonly number[]
  /** Outcomes, player view and contents of this account. */
  readonly account?: AccountId
  readonly chat?: boolean
  readonly status?: boolean
}

/** What waits, and what is held for those who look. */
export type WorldLoad = {
  readonly subscribers: number
  /** Feed items that wait unread: of all subscribers, and of the one with most. */
  readonly feedWaiting: number
  readonly feedWaitingMost: number
  /** Events that wait for their tick. */
  readonly eventsWaiting: number
  /** Chunks that are kept fresh because somebody watches, and those that are kept until they change. */
  readonly chunksWatched: number
  readonly chunksCached: number
  /** Rows for SQL that are not saved yet, and whether saving fails. None are kept without tables. */
  readonly rows: Readonly<
    Partial<Record<'chunks' | 'players', { readonly dirty: number; readonly failing: boolean }>>
  >
}

export type WorldReader = {
  readonly settings: WorldSettings
  status(): WorldStatus
  /** Like status(), but waits until what it tells is sealed, so that no crash can take it back. */
  publishedStatus(): Promise<WorldStatus>
  chunk(chunk: number): Promise<ChunkSnapshot>
  player(account: AccountId): Promise<PlayerView | undefined>
  players(): readonly {
    readonly account: AccountId
    readonly index: number
    readonly cell: number
    readonly here: boolean
  }[]
  /** How many cells an account may hold, as published; undefined for who was never here. */
  claimLimit(account: AccountId): number | undefined
  /** What a player made and used up; undefined for who was never here. */
  statistics(account: AccountId): Promise<StatisticsView | undefined>
  /** Best first. */
  leaderboard(): Promise<readonly LeaderboardRow[]>
  structures(account: AccountId): Promise<readonly StructureView[]>
  structure(cell: number): Promise<StructureView | undefined>
  presence(): readonly Presence[]
  /**
   * Live items by interest; with `after`, first the outcomes since that cursor. Ends with an error `SlowConsumer`
   * when more than a stated bound of items waits unread. It is registered by this very call, not by the first read:
   * call feed() first, then chunk(), and drop changes whose tick is not above the snapshot's.
   */
  feed(interest: Interest, after?: Cursor, signal?: AbortSignal): AsyncIterable<FeedItem>
  /** Outcomes of one account after a cursor, oldest first; `takeSnapshot` first if some are gone. */
  outcomesAfter(account: AccountId, after: Cursor, limit: number): readonly FeedItem[]
  load(): WorldLoad
  /** Marks the account as connected until the returned function is called. */
  connect(account: AccountId): () => void
  /**
   * Writes the player's row through, with all that was accepted of the player before this call. Resolves to undefined once it
   * is saved, else to what is missing, in words: the world is late or replays, or the tables cannot be written now. A world
   * that has stopped is saved as it was shown last. Who was never here has no row, and tables that nobody keeps are not waited for.
   */
  savePlayer(account: AccountId): Promise<string | undefined>
}

export type Worlds = {
  list(): readonly WorldReader[]
  get(world: WorldId): WorldReader | undefined
}

export class SlowConsumer extends Error {
  override readonly name = 'SlowConsumer'
}

/** The world replays, or what would be shown can not be sealed yet (the store is away): ask again later. */
export class WorldBusy extends Error {
  override readonly name = 'WorldBusy'
}
