// One's own feed: what came of orders, the player's view, contents, and the chat, with cursors to go on from.

import type { WorldId } from '../../../domain/events.ts'
import { compareCursors, cursorText, parseCursor } from '../../../projections/cursor.ts'
import type { Cursor, FeedItem, WorldReader } from '../../../projections/worldReader.ts'
import { chatMissed } from '../../mailbox/messages.ts'
import { badInput } from '../../problem.ts'
import { withNames } from '../../views.ts'
import { accountOf, type Context, worldNamed } from '../context.ts'
import type { SubscriptionMineArgs } from '../schema.generated.ts'
import { follow } from '../subscription.ts'

/** Whoever missed more lines than this reads the chat as it is. */
const CHAT_REPLAYED_MAX = 200
/** Above the index of every outcome: "all of this tick was told". */
const END_OF_TICK = 999_999_999
/** A quiet stream says where it stands with every so manieth heartbeat, so that its cursor does not grow old. */
const HEARTBEATS_A_CURSOR = 10

type Item = { readonly __typename: string }
/** `chat`: id of the newest line that was told; undefined in a cursor that tells of outcomes alone. */
type Mark = {
  readonly outcome: Cursor
  readonly chat: number | undefined
  /** Undefined in a cursor of the first form, which told of no world. */
  readonly world: WorldId | undefined
}

/** `tick.index`, behind it the chat's line, the number of this form, and the world. The first form ended before that number. */
const FORM = 2
const form = new RegExp(`^(\\d+\\.\\d+)(?:\\.(\\d{1,15})(?:\\.${FORM}\\.([a-z0-9]{1,32}))?)?$`)

/** Throws a 400 `Problem` for text that is no cursor, and for the cursor of another world. */
function readCursor(text: string | null | undefined, asked: WorldId): Mark | undefined {
  if (text === null || text === undefined) return undefined
  const [, pair = '', chat, world] = form.exec(text) ?? []
  const outcome = parseCursor(pair)
  if (!outcome) {
    throw badInput({ field: 'after', detail: 'takes a cursor that this subscription gave' })
  }
  if (world !== undefined && world !== asked) {
    throw badInput({ field: 'after', detail: `is of the world ${world}, not of ${asked}` })
  }
  return { outcome, chat: chat === undefined ? undefined : Number(chat), world }
}

export const heartbeat = (item: FeedItem & { kind: 'heartbeat' }) => ({
  __typename: 'Heartbeat',
  tick: item.tick,
  hashTick: item.hash.tick,
  hash: item.hash.hash,
})

export async function mineFeed(_root: unknown, given: SubscriptionMineArgs, context: Context) {
  const account = accountOf(context)
  const world = worldNamed(context, given.world)
  const after = readCursor(given.after, world.settings.world)
  // Read before the feed listens: lines that come in between are read once more behind it.
  const head = await context.doors.personalData.chatHead()
  const mine = new Mine(context.doors, world, account, after, head)
  return follow<Item>(context, world, {
    interest: { account, chat: true },
    ...(after ? { after: after.outcome } : {}),
    first: () => mine.first(),
    each: (item) => mine.each(item),
  })
}

/** One subscription, and how far it has told. */
class Mine {
  readonly #doors: Context['doors']
  readonly #world: WorldReader
  readonly #account: string
  readonly #after: Mark | undefined
  readonly #chatHead: number
  #outcome: Cursor
  #chat: number
  #heartbeats = 0

  constructor(
    doors: Context['doors'],
    world: WorldReader,
    account: string,
    after: Mark | undefined,
    chatHead: number,
  ) {
    this.#doors = doors
    this.#world = world
    this.#account = account
    this.#after = after
    this.#chatHead = chatHead
    this.#outcome = after?.outcome ?? { tick: 0, index: 0 }
    this.#chat = after?.chat ?? chatHead
  }

