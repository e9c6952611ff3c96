// The change feed: every item is made once and handed, as it is, to all whose interest it is.

import type { AccountId } from '../domain/events.ts'
import { type Cursor, type FeedItem, type Interest, SlowConsumer } from './worldReader.ts'

/** Items that may wait unread per subscriber; one more ends its feed with `SlowConsumer`. */
export const FEED_LIMIT = 4_096

export type Subscriber = {
  readonly interest: Interest
  /** Where it wants outcomes from; undefined: only those to come. */
  readonly after: Cursor | undefined
  push(item: FeedItem): void
  /** Items that wait unread. */
  waiting(): number
}

type Open = Subscriber & AsyncIterable<FeedItem>

/**
 * A bounded queue that one reader empties. `ended` is called once, whatever ends it, and told how many items were dropped
 * because too many waited.
 */
export function createSubscriber(
  interest: Interest,
  after: Cursor | undefined,
  first: readonly FeedItem[],
  ended: (dropped: number) => void,
  signal?: AbortSignal,
): Open {
  let queue: FeedItem[] = [...first]
  let over = false
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const end = (error?: Error) => {
    if (over) return
    over = true
    failure = error
    const dropped = error ? queue.length : 0
    if (error) queue = []
    signal?.removeEventListener('abort', stop)
    ended(dropped)
    wake?.()
  }
  const stop = () => {
    queue = []
    end()
  }
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()

  const next = async (): Promise<IteratorResult<FeedItem, undefined>> => {
    while (queue.length === 0) {
      if (failure) {
        const error = failure
        failure = undefined
        throw error
      }
      if (over) return { done: true, value: undefined }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return { done: false, value: queue.shift()! }
  }
  return {
    interest,
    after,
    waiting: () => queue.length,
    push(item) {
      if (over) return
      queue.push(item)
      if (queue.length > FEED_LIMIT) {
        end(new SlowConsumer(`more than ${FEED_LIMIT} items waited unread`))
      } else wake?.()
    },
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        stop()
        return { done: true as const, value: undefined }
      },
    }),
  }
}

/** Who looks on, and at what. */
export class Subscribers {
  readonly #all = new Set<Subscriber>()
  readonly #byChunk = new Map<number, Set<Subscriber>>()
  readonly #byAccount = new Map<AccountId, Set<Subscriber>>()
  readonly #told: (kind: FeedItem['kind'], subscribers: number) => void

  /** `told` hears how many every item went to. */
  constructor(told: (kind: FeedItem['kind'], subscribers: number) => void) {
    this.#told = told
  }

  get count(): number {
    return this.#all.size
  }

  accounts(): readonly AccountId[] {
    return [...this.#byAccount.keys()]
  }

  add(subscriber: Subscriber): void {
    const { chunks, account } = subscriber.interest
    this.#all.add(subscriber)
    for (const chunk of chunks ?? []) join(this.#byChunk, chunk, subscriber)
    if (account !== undefined) join(this.#byAccount, account, subscriber)
  }

  remove(subscriber: Subscriber): void {
    const { chunks, account } = subscriber.interest
    this.#all.delete(subscriber)
    for (const chunk of chunks ?? []) leave(this.#byChunk, chunk, subscriber)
    if (account !== undefined) leave(this.#byAccount, account, subscriber)
  }

  /** The longest queue, and all together. */
  waiting(): { readonly most: number; readonly all: number } {
    let most = 0
    let all = 0
    for (const subscriber of this.#all) {
      const waiting = subscriber.waiting()
      most = Math.max(most, waiting)
      all += waiting
    }
    return { most, all }
  }

  toAll(item: FeedItem): void {
    this.#tell([...this.#all], item)
  }

  toChunk(chunk: number, item: FeedItem): void {
    this.#tell([...(this.#byChunk.get(chunk) ?? [])], item)
  }

  toAccount(
    account: AccountId,
    item: FeedItem,
    wanted: (subscriber: Subscriber) => boolean = () => true,
  ): void {
    this.#tell([...(this.#byAccount.get(account) ?? [])].filter(wanted), item)
  }

  each(visit: (subscriber: Subscriber) => void): void {
    for (const subscriber of [...this.#all]) visit(subscriber)
  }

  toThose(interested: (interest: Interest) => boolean | undefined, item: FeedItem): void {
    this.#tell(
      [...this.#all].filter(({ interest }) => interested(interest)),
      item,
    )
  }

  /** Given a copy: a push may end a subscriber. */
  #tell(those: readonly Subscriber[], item: FeedItem): void {
    if (those.length === 0) return
    for (const subscriber of those) subscriber.push(item)
    this.#told(item.kind, those.length)
  }
}

function join<Key>(by: Map<Key, Set<Subscriber>>, key: Key, subscriber: Subscriber): void {
  by.set(key, (by.get(key) ?? new Set()).add(subscriber))
}

function leave<Key>(by: Map<Key, Set<Subscriber>>, key: Key, subscriber: Subscriber): void {
  const those = by.get(key)
  those?.delete(subscriber)
  if (those?.size === 0) by.delete(key)
}
