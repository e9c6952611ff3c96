// A server with real doors, a real command handler and real stores in memory, over a world that is a fake: it keeps
// what the feed, the views and the outcomes are by contract, and moves only when a test says so.

import { type Api, type ApiOptions, startApi } from '../../src/api/server.ts'
import { commandHandler } from '../../src/commands/handler.ts'
import type { Submit } from '../../src/commands/submit.ts'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import type { ChunkChanges, PlayerView, StructureView } from '../../src/domain/chunkView.ts'
import { cellsOfChunk, chunkOf, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { EventStore } from '../../src/domain/ports/eventStore.ts'
import type { ChatMessage, PersonalData } from '../../src/domain/ports/personalData.ts'
import { systemClock, systemScheduler } from '../../src/platform/clock.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { systemChance } from '../../src/platform/random.ts'
import { compareCursors } from '../../src/projections/cursor.ts'
import {
  type Cursor,
  type FeedItem,
  type Interest,
  type Presence,
  SlowConsumer,
  type WorldReader,
  type WorldStatus,
} from '../../src/projections/worldReader.ts'

const HASH = 'a1b2c3d4e5f60718'

type Subscriber = {
  readonly interest: Interest
  readonly waiting: FeedItem[]
  tooSlow: boolean
  wake: () => void
}

const standing = ({ account, index }: { account: string; index: number }, rank: number) => ({
  account,
  index,
  rank,
  packs: { 'red-pack': 2 },
  packsTotal: 2,
  pollution: 40,
  packsPerMillion: 50_000,
  launches: 0,
})

/** `feedBound`: items that may wait for one subscriber. */
export class FakeWorld implements WorldReader {
  readonly settings: WorldReader['settings']
  readonly feedBound: number
  state: WorldStatus['state'] = 'running'
  tick = 1
  /** Outcomes up to and with this cursor are gone. */
  gone: Cursor = { tick: 0, index: 0 }
  readonly outcomes: Outcome[] = []
  readonly owners = new Map<number, number>()
  readonly standing = new Map<number, StructureView>()
  readonly subscribers = new Set<Subscriber>()
  readonly connected: string[] = []
  readonly #players: { account: string; index: number; cell: number; here: boolean }[] = []

  constructor(world = 'first', n = 2, feedBound = 100) {
    this.settings = { world, seed: 7, n, ups: 20 }
    this.feedBound = feedBound
  }

  status(): WorldStatus {
    const { settings, state, tick } = this
    return {
      settings,
      state,
      tick,
      upsMeasured: 20,
      lagMs: 0,
      hash: { tick, hash: HASH },
      rulesHash: HASH,
      players: this.#players.length,
    }
  }

  async publishedStatus() {
    return this.status()
  }

  async chunk(chunk: number) {
    const { n } = this.settings
    const records = cellsOfChunk(n, chunk).map((cell) => this.#record(cell))
    return {
      chunk,
      tick: this.tick,
      cells: encodeCells('snapshot', chunk, records),
      structures: [...this.standing.values()].filter((one) => chunkOf(n, one.cell) === chunk),
    }
  }

  #record(cell: number) {
    return {
      offset: offsetInChunk(this.settings.n, cell),
      terrain: 5,
      elevation: 100,
      deposit: cell % 3 === 0 ? 1 : 0,
      amount: cell % 3 === 0 ? 40 : 0,
      life: 0,
      mass: 0,
      pollution: 0,
      owner: this.owners.get(cell) ?? 0,
    }
  }

  async player(account: string): Promise<PlayerView | undefined> {
    const found = this.#players.find((one) => one.account === account)
    if (!found) return undefined
    return {
      ...found,
      inventory: { gear: 2, plate: 120 },
      claims: 0,
      claimLimit: 200,
      researched: ['logistics'],
      researching: { research: 'automation', done: 2, units: 5 },
      tick: this.tick,
    }
  }

  players() {
    return this.#players
  }

  claimLimit(account: string) {
    return this.#players.some((one) => one.account === account) ? 200 : undefined
  }

  async statistics(account: string) {
    const found = this.#players.find((one) => one.account === account)
    return found && { ...standing(found, 1), produced: { plate: 3 }, consumed: { iron: 3 } }
  }

  async leaderboard() {
    return this.#players.map((player, index) => standing(player, index + 1))
  }

  async structures(account: string) {
    const owner = this.#players.find((one) => one.account === account)?.index
    return [...this.standing.values()].filter((one) => one.owner === owner)
  }

  async structure(cell: number) {
    return this.standing.get(cell)
  }

  load() {
    const waiting = [...this.subscribers].map((one) => one.waiting.length)
    return {
      subscribers: this.subscribers.size,
      feedWaiting: waiting.reduce((sum, each) => sum + each, 0),
      feedWaitingMost: Math.max(0, ...waiting),
      eventsWaiting: 0,
      chunksWatched: 0,
      chunksCached: 0,
      rows: {},
    }
  }

  presence(): readonly Presence[] {
    return this.#players.map(({ account, index, cell }) => {
      const state = this.connected.includes(account) ? 'connected' : 'away'
      return { account, index, cell, state }
    })
  }

  connect(account: string) {
    this.connected.push(account)
    return () => {
      this.connected.splice(this.connected.indexOf(account), 1)
    }
  }

  /** Whose rows were written, and whether that goes well. */
  readonly saved: string[] = []
  canSave = true

  async savePlayer(account: string) {
    if (!this.canSave) return 'its tables cannot be written now'
    this.saved.push(account)
    return undefined
  }

  outcomesAfter(account: string, after: Cursor, limit: number): readonly FeedItem[] {
    const lost = compareCursors(after, this.gone) < 0
    const from = lost ? this.gone : after
    const items = this.outcomes
      .filter((one) => one.account === account && compareCursors(one, from) > 0)
      .map((outcome) => ({ kind: 'outcome' as const, cursor: cursorOf(outcome), outcome }))
    const first = lost ? [{ kind: 'takeSnapshot' as const, cursor: this.gone }] : []
    return [...first, ...items].slice(0, limit)
  }

  /** Listens from this call on, as the contract says, and until the signal aborts. */
  feed(interest: Interest, after?: Cursor, signal?: AbortSignal): AsyncIterable<FeedItem> {
    const { account } = interest
    const missed = after && account !== undefined ? this.outcomesAfter(account, after, 1000) : []
    const subscriber: Subscriber = {
      interest,
      waiting: [...missed],
      tooSlow: false,
      wake: () => {},
    }
    this.subscribers.add(subscriber)
    const end = () => {
      this.subscribers.delete(subscriber)
      subscriber.wake()
    }
    signal?.addEventListener('abort', end)
    return this.#items(subscriber, end, signal)
  }

  async *#items(subscriber: Subscriber, end: () => void, signal?: AbortSignal) {
    try {
      while (!signal?.aborted) {
        const item = subscriber.waiting.shift()
        if (item) yield item
        else if (subscriber.tooSlow) throw new SlowConsumer('too much waits unread')
        else {
          await new Promise<void>((resolve) => {
            subscriber.wake = resolve
          })
        }
      }
    } finally {
      end()
    }
  }

  emit(item: FeedItem): void {
    for (const subscriber of this.subscribers) {
      if (!concerns(item, subscriber.interest) || subscriber.tooSlow) continue
      if (subscriber.waiting.length >= this.feedBound) subscriber.tooSlow = true
      else subscriber.waiting.push(item)
      subscriber.wake()
    }
  }

  // What tests do to the world.

  enter(account: string, cell: number): void {
    if (this.#players.some((one) => one.account === account)) return
    this.#players.push({ account, index: this.#players.length + 1, cell, here: true })
  }

  place(structure: StructureView): void {
    this.standing.set(structure.cell, structure)
  }

  /** The next tick, with a heartbeat. */
  beat(): void {
    this.tick += 1
    this.emit({ kind: 'heartbeat', tick: this.tick, hash: { tick: this.tick, hash: HASH } })
  }

  tell(outcome: Partial<Outcome> & { account: string }): Outcome {
    this.tick += 1
    const whole = {
      tick: this.tick,
      index: 0,
      commandId: 'order',
      order: 'CellsClaimed',
      done: 1,
      asked: 1,
      reason: 'Done' as const,
      ...outcome,
    }
    this.outcomes.push(whole)
    this.emit({ kind: 'outcome', cursor: cursorOf(whole), outcome: whole })
    return whole
  }

  change(cell: number, owner: number): ChunkChanges {
    this.tick += 1
    this.owners.set(cell, owner)
    const chunk = chunkOf(this.settings.n, cell)
    const cells = encodeCells('changes', chunk, [this.#record(cell)])
    const changes = { chunk, tick: this.tick, cells, structures: [], removed: [] }
    this.emit({ kind: 'chunk', changes })
    return changes
  }
}

const cursorOf = ({ tick, index }: Outcome): Cursor => ({ tick, index })

function concerns(item: FeedItem, interest: Interest): boolean {
  switch (item.kind) {
    case 'heartbeat':
    case 'takeSnapshot':
      return true
    case 'chunk':
      return interest.chunks?.includes(item.changes.chunk) ?? false
    case 'outcome':
      return item.outcome.account === interest.account
    case 'player':
      return item.player.account === interest.account
    case 'contents':
      return interest.account !== undefined
    case 'chat':
      return interest.chat === true
    case 'presence':
      return interest.status === true
  }
}

/** These worlds, as `FakeOptions` take them; one that is put into `all` later is found from then on. */
export const worldsAmong = (all: readonly FakeWorld[]) => ({
  list: () => all,
  get: (name: string) => all.find(({ settings }) => settings.world === name),
})

export type Player = { readonly account: string; readonly token: string; readonly mailbox: string }

export type Fake = {
  readonly url: string
  readonly api: Api
  readonly world: FakeWorld
  readonly personalData: PersonalData
  readonly store: EventStore
  /** What the server told its operator. */
  readonly said: string[]
  /** What it noted for its log. */
  readonly noted: Record<string, unknown>[]
  join(name?: string): Promise<Player>
  /** A player who has joined and entered the world. */
  enter(name?: string): Promise<Player>
  call(method: string, path: string, options?: CallOptions): Promise<Called>
  graphql(query: string, options?: GraphQLOptions): Promise<GraphQLAnswer>
}

type CallOptions = {
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}
// biome-ignore lint/suspicious/noExplicitAny: answers are JSON of many shapes, and tests look into them
export type Called = { readonly status: number; readonly headers: Headers; readonly body: any }
type GraphQLOptions = { readonly token?: string; readonly variables?: Record<string, unknown> }
type GraphQLAnswer = {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly data: any
  readonly errors?: readonly {
    readonly message: string
    readonly extensions?: Record<string, unknown>
  }[]
}

type FakeOptions = Pick<
  Partial<ApiOptions>,
  | 'limits'
  | 'ready'
  | 'clientDir'
  | 'clock'
  | 'corsOrigins'
  | 'trustedProxies'
  | 'host'
  | 'port'
  | 'worlds'
  | 'versions'
  | 'personalData'
  | 'tracer'
> & {
  readonly submit?: (handler: Submit) => Submit
  readonly world?: FakeWorld
}

export async function openFake(options: FakeOptions = {}): Promise<Fake> {
  const { submit = (handler) => handler, world = new FakeWorld(), ...rest } = options
  const personalData = rest.personalData ?? memoryPersonalData()
  const store = memoryEventStore()
  const messaging = inProcessMessaging()
  const handler = commandHandler({
    store,
    personalData,
    messaging,
    clock: systemClock,
    scheduler: systemScheduler,
    chance: systemChance,
    worldSettings: (name) => (name === world.settings.world ? world.settings : undefined),
  })
  messaging.subscribe(`chat/${world.settings.world}`, (message) =>
    world.emit({ kind: 'chat', message: message as ChatMessage }),
  )
  const said: string[] = []
  const noted: Record<string, unknown>[] = []
  const api = await startApi({
    submit: submit(shown(handler.submit, world)),
    worlds: {
      list: () => [world],
      get: (name) => (name === world.settings.world ? world : undefined),
    },
    personalData,
    clock: systemClock,
    chance: systemChance,
    host: '127.0.0.1',
    port: 0,
    ready: () => ({ ready: true, reasons: [] }),
    say: (line) => said.push(line),
    note: (fields) => noted.push(fields),
    ...rest,
    limits: {
      joinsPerMinute: 10_000,
      wrongTokensPerMinute: 10_000,
      closeGraceMs: 500,
      // Long enough for nobody: tests of who lingers say how long.
      lingerMs: 1,
      ...rest.limits,
    },
  })
  const call = caller(api.url)
  const join = async (name = 'Ada') =>
    (await call('POST', '/players', { body: { name } })).body as Player
  return {
    url: api.url,
    api,
    world,
    personalData,
    store,
    said,
    noted,
    call,
    join,
    async enter(name) {
      const player = await join(name)
      await act(call, player, { type: 'EnterWorld', world: 'first' })
      return player
    },
    async graphql(query, { token, variables } = {}) {
      const body = { query, variables }
      const { status, body: answer } = await call('POST', '/graphql', {
        body,
        ...(token === undefined ? {} : { token }),
      })
      return { status, ...answer }
    },
  }
}

/** Shows in the fake world what was accepted, as the engine would at its next tick. */
const shown =
  (submit: Submit, world: FakeWorld): Submit =>
  async (submission) => {
    const result = await submit(submission)
    if ('status' in result || result.answer.status !== 'accepted') return result
    const account = submission.account ?? ''
    if (result.command === 'EnterWorld') world.enter(account, result.landing ?? 0)
    return result
  }

export const act = (call: Fake['call'], { mailbox, token }: Player, body: unknown) =>
  call('POST', `/mailbox/${mailbox}/actions`, { token, body })

const caller =
  (url: string): Fake['call'] =>
  async (method, path, { token, body, headers, signal } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '')
    const answered = json && text !== '' ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body: answered }
  }

/** Waits until `condition` holds; a test that never gets there fails by its own time limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}
