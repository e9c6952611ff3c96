// One running world: its tick engine, its read models and its change feed, behind the reader that the doors use.

import { setMaxListeners } from 'node:events'
import type {
  ChunkChanges,
  ChunkSnapshot,
  LeaderboardRow,
  PlayerView,
  StatisticsView,
  StructureView,
} from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'
import { chunkCount } from '../domain/grid/chunk.ts'
import { isCell } from '../domain/grid/lattice.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { OpenCache } from '../domain/ports/cache.ts'
import { LogBroken } from '../domain/ports/eventStore.ts'
import type { KernelResult, Piece } from '../domain/ports/kernel.ts'
import type { Messaging } from '../domain/ports/messaging.ts'
import type { ChatMessage } from '../domain/ports/personalData.ts'
import type { ReadModels } from '../domain/ports/readModels.ts'
import type { SnapshotHead } from '../domain/ports/snapshots.ts'
import { playerStream } from '../domain/streams.ts'
import { type Ask, ChunkViews } from './chunkViews.ts'
import { compareCursors } from './cursor.ts'
import { createSubscriber, Subscribers } from './feed.ts'
import { createOutcomeLog, OUTCOMES_KEPT, outcomeItem, type SavedOutcomes } from './outcomeLog.ts'
import { OwnContents } from './ownContents.ts'
import { PlayerViews } from './playerViews.ts'
import { rememberedPiece } from './snapshotPieces.ts'
import { StructureViews } from './structureViews.ts'
import { type EngineAudience, type EnginePorts, TickEngine } from './tickEngine.ts'
import type {
  Cursor,
  FeedItem,
  Interest,
  Presence,
  WorldLoad,
  WorldReader,
  WorldStatus,
} from './worldReader.ts'
import { worldRows } from './worldRows.ts'

export type WorldPorts = EnginePorts & {
  readonly messaging: Messaging
  readonly openCache: OpenCache
  /** Tables that people read by SQL; none are kept without it. */
  readonly readModels?: ReadModels
}

export type RunningWorld = WorldReader & {
  /** Resolves when the world is live; rejects when it could not be opened (`RulesDiffer`, `LedgerBroken`, …). */
  readonly ready: Promise<void>
  /** Takes a snapshot within a second or two; a pinned one is kept for ever. Rejects where that fails. */
  snapshot(options?: { readonly pinned?: boolean }): Promise<SnapshotHead>
  /** Runs no further tick, seals what was run, takes a snapshot, ends all feeds. */
  stop(): Promise<void>
}

/** Where the lines of a world's chat are published (`ChatMessage`). */
export const chatTopic = (world: string) => `chat/${world}`

const CHUNKS_CACHED = 512
/** Chunk changes are published at most so often a second. */
const CHUNK_RATE_HZ = 20
const HEARTBEAT_MS = 500
/** What came of orders, in a snapshot. */
const OUTCOMES = 'outcomes'
const CONTENTS_AT_ONCE = 32
/** Who logs out waits so long for what she did last to be run, and then for her row to be written. */
const SETTLE_MS = 2_000
const SAVE_MS = 5_000

/** Starts to open the world; the reader is there at once, with state `replaying` until `ready`. */
export function openWorld(ports: WorldPorts): RunningWorld {
  return new WorldProjector(ports)
}

class WorldProjector implements RunningWorld, EngineAudience {
  readonly settings
  readonly #ports: WorldPorts
  readonly #engine: TickEngine
  readonly #chunks: ChunkViews
  readonly #players: PlayerViews
  readonly #structures: StructureViews
  readonly #outcomes
  readonly #contents = new OwnContents()
  readonly #subscribers: Subscribers
  readonly #closed = new AbortController()
  readonly #stopping = new AbortController()
  #rowsWritten: Promise<void> = Promise.resolve()
  readonly #rows: ReturnType<typeof worldRows> | undefined
  readonly #endChat: () => void
  /** What was run and is not shown yet. */
  #unshown: { outcomes: Outcome[]; players: Map<AccountId, PlayerView>; changes: ChunkChanges[] }
  #watchedTick = 0
  /** Outcomes of ticks through this one were told to all who were there. */
  #toldThrough = 0