  /** Called when the feed listens: whatever is published from now on comes by `each`. */
  async *first(): AsyncGenerator<Item> {
    const { tick } = this.#world.status()
    if (!this.#after) this.#outcome = { tick, index: END_OF_TICK }
    const fromElsewhere = this.#chat > this.#chatHead
    if (fromElsewhere) this.#chat = this.#chatHead
    // Which world's it was nobody knows, so neither what is missed since.
    const unnamed = this.#after !== undefined && this.#after.world === undefined
    yield* this.#backTo(tick, fromElsewhere || unnamed) ?? [this.#cursor()]
    const player = await this.#world.player(this.#account)
    if (player) {
      yield { ...player, __typename: 'PlayerView' }
      const structures = await this.#world.structures(this.#account)
      yield contents(this.#world.status().tick, structures)
    }
    yield* this.#missedChat()
  }

  async each(item: FeedItem): Promise<readonly Item[]> {
    switch (item.kind) {
      case 'heartbeat':
        return [heartbeat(item), ...this.#stand(item.tick)]
      case 'outcome':
        this.#outcome = item.cursor
        return [{ ...item.outcome, ...this.#cursor(), __typename: 'Outcome' } as Item]
      case 'player':
        return [{ ...item.player, __typename: 'PlayerView' } as Item]
      case 'contents':
        return [contents(item.tick, item.structures)]
      case 'chat':
        return item.message.id > this.#chat ? this.#lines([item.message]) : []
      case 'takeSnapshot':
        this.#outcome = item.cursor
        return [this.#takeSnapshot()]
      case 'chunk':
      case 'presence':
        return []
    }
  }

  #cursor() {
    const place = `${cursorText(this.#outcome)}.${this.#chat}`
    return { __typename: 'Cursor', cursor: `${place}.${FORM}.${this.#world.settings.world}` }
  }

  #takeSnapshot() {
    return { ...this.#cursor(), __typename: 'TakeSnapshot' }
  }

  /** All of `tick` was told before its heartbeat. */
  #stand(tick: number): readonly Item[] {
    const back = this.#backTo(tick, false)
    if (back) return back
    const end = { tick, index: END_OF_TICK }
    if (compareCursors(end, this.#outcome) > 0) this.#outcome = end
    return this.#heartbeats++ % HEARTBEATS_A_CURSOR === 0 ? [this.#cursor()] : []
  }

  /**
   * A running world shows no tick that is behind one it has shown: a cursor ahead of it is of another history, and what came
   * since nobody knows.
   */
  #backTo(tick: number, certain: boolean): readonly Item[] | undefined {
    const ahead = this.#outcome.tick > tick && this.#world.status().state === 'running'
    if (ahead) this.#outcome = { tick, index: END_OF_TICK }
    return ahead || certain ? [this.#takeSnapshot()] : undefined
  }

  async *#missedChat(): AsyncGenerator<Item> {
    const { personalData } = this.#doors
    const { world } = this.#world.settings
    const missed = await personalData.chatAfter(world, this.#chat, CHAT_REPLAYED_MAX + 1)
    const cut = await chatMissed(personalData, world, this.#chat, missed)
    if (cut === undefined && missed.length <= CHAT_REPLAYED_MAX) {
      yield* await this.#lines(missed)
      return
    }
    this.#chat = await personalData.chatHead()
    yield this.#takeSnapshot()
  }

  /** In the order of their ids, and behind them where the stream stands. */
  async #lines(
    lines: readonly Parameters<typeof withNames>[0][number][],
  ): Promise<readonly Item[]> {
    const last = lines.at(-1)
    if (!last) return []
    const named = await withNames(lines, this.#doors)
    this.#chat = last.id
    return [...named.map((line) => ({ ...line, __typename: 'ChatMessage' })), this.#cursor()]
  }
}

const contents = (tick: number, structures: readonly object[]) =>
  ({ __typename: 'Contents', tick, structures }) as Item
