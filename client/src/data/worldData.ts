// What a world looks like to the client, wherever it runs: on a server (live/) or in this page (offline/).

import type {
  ChunkChanges,
  ChunkSnapshot,
  PlayerView,
  StructureView,
} from '../../../src/domain/chunkView.ts'
import type { PlayerCommand, TerritoryCommand } from '../../../src/domain/commands.ts'

export type WorldInfo = {
  readonly id: string
  readonly seed: number
  readonly n: number
  readonly ups: number
}

export type Connection = 'connecting' | 'open' | 'lost'

export type StatusReport = {
  readonly state: 'replaying' | 'running' | 'stopped'
  readonly tick: number
  readonly ups: number
  readonly upsMeasured: number
  readonly lagMs: number
  readonly hash: string
  readonly hashTick: number
  readonly players: number
  readonly replayThrough?: number
  readonly stopped?: string
}

export type OutcomeReport = {
  readonly tick: number
  readonly commandId: string
  readonly order: string
  readonly done: number
  readonly asked: number
  readonly reason: string
  readonly cell?: number
}

export type PlayerEntry = {
  readonly account: string
  readonly index: number
  readonly name: string | undefined
  readonly cell: number
  readonly state: 'connected' | 'away' | 'gone'
}

export type ChatLine = {
  readonly id: number
  readonly name: string | undefined
  readonly text: string
  /** It was said before this visit began. */
  readonly past?: true
}

type Wish<C> = C extends unknown
  ? Omit<C, 'account' | 'at' | 'world' | 'n' | 'seed' | 'chance'>
  : never

/** A command, less what the server fills in. */
export type Order = Wish<TerritoryCommand | PlayerCommand>

export type Answer =
  | { readonly kind: 'accepted'; readonly commandId: string; readonly landing?: number }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'refused'
      readonly refused: string
      readonly detail: string
      readonly cells: readonly { readonly cell: number; readonly refused: string }[]
    }
  /** Bad input, or no answer at all. */
  | { readonly kind: 'failed'; readonly detail: string }

/** How the players stand, and what one's own hands and machines made. */
export type Standings = {
  readonly rows: readonly {
    readonly rank: number
    readonly account: string
    readonly index: number
    readonly name: string | undefined
    readonly packsTotal: number
    readonly pollution: number
    readonly packsPerMillion: number
    readonly launches: number
  }[]
  /** Item → count. */
  readonly own:
    | {
        readonly produced: Readonly<Record<string, number>>
        readonly consumed: Readonly<Record<string, number>>
      }
    | undefined
}

/** A world of this server, as the list of worlds shows it. */
export type WorldListing = WorldInfo & {
  readonly state: StatusReport['state']
  readonly tick: number
  readonly players: number
}

export type WorldListener = {
  connection(state: Connection): void
  status(status: StatusReport): void
  /** The newest tick that the world has published. */
  tick(tick: number): void
  snapshot(snapshot: ChunkSnapshot): void
  changes(changes: ChunkChanges): void
  player(player: PlayerView): void
  contents(structures: readonly StructureView[]): void
  outcome(outcome: OutcomeReport): void
  players(players: readonly PlayerEntry[]): void
  chat(line: ChatLine): void
  /** The world is no longer the one that was shown (it was restored from a backup, or founded anew): all of it is void. */
  replaced(): void
}

export type WorldData = {
  readonly world: WorldInfo
  /** The account whose token this client holds. */
  account(): string | undefined
  /** Makes an account under a name; later orders are its orders. */
  join(name: string): Promise<Answer>
  /**
   * Sets which chunks are watched.
   * @returns all that are watched now: some that were before may stay; every other may be forgotten
   */
  watch(chunks: readonly number[]): ReadonlySet<number>
  order(order: Order): Promise<Answer>
  /** Reads how the players stand; undefined where that cannot be read now. */
  standings(): Promise<Standings | undefined>
  /** Reads which worlds there are; undefined where that cannot be read now. */
  worlds(): Promise<readonly WorldListing[] | undefined>
  /** Founds another world beside this one; left out where there is no server to run it. */
  found?(world: WorldInfo): Promise<Answer>
  close(): void
}

export type OpenWorld = (listener: WorldListener) => Promise<WorldData>
