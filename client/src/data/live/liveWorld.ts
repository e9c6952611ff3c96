// A world on a server. Cells go past Apollo's cache straight to the listener; what is rare goes through it.

import {
  type ApolloClient,
  CombinedGraphQLErrors,
  type OperationVariables,
  ServerError,
  type TypedDocumentNode,
} from '@apollo/client'
import type { DocumentNode } from 'graphql'
import type {
  Answer,
  ChatLine,
  Order,
  PlayerEntry,
  Standings,
  StatusReport,
  WorldData,
  WorldInfo,
  WorldListener,
  WorldListing,
} from '../worldData.ts'
import { backoffMs, openWires } from './connection.ts'
import * as documents from './documents.ts'
import { type Feed, keepUp } from './feed.ts'
import { ChunkInterest } from './interest.ts'
import { isFoundedAnew, SameWorld } from './sameWorld.ts'
import type { TokenBox } from './tokens.ts'
import { answerOf, bytesOf, playerOf, standingsOf, statusOf, structureOf } from './wire.ts'

export type LiveSettings = {
  /** Of the server, without a path. */
  readonly url: string
  /** The world to open; the first one if none is named. */
  readonly world: string | undefined
  readonly tokens: TokenBox
  /** A stream that brings nothing for so long is dead. */
  readonly silentMs?: number
  /** For so long an order without an answer is given again. */
  readonly insistMs?: number
}

const RETRY_OPEN_MS = 1500
/** Heartbeats come twice a second; only while a stream begins, the server itself may take ten seconds to say that it cannot. */
const FEED_SILENT_MS = 12_000
const PLAYERS_EVERY_MS = 5000
/** Longer than a server needs to start again. */
const INSIST_MS = 45_000
/** More orders than this do not wait for the server: no hand gives so many. */
const WAITING_MOST = 200
/** Where a stream missed too much of the chat, so many of its newest lines are read: more than are shown. */
const CHAT_READ = 100

export async function openLiveWorld(
  settings: LiveSettings,
  listener: WorldListener,
): Promise<WorldData> {
  const live = new LiveWorld(settings, listener)
  await live.open()
  return live
}

class LiveWorld implements WorldData {
  world: WorldInfo = { id: '', seed: 0, n: 1, ups: 20 }
  private readonly settings: LiveSettings
  private readonly listener: WorldListener
  private readonly wires
  private readonly apollo: ApolloClient
  private readonly interest: ChunkInterest
  private mine: (() => void) | undefined
  /** Where the feed of one's own was read to: a number pair as text, `tick.index`. */
  private cursor: string | undefined
  private me: string | undefined
  private readonly players = new Map<string, PlayerEntry>()
  private timer: ReturnType<typeof setInterval> | undefined
  private closed = false
  /** The newest line that was shown: a stream that goes on from a cursor may bring some again. */
  private chatLine = 0
  private readonly same = new SameWorld()
  private readonly feeds = new Set<Feed>()
  /** Settles when the latest order has its answer. */
  private turns: Promise<unknown> = Promise.resolve()
  private waiting = 0

  constructor(settings: LiveSettings, listener: WorldListener) {
    this.settings = settings
    this.listener = listener
    this.wires = openWires(settings.url, settings.tokens, {
      connection: listener.connection,
      reopened: () => this.reopened(),
    })
    this.apollo = this.wires.apollo
    this.interest = new ChunkInterest((chunks) => this.subscribeChunks(chunks))
  }

  async open(): Promise<void> {
    this.world = await this.findWorld()
    this.subscribe<{ status: documents.StatusWire }>(
      documents.STATUS,
      () => ({}),
      ({ status }) => this.takeStatus(statusOf(status)),
    )
    this.subscribe<{ presence: { account: string; index: number; state: string; cell: number } }>(
      documents.PRESENCE,
      () => ({}),
      ({ presence }) => this.notePresence(presence),
      { heartbeats: false },
    )
    void this.readPlayers()
    this.timer = setInterval(() => void this.readPlayers(), PLAYERS_EVERY_MS)
    if (this.settings.tokens.get()) await this.readMe()
    if (this.me) this.subscribeMine()
  }

  account(): string | undefined {
    return this.me
  }

