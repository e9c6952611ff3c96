// From a world's feed to a GraphQL subscription: first a snapshot, then what changes, and a clean end.

import { GraphQLError } from 'graphql'
import {
  type Cursor,
  type FeedItem,
  type Interest,
  SlowConsumer,
  type WorldReader,
} from '../../projections/worldReader.ts'
import type { Context } from './context.ts'
import { maskError } from './errors.ts'

type Plan<Item> = {
  readonly interest: Interest
  readonly after?: Cursor
  /** Read once the feed is listening, so that nothing falls between a snapshot and the changes. */
  readonly first: () => AsyncIterable<Item>
  readonly each: (item: FeedItem) => Promise<readonly Item[]> | readonly Item[]
}

/**
 * Follows a world's feed for one subscription. An error (the subscriber is too slow, the world stopped) is its last item,
 * which `deliver` throws, so that every transport tells it as a GraphQL error and then completes.
 */
export function follow<Item>(
  context: Context,
  world: WorldReader,
  plan: Plan<Item>,
): AsyncIterableIterator<Item | GraphQLError> {
  const ending = new AbortController()
  const generator = run(context, world, plan, ending)
  return {
    next: () => generator.next(),
    // A generator that waits for its feed would hear of its end only at the next item: end the feed first.
    return: () => {
      ending.abort()
      return generator.return(undefined)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

export function deliver<Item>(payload: Item | GraphQLError): Item {
  if (payload instanceof GraphQLError) throw payload
  return payload
}

async function* run<Item>(
  context: Context,
  world: WorldReader,
  { interest, after, first, each }: Plan<Item>,
  ending: AbortController,
): AsyncGenerator<Item | GraphQLError, undefined> {
  try {
    attend(context, world, ending)
    const feed = world.feed(interest, after, ending.signal)[Symbol.asyncIterator]()
    let next = listen(feed)
    for await (const item of first()) {
      // Who may not listen any more is not told the rest of a snapshot either.
      if (ending.signal.aborted) return
      yield item
    }
    for (let item = await next; !item.done && !ending.signal.aborted; item = await next) {
      yield* await each(item.value)
      next = listen(feed)
    }
  } catch (error) {
    if (!ending.signal.aborted) yield failure(context, error)
  } finally {
    ending.abort()
  }
}

/**
 * Counts the subscriber and marks its player as connected until `ending` aborts, which the server's closing, the loss of the
 * connection and the account's erasure bring about too: a generator that nobody asks for its next item never gets to clean up.
 */
function attend(
  { doors, gone, door, session }: Context,
  world: WorldReader,
  ending: AbortController,
) {
  const end = () => ending.abort()
  const causes = [doors.closing, gone]
  const undo = [
    doors.metrics.subscriber(door === 'websocket' ? 'websocket' : 'sse'),
    session ? world.connect(session.account) : () => {},
    doors.sessions.onOver((isOver) => {
      if (session && isOver(session)) end()
    }),
  ]
  ending.signal.addEventListener('abort', () => {
    for (const cause of causes) cause.removeEventListener('abort', end)
    for (const each of undo) each()
  })
  for (const cause of causes) cause.addEventListener('abort', end)
  if (causes.some((cause) => cause.aborted) || (session && doors.sessions.isOver(session))) end()
}

/** Asks for the next item now. Its failure is told to whoever awaits it, which may be nobody, at the end. */
function listen(feed: AsyncIterator<FeedItem>): Promise<IteratorResult<FeedItem>> {
  const next = feed.next()
  next.catch(() => {})
  return next
}

function failure({ door, doors }: Context, error: unknown): GraphQLError {
  if (!(error instanceof SlowConsumer)) {
    return maskError(error, doors.limits.bodyBytesMax, doors.say)
  }
  doors.metrics.cut(door === 'websocket' ? 'websocket' : 'sse', 'items')
  return new GraphQLError('too much waited unread: read a snapshot and subscribe again', {
    extensions: { code: 'SLOW_CONSUMER' },
  })
}