  constructor(ports: WorldPorts) {
    this.#ports = ports
    this.settings = ports.settings
    // Every feed listens for it; their number has a bound at the doors.
    setMaxListeners(0, this.#closed.signal)
    this.#unshown = { outcomes: [], players: new Map(), changes: [] }
    const { observer, openCache, settings } = ports
    const { world } = settings
    this.#subscribers = new Subscribers((kind, count) => observer?.told(world, kind, count))
    const ask: Ask = (question) => this.#engine.ask(question)
    this.#chunks = new ChunkViews(ask, openCache(`chunks/${settings.world}`, CHUNKS_CACHED))
    this.#structures = new StructureViews(ask, openCache, settings.world)
    this.#players = new PlayerViews(openCache, settings.world)
    this.#outcomes = createOutcomeLog(openCache, settings.world)
    this.#engine = new TickEngine(ports, this)
    this.#endChat = ports.messaging.subscribe(chatTopic(ports.settings.world), (message) => {
      const item: FeedItem = { kind: 'chat', message: message as ChatMessage }
      this.#subscribers.toThose(({ chat }) => chat, item)
    })
    this.#engine.ended.then(() => this.#closed.abort())
    this.#rows = ports.readModels && this.#rowsIn(ports.readModels)
    void this.#beat()
  }

  get ready(): Promise<void> {
    return this.#engine.ready
  }

  status(): WorldStatus {
    const { publication } = this.#engine
    return {
      settings: this.settings,
      ...this.#engine.state(),
      tick: publication.tick(),
      hash: publication.hash(),
      players: this.#players.countHere(),
    }
  }

  async publishedStatus(): Promise<WorldStatus> {
    // What cannot be sealed in time is not told: what status() tells is sealed in any case.
    if (this.#engine.state().state === 'running') await this.#engine.shown().catch(() => {})
    return this.status()
  }

  async chunk(chunk: number): Promise<ChunkSnapshot> {
    this.#assertChunk(chunk)
    const snapshot = await this.#chunks.read(chunk)
    await this.#engine.shown(snapshot.tick)
    return snapshot
  }

  async player(account: AccountId): Promise<PlayerView | undefined> {
    return this.#engine.ask((kernel) => kernel.player(account))
  }

  players() {
    return this.#players
      .all()
      .map(({ account, index, cell, here }) => ({ account, index, cell, here }))
  }

  claimLimit(account: AccountId): number | undefined {
    return this.#players.get(account)?.claimLimit
  }

  async statistics(account: AccountId): Promise<StatisticsView | undefined> {
    return this.#engine.ask((kernel) => kernel.statistics(account))
  }

  async leaderboard(): Promise<readonly LeaderboardRow[]> {
    return this.#engine.ask((kernel) => kernel.leaderboard())
  }

  async structures(account: AccountId): Promise<readonly StructureView[]> {
    return this.#structures.read(account)
  }

  async structure(cell: number): Promise<StructureView | undefined> {
    if (!isCell(this.settings.n, cell)) {
      throw new RangeError(`cell: ${cell} is no cell of world ${this.settings.world}`)
    }
    return this.#engine.ask((kernel) => kernel.structure(cell))
  }

  presence(): readonly Presence[] {
    return this.#players.presence()
  }

  feed(interest: Interest, after?: Cursor, signal?: AbortSignal): AsyncIterable<FeedItem> {
    const chunks = [...new Set(interest.chunks ?? [])]
    for (const chunk of chunks) this.#assertChunk(chunk)
    const { account } = interest
    const missed =
      after && account !== undefined ? this.outcomesAfter(account, after, OUTCOMES_KEPT * 2) : []
    const ends = AbortSignal.any([this.#closed.signal, ...(signal ? [signal] : [])])
    if (ends.aborted) return createSubscriber(interest, after, [], () => {}, ends)
    const unwatch: (() => void)[] = []
    const subscriber = createSubscriber(
      { ...interest, chunks },
      after,
      missed,
      (dropped) => {
        if (dropped > 0) this.#ports.observer?.cut(this.settings.world, dropped)
        for (const end of unwatch) end()
        this.#subscribers.remove(subscriber)
        if (account !== undefined) this.#contents.forget(account)
        this.#engine.lookAgain()
      },
      ends,
    )
    this.#subscribers.add(subscriber)
    unwatch.push(...chunks.map((chunk) => this.#chunks.watch(chunk)))
    if (account !== undefined) this.#contents.forget(account)
    this.#engine.lookAgain()
    return subscriber
  }

  outcomesAfter(account: AccountId, after: Cursor, limit: number): readonly FeedItem[] {
    return this.#outcomes.after(account, after, limit)
  }

  connect(account: AccountId): () => void {
    if (this.#players.connect(account)) this.#tellPresence(this.#players.presenceOf(account))
    let connected = true
    return () => {
      if (!connected) return
      connected = false
      if (!this.#players.disconnect(account)) return
      // Who has left the world was told gone then, and comes and goes unseen.
      this.#tellPresence(this.#players.presenceOf(account))
      void this.#rows?.playerLeft(account)
    }
  }

  async savePlayer(account: AccountId): Promise<string | undefined> {
    if (!this.#rows) return undefined
    const missing = await this.#notRunYet(account)
    if (missing !== undefined) return missing
    if (!this.#players.get(account)) return undefined
    const saved = await this.#within(SAVE_MS, () => this.#rows?.playerLeft(account))
    return saved ? undefined : 'its tables cannot be written now'
  }

  /** Why what was accepted of a player is not run and shown within the time that she waits; undefined where it is. */
  async #notRunYet(account: AccountId): Promise<string | undefined> {
    const settled = () =>
      this.#within(SETTLE_MS, async (signal) => {
        await this.#engine.settled(signal)
        return true
      })
    if (this.#engine.state().state === 'stopped' || (await settled())) return undefined
    const wasHere = this.#players.get(account) !== undefined || (await this.#hasEntered(account))
    const { state, tick, replayThrough, lagMs } = this.status()
    // Nothing more comes of it: what it showed last is all there is.
    if (wasHere === false || state === 'stopped') return undefined
    if (wasHere === undefined) return 'the event log cannot answer now'
    return state === 'replaying'
      ? `it replays, and is at tick ${tick} of ${replayThrough ?? '?'}`
      : `it is ${Math.round(lagMs)} ms late, and has not run yet all that was accepted of you`
  }

  /** By the log: a world that replays has not come to her yet. undefined where the log cannot answer. */
  async #hasEntered(account: AccountId): Promise<boolean | undefined> {
    const stream = playerStream(this.settings.world, account)
    return this.#within(SETTLE_MS, async () => {
      try {
        return (await this.#ports.store.readStream(stream, 0, 1)).length > 0
      } catch (error) {
        // Its beginning is in an archive.
        if (error instanceof LogBroken) return true
        throw error
      }
    })
  }

  /** undefined where it takes too long, or fails. */
  async #within<Value>(
    ms: number,
    work: (signal: AbortSignal) => Promise<Value> | undefined,
  ): Promise<Value | undefined> {
    const over = new AbortController()
    const late = this.#ports.scheduler.sleep(ms, over.signal).then(() => undefined)
    try {
      return await Promise.race([work(over.signal), late])
    } catch {
      return undefined
    } finally {
      over.abort(new Error('it took too long'))
    }
  }

  load(): WorldLoad {
    const { all, most } = this.#subscribers.waiting()
    return {
      subscribers: this.#subscribers.count,
      feedWaiting: all,
      feedWaitingMost: most,
      eventsWaiting: this.#engine.waiting(),
      chunksWatched: this.#chunks.watched,
      chunksCached: this.#chunks.cached,
      rows: this.#rows?.load() ?? {},
    }
  }

  snapshot({ pinned = false }: { readonly pinned?: boolean } = {}): Promise<SnapshotHead> {
    return this.#engine.snapshot(pinned)
  }

  async stop(): Promise<void> {
    this.#endChat()
    this.#stopping.abort()
    await this.#engine.stop()
    // The engine's last ticks, too, may have changed players.
    await this.#rowsWritten
    await this.#rows?.end()
  }

  watching(): boolean {
    return this.#subscribers.count > 0
  }

  owes(): boolean {
    return this.#unshown.outcomes.length > 0
  }

  watch(through: number): readonly number[] {
    const every = Math.ceil(this.settings.ups / CHUNK_RATE_HZ)
    if (Math.floor(through / every) === Math.floor(this.#watchedTick / every)) return []
    this.#watchedTick = through
    return this.#chunks.watchedChunks()
  }

  consumed(result: KernelResult): void {
    this.#chunks.consumed(result)
    this.#structures.consumed()
    this.#rows?.chunksChanged(result)
    for (const outcome of result.outcomes) this.#unshown.outcomes.push(outcome)
    for (const player of result.players) this.#unshown.players.set(player.account, player)
    for (const changes of result.changes) this.#unshown.changes.push(changes)
  }

  remembered(through: number): readonly Piece[] {
    return [rememberedPiece(OUTCOMES, this.#outcomes.saved(through, this.#unshown.outcomes))]
  }

  restored(remembered: ReadonlyMap<string, unknown>, tick: number): void {
    const outcomes = remembered.get(OUTCOMES)
    if (!outcomes) return
    this.#outcomes.restore(outcomes as SavedOutcomes)
    // They are among those, and told here.
    this.#unshown.outcomes = []
    const told = { tick: this.#toldThrough, index: Number.POSITIVE_INFINITY }
    this.#toldThrough = Math.max(this.#toldThrough, tick)
    // Whoever came before the world stood here, with a cursor, was told nothing of them yet; no replay brings them.
    this.#subscribers.each(({ interest: { account }, after, push }) => {
      if (account === undefined || after === undefined) return
      const from = compareCursors(after, told) > 0 ? after : told
      for (const item of this.outcomesAfter(account, from, OUTCOMES_KEPT * 2)) push(item)
    })
  }

  published(tick: number): void {
    this.#toldThrough = Math.max(this.#toldThrough, tick)
    const { outcomes, players, changes } = this.#unshown
    this.#unshown = { outcomes: [], players: new Map(), changes: [] }
    // What a replay brings is history: it is news only to who asked for it by a cursor.
    const live = this.#engine.state().state !== 'replaying'
    for (const list of changes) {
      this.#subscribers.toChunk(list.chunk, { kind: 'chunk', changes: list })
    }
    for (const outcome of outcomes) {
      this.#outcomes.add(outcome)
      if (live) this.#ports.observer?.judged(this.settings.world, outcome)
      this.#subscribers.toAccount(
        outcome.account,
        outcomeItem(outcome),
        ({ after }) => live || (after !== undefined && compareCursors(outcome, after) > 0),
      )
    }
    for (const player of players.values()) {
      this.#rows?.playerChanged(player.account)
      if (live) this.#showPlayer(player)
      else this.#players.set(player)
    }
  }

  #rowsIn(readModels: ReadModels) {
    const rows = worldRows({
      ...this.#ports,
      readModels,
      chunk: (chunk) => this.chunk(chunk),
      player: (account) => this.#players.get(account),
    })
    const signal = AbortSignal.any([this.#closed.signal, this.#stopping.signal])
    // Nothing is read before the world is live; a world that never is has nothing to write.
    this.#rowsWritten = this.#engine.ready.then(() => rows.run(signal)).catch(() => {})
    return rows
  }

  #showPlayer(player: PlayerView): void {
    const before = this.#players.get(player.account)
    this.#players.set(player)
    this.#subscribers.toAccount(player.account, { kind: 'player', player })
    if (before?.cell !== player.cell || before.here !== player.here) {
      const { account } = player
      this.#tellPresence(this.#players.presenceOf(account) ?? this.#players.goneOf(account))
    }
  }

  #tellPresence(presence: Presence | undefined): void {
    if (!presence) return
    this.#subscribers.toThose(({ status }) => status, { kind: 'presence', presence })
  }

  #assertChunk(chunk: number): void {
    const count = chunkCount(this.settings.n)
    if (Number.isInteger(chunk) && chunk >= 0 && chunk < count) return
    throw new RangeError(
      `chunk: ${chunk} is no chunk of world ${this.settings.world}, which has 0 to ${count - 1}`,
    )
  }

  /** Twice a second a heartbeat, once a second the contents of own structures. */
  async #beat(): Promise<void> {
    const { signal } = this.#closed
    let telling = false
    for (let beat = 0; !signal.aborted; beat++) {
      await this.#ports.scheduler.sleep(HEARTBEAT_MS, signal)
      if (signal.aborted || this.#subscribers.count === 0) continue
      const { publication } = this.#engine
      this.#subscribers.toAll({
        kind: 'heartbeat',
        tick: publication.tick(),
        hash: publication.hash(),
      })
      if (beat % 2 === 0 || telling) continue
      telling = true
      // Not waited for: a kernel that takes its time is no reason to fall silent.
      void this.#tellContents().finally(() => {
        telling = false
      })
    }
  }

  async #tellContents(): Promise<void> {
    if (this.#engine.state().state !== 'running') return
    const accounts = this.#subscribers.accounts()
    // Some at a time: each answer waits until it is published, and a tick must not wait behind all the questions.
    for (let at = 0; at < accounts.length; at += CONTENTS_AT_ONCE) {
      const some = accounts.slice(at, at + CONTENTS_AT_ONCE)
      await Promise.all(some.map((account) => this.#tellContentsOf(account)))
    }
  }

  async #tellContentsOf(account: AccountId): Promise<void> {
    // A world that stops ends the feeds anyway.
    const structures = await this.structures(account).catch(() => [])
    const changed = this.#contents.changed(account, structures)
    if (changed.length === 0) return
    const tick = this.#engine.publication.tick()
    this.#subscribers.toAccount(account, { kind: 'contents', tick, structures: changed })
  }
}
