// The player's own hand: orders, what is in it, and what came of the orders.

import type { LeaderboardRow, PlayerView, StatisticsView } from '../../../domain/chunkView.ts'
import { cursorText, parseCursor } from '../../../projections/cursor.ts'
import type { Cursor, FeedItem, WorldReader } from '../../../projections/worldReader.ts'
import { badInput } from '../../problem.ts'
import { withNames, withPlayerNames } from '../../views.ts'
import { command } from '../answers.ts'
import { accountOf, type Context, worldNamed } from '../context.ts'
import type { SubscriptionMineArgs } from '../schema.generated.ts'
import { deliver, follow } from '../subscription.ts'
import { itemCounts } from './territory.ts'

function readCursor(text: string | null | undefined): Cursor | undefined {
  if (text === null || text === undefined) return undefined
  const cursor = parseCursor(text)
  if (cursor) return cursor
  throw badInput({ field: 'after', detail: 'takes the cursor of an outcome: tick.index' })
}

export const heartbeat = (item: FeedItem & { kind: 'heartbeat' }) => ({
  __typename: 'Heartbeat',
  tick: item.tick,
  hashTick: item.hash.tick,
  hash: item.hash.hash,
})

async function mineItems(item: FeedItem, doors: Context['doors']) {
  switch (item.kind) {
    case 'heartbeat':
      return [heartbeat(item)]
    case 'outcome':
      return [{ ...item.outcome, __typename: 'Outcome', cursor: cursorText(item.cursor) }]
    case 'player':
      return [{ ...item.player, __typename: 'PlayerView' }]
    case 'contents':
      return [{ __typename: 'Contents', tick: item.tick, structures: item.structures }]
    case 'chat':
      return (await withNames([item.message], doors)).map((line) => ({
        ...line,
        __typename: 'ChatMessage',
      }))
    case 'takeSnapshot':
      return [{ __typename: 'TakeSnapshot', cursor: cursorText(item.cursor) }]
    case 'chunk':
    case 'presence':
      return []
  }
}

function mineFeed(_root: unknown, given: SubscriptionMineArgs, context: Context) {
  const account = accountOf(context)
  const world = worldNamed(context, given.world)
  const after = readCursor(given.after)
  return follow<{ __typename: string }>(context, world, {
    interest: { account, chat: true },
    ...(after ? { after } : {}),
    async *first() {
      const player = await world.player(account)
      if (!player) return
      yield { ...player, __typename: 'PlayerView' }
      const structures = await world.structures(account)
      yield { __typename: 'Contents', tick: world.status().tick, structures }
    },
    each: (item) => mineItems(item, context.doors),
  })
}

export const player = {
  Mutation: {
    enterWorld: command('EnterWorld', ({ commandId, landing }, { position }) => ({
      __typename: 'Entered',
      commandId,
      position,
      landing,
    })),
    leaveWorld: command('LeaveWorld'),
    movePlayer: command('MovePlayer'),
    startHarvest: command('StartHarvest'),
    stopHarvest: command('StopHarvest'),
    craft: command('Craft'),
    transfer: command('Transfer'),
    selectResearch: command('SelectResearch'),
    say: command('Say'),
  },
  Subscription: { mine: { subscribe: mineFeed, resolve: deliver } },
  World: {
    me: async (world: WorldReader, _arguments: unknown, { session }: Context) =>
      session ? ((await world.player(session.account)) ?? null) : null,
    statistics: async (world: WorldReader, _arguments: unknown, { session }: Context) =>
      session ? ((await world.statistics(session.account)) ?? null) : null,
    leaderboard: async (world: WorldReader, _arguments: unknown, { doors }: Context) =>
      withPlayerNames(await world.leaderboard(), doors),
  },
  PlayerView: {
    inventory: ({ inventory }: PlayerView) => itemCounts(inventory),
  },
  LeaderboardRow: {
    packs: ({ packs }: LeaderboardRow) => itemCounts(packs),
  },
  Statistics: {
    produced: ({ produced }: StatisticsView) => itemCounts(produced),
    consumed: ({ consumed }: StatisticsView) => itemCounts(consumed),
  },
  TransferWay: { PUT: 'put', TAKE: 'take' },
}