  async join(name: string): Promise<Answer> {
    const wire = await this.mutate(documents.JOIN, { name })
    if ('kind' in wire) return wire
    if (wire.token && wire.account) {
      this.settings.tokens.set(wire.token)
      this.me = wire.account
      this.wires.reconnect()
      this.subscribeMine()
    }
    return answerOf(wire)
  }

  watch(chunks: readonly number[]): ReadonlySet<number> {
    return this.interest.set(chunks)
  }

  async order(order: Order): Promise<Answer> {
    const { type, ...fields } = order
    const given = 'way' in fields ? { ...fields, way: fields.way.toUpperCase() } : fields
    const variables = { world: this.world.id, commandId: newCommandId(), ...given }
    const until = Date.now() + (this.settings.insistMs ?? INSIST_MS)
    const wire = await this.inTurn(() => this.insist(documents.ORDERS[type], variables, until))
    if ('kind' in wire) return wire
    if (type === 'EnterWorld') void this.readMe()
    return answerOf(wire)
  }

  async standings(): Promise<Standings | undefined> {
    const answer = await this.apollo
      .query<{ world: documents.StandingsWire | null }>({
        query: documents.STANDINGS,
        variables: { world: this.world.id },
        fetchPolicy: 'no-cache',
      })
      .catch(() => undefined)
    return answer?.data?.world ? standingsOf(answer.data.world) : undefined
  }

  async worlds(): Promise<readonly WorldListing[] | undefined> {
    const answer = await this.readWorlds().catch(() => undefined)
    return answer?.map(({ status, ...world }) => ({
      ...world,
      state: status.state.toLowerCase() as WorldListing['state'],
      tick: status.tick,
      players: status.players,
    }))
  }

  async found({ id, ...planet }: WorldInfo): Promise<Answer> {
    const wire = await this.mutate(documents.FOUND, { world: id, ...planet })
    return 'kind' in wire ? wire : answerOf(wire)
  }

  close(): void {
    this.closed = true
    clearInterval(this.timer)
    this.interest.close()
    for (const feed of this.feeds) feed.stop()
    this.wires.close()
  }

  private async findWorld(): Promise<WorldInfo> {
    for (;;) {
      try {
        const worlds = await this.readWorlds()
        const wanted = this.settings.world
        const found = wanted ? worlds.find(({ id }) => id === wanted) : worlds[0]
        if (found) {
          this.listener.tick(found.status.tick)
          return { id: found.id, seed: found.seed, n: found.n, ups: found.ups }
        }
        if (worlds.length > 0) throw new NoSuchWorld(`there is no world "${wanted}" here`)
      } catch (error) {
        if (error instanceof NoSuchWorld) throw error
        this.listener.connection('lost')
      }
      if (this.closed) throw new NoSuchWorld('closed before a world was found')
      await new Promise((resolve) => setTimeout(resolve, RETRY_OPEN_MS))
    }
  }

  private async readWorlds(): Promise<readonly documents.WorldListingWire[]> {
    const { data } = await this.apollo.query<{ worlds: readonly documents.WorldListingWire[] }>({
      query: documents.WORLDS,
      fetchPolicy: 'no-cache',
    })
    return data?.worlds ?? []
  }

  private async readMe(): Promise<void> {
    type Found = {
      me: { account: string } | null
      world: {
        me: documents.PlayerWire | null
        structures: readonly documents.StructureWire[]
      } | null
    }
    try {
      const { data } = await this.apollo.query<Found>({
        query: documents.ME,
        variables: { world: this.world.id },
        fetchPolicy: 'no-cache',
      })
      this.me = data?.me?.account
      if (data?.world?.me) this.listener.player(playerOf(data.world.me))
      if (data?.world) this.listener.contents(data.world.structures.map(structureOf))
    } catch {
      // The socket tells of a lost connection; a token that is no longer known means joining anew.
      this.me ??= undefined
    }
  }

