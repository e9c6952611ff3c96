// Worlds: which there are, how they run, who is in them.

import { chunkCount } from '../../../domain/grid/chunk.ts'
import { cellCount } from '../../../domain/grid/lattice.ts'
import type { FeedItem, WorldReader, WorldStatus } from '../../../projections/worldReader.ts'
import { CHAT_LINES_MAX, statusOf, withNames, withPlayerNames } from '../../views.ts'
import { command } from '../answers.ts'
import { type Context, check, worldNamed } from '../context.ts'
import type {
  QueryWorldArgs,
  QueryWorldsArgs,
  SubscriptionPresenceArgs,
  SubscriptionStatusArgs,
  WorldChatArgs,
} from '../schema.generated.ts'
import { deliver, follow } from '../subscription.ts'

/** As many as may be founded on one server. */
const WORLDS_LIMIT_MAX = 64

const statusView = ({ settings, hash, ...status }: WorldStatus) => ({
  ...status,
  world: settings.world,
  ups: settings.ups,
  hash: hash.hash,
  hashTick: hash.tick,
})

const players = (world: WorldReader, _arguments: unknown, { doors }: Context) =>
  withPlayerNames(world.players(), doors)

function worlds(_root: unknown, { limit, after }: QueryWorldsArgs, context: Context) {
  const all = context.doors.worlds.list()
  const most = limit ?? WORLDS_LIMIT_MAX
  check(most >= 1 && most <= WORLDS_LIMIT_MAX, {
    field: 'limit',
    detail: `takes 1 to ${WORLDS_LIMIT_MAX}`,
  })
  const from = after == null ? 0 : all.indexOf(worldNamed(context, after, 'after')) + 1
  return all.slice(from, limit == null ? undefined : from + most)
}

async function chat(
  { settings }: WorldReader,
  { after, limit }: Required<WorldChatArgs>,
  { doors }: Context,
) {
  check(after >= 0, { field: 'after', detail: 'takes the id of a message, or 0' })
  check(limit >= 1 && limit <= CHAT_LINES_MAX, {
    field: 'limit',
    detail: `takes 1 to ${CHAT_LINES_MAX}`,
  })
  return withNames(await doors.personalData.chatAfter(settings.world, after, limit), doors)
}

function statusFeed(_root: unknown, given: SubscriptionStatusArgs, context: Context) {
  const world = worldNamed(context, given.world)
  const now = async () => statusView(await statusOf(world))
  return follow(context, world, {
    interest: { status: true },
    async *first() {
      yield await now()
    },
    each: async (item: FeedItem) => (item.kind === 'heartbeat' ? [await now()] : []),
  })
}

function presenceFeed(_root: unknown, given: SubscriptionPresenceArgs, context: Context) {
  const world = worldNamed(context, given.world)
  return follow(context, world, {
    interest: { status: true },
    async *first() {
      yield* world.presence()
    },
    each: (item) => (item.kind === 'presence' ? [item.presence] : []),
  })
}

export const world = {
  Query: {
    worlds,
    world: (_root: unknown, { id }: QueryWorldArgs, { doors }: Context) =>
      doors.worlds.get(id) ?? null,
  },
  Mutation: { foundWorld: command('FoundWorld') },
  Subscription: {
    status: { subscribe: statusFeed, resolve: deliver },
    presence: { subscribe: presenceFeed, resolve: deliver },
  },
  World: {
    id: ({ settings }: WorldReader) => settings.world,
    seed: ({ settings }: WorldReader) => settings.seed,
    n: ({ settings }: WorldReader) => settings.n,
    ups: ({ settings }: WorldReader) => settings.ups,
    cellCount: ({ settings }: WorldReader) => cellCount(settings.n),
    chunkCount: ({ settings }: WorldReader) => chunkCount(settings.n),
    status: async (of: WorldReader) => statusView(await statusOf(of)),
    presence: (of: WorldReader) => of.presence(),
    players,
    chat,
  },
  WorldState: { REPLAYING: 'replaying', RUNNING: 'running', STOPPED: 'stopped' },
}