  private async readPlayers(): Promise<void> {
    type Found = {
      world: {
        players: readonly {
          account: string
          index: number
          name: string | null
          cell: number
          here: boolean
        }[]
        presence: readonly { account: string; state: string; cell: number }[]
      } | null
    }
    const answer = await this.apollo
      .query<Found>({
        query: documents.PLAYERS,
        variables: { world: this.world.id },
        fetchPolicy: 'no-cache',
      })
      .catch(() => undefined)
    const world = answer?.data?.world
    if (!world) return
    const states = new Map(world.presence.map(({ account, state }) => [account, state]))
    this.players.clear()
    for (const { account, index, name, cell, here } of world.players) {
      if (!here) continue
      const state = stateNamed(states.get(account))
      this.players.set(account, { account, index, name: name ?? undefined, cell, state })
    }
    this.listener.players([...this.players.values()])
  }

  /** What was said through line `head` and is not shown yet. */
  private async readChat(head: number): Promise<void> {
    type Found = { world: { chat: readonly (ChatLine & { name: string | null })[] } | null }
    const after = Math.max(Math.min(this.chatLine, head), head - CHAT_READ, 0)
    const past = this.chatLine === 0 && { past: true as const }
    // What is told live from now on lies behind it.
    this.chatLine = head
    if (after === head) return
    const variables = { world: this.world.id, after, limit: CHAT_READ }
    const answer = await this.apollo
      .query<Found>({ query: documents.CHAT, variables, fetchPolicy: 'no-cache' })
      .catch(() => undefined)
    for (const { id, name, text } of answer?.data?.world?.chat ?? []) {
      if (id <= head) this.listener.chat({ id, name: name ?? undefined, text, ...past })
    }
  }

  private notePresence(presence: { account: string; index: number; state: string; cell: number }) {
    const known = this.players.get(presence.account)
    this.players.set(presence.account, {
      account: presence.account,
      index: presence.index,
      name: known?.name,
      cell: presence.cell,
      state: stateNamed(presence.state),
    })
    this.listener.players([...this.players.values()])
  }

  private takeStatus(status: StatusReport): void {
    if (this.same.heard(status)) this.listener.status(status)
    else this.replaced()
  }

  private replaced(): void {
    // Told once: what is shown is void, and so is the cursor.
    if (this.closed) return
    this.close()
    this.listener.replaced()
  }

  private subscribeChunks(chunks: readonly number[]): () => void {
    return this.subscribe<{ chunks: documents.ChunkItemWire }>(
      documents.CHUNKS,
      () => ({ chunks }),
      ({ chunks: item }) => this.takeChunkItem(item),
    )
  }

  private takeChunkItem(item: documents.ChunkItemWire): void {
    this.listener.tick(item.tick)
    if (item.__typename === 'Heartbeat') return
    const { chunk, tick } = item
    const cells = bytesOf(item.cells)
    const structures = item.structures.map(structureOf)
    if (item.__typename === 'Chunk') this.listener.snapshot({ chunk, tick, cells, structures })
    else this.listener.changes({ chunk, tick, cells, structures, removed: item.removed })
  }

  private subscribeMine(): void {
    this.mine?.()
    this.mine = this.subscribe<{ mine: documents.MineItemWire }>(
      documents.MINE,
      () => ({ after: this.cursor }),
      ({ mine }) => this.takeMine(mine),
    )
  }

  private takeMine(item: documents.MineItemWire): void {
    switch (item.__typename) {
      case 'Outcome': {
        // After a reconnect the feed begins where this subscription began: what was told is not told again.
        if (this.cursor !== undefined && !isLaterOutcome(item.cursor, this.cursor)) return
        this.cursor = item.cursor
        const { outcomeCell, ...outcome } = item
        this.listener.outcome(outcomeCell === null ? outcome : { ...outcome, cell: outcomeCell })
        return
      }
      case 'PlayerView':
        this.listener.player(playerOf(item))
        return
      case 'Contents':
        this.listener.contents(item.structures.map(structureOf))
        return
      case 'ChatMessage':
        if (item.id <= this.chatLine) return
        this.chatLine = item.id
        this.listener.chat({ id: item.id, name: item.name ?? undefined, text: item.text })
        return
      case 'TakeSnapshot':
        this.cursor = item.cursor
        void this.readMe()
        void this.readChat(chatOf(item.cursor))
        return
      case 'Cursor':
        if (this.cursor === undefined || !isLaterOutcome(this.cursor, item.cursor))
          this.cursor = item.cursor
        return
      case 'Heartbeat':
        return
    }
  }

  private reopened(): void {
    void this.checkFounding()
    void this.readPlayers()
    if (this.me) {
      void this.readMe()
      this.subscribeMine()
    }
  }

  /** A server on other data may have a world of this name that is another planet, or none. */
  private async checkFounding(): Promise<void> {
    const worlds = await this.readWorlds().catch(() => undefined)
    // A server that answers with no world at all has just begun.
    if (!worlds || worlds.length === 0) return
    const now = worlds.find(({ id }) => id === this.world.id)
    if (isFoundedAnew(this.world, now)) this.replaced()
  }

  /**
   * Subscribes for good: whatever ends the stream (a slow consumer, a fault) or lets it fall silent, it is begun anew.
   * @param variables asked for at every beginning
   */
  private subscribe<Data>(
    query: DocumentNode,
    variables: () => OperationVariables,
    take: (data: Data) => void,
    { heartbeats = true } = {},
  ): () => void {
    const silentMs = heartbeats ? (this.settings.silentMs ?? FEED_SILENT_MS) : undefined
    const feed = keepUp(
      ({ heard, ended }) => {
        const subscription = this.apollo
          .subscribe<Data>({
            query: query as TypedDocumentNode<Data>,
            variables: { world: this.world.id, ...variables() },
            fetchPolicy: 'no-cache',
          })
          .subscribe({
            next: ({ data }) => {
              heard()
              if (data) take(data as Data)
            },
            error: ended,
            complete: ended,
          })
        return () => subscription.unsubscribe()
      },
      silentMs,
      () => this.wires.reconnect(),
    )
    this.feeds.add(feed)
    return () => {
      feed.stop()
      this.feeds.delete(feed)
    }
  }

  /** As the hand gives orders, one after another: none overtakes the one before it. */
  private async inTurn(give: () => Promise<documents.AnswerWire | Failed>) {
    if (this.waiting >= WAITING_MOST) return unanswered
    this.waiting += 1
    const given = this.turns.then(give)
    this.turns = given
    const answer = await given
    this.waiting -= 1
    return answer
  }

  /** An order without an answer is given again under its id, by which the server takes it once. */
  private async insist(mutation: DocumentNode, variables: OperationVariables, until: number) {
    for (let tries = 0; ; tries++) {
      const wire = await this.mutate(mutation, variables)
      if (wire !== unanswered || this.closed || Date.now() > until) return wire
      await new Promise((next) => setTimeout(next, backoffMs(tries, Math.random())))
    }
  }

  private async mutate(
    mutation: DocumentNode,
    variables: OperationVariables,
  ): Promise<documents.AnswerWire | Failed> {
    try {
      const { data } = await this.apollo.mutate<{ answer: documents.AnswerWire }>({
        mutation,
        variables,
        fetchPolicy: 'no-cache',
      })
      return data?.answer ?? { kind: 'failed', detail: 'the server gave no answer' }
    } catch (error) {
      if (isUnanswered(error)) return unanswered
      return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) }
    }
  }
}

type Failed = Extract<Answer, { kind: 'failed' }>

const unanswered: Failed = {
  kind: 'failed',
  detail: 'The server does not answer: it may not have heard that',
}

/** Whether nobody said anything: no way to the server, or a server that ends or only begins. */
function isUnanswered(error: unknown): boolean {
  if (CombinedGraphQLErrors.is(error)) return false
  return !ServerError.is(error) || error.statusCode >= 500
}

/** By hand: `crypto.randomUUID` is only lent to pages that came by TLS or from this machine. */
function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The server runs no such world: asking again will not help. */
class NoSuchWorld extends Error {
  override readonly name = 'NoSuchWorld'
}

function stateNamed(state: string | undefined): PlayerEntry['state'] {
  return state === 'connected' || state === 'away' ? state : 'gone'
}

/** The line that a cursor, `tick.index.chat.…`, stands at. */
function chatOf(cursor: string): number {
  return Number(cursor.split('.')[2] ?? 0)
}

/** Cursors are `tick.index.…`; what is behind these two orders no outcomes. */
function isLaterOutcome(cursor: string, other: string): boolean {
  const [tick = 0, index = 0] = cursor.split('.').map(Number)
  const [otherTick = 0, otherIndex = 0] = other.split('.').map(Number)
  return tick !== otherTick ? tick > otherTick : index > otherIndex
}
