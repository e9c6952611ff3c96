// The player's own hand: orders, and what is in it.

import type { LeaderboardRow, PlayerView, StatisticsView } from '../../../domain/chunkView.ts'
import type { WorldReader } from '../../../projections/worldReader.ts'
import { withPlayerNames } from '../../views.ts'
import { command } from '../answers.ts'
import type { Context } from '../context.ts'
import { deliver } from '../subscription.ts'
import { mineFeed } from './mine.ts'
import { itemCounts } from './territory.ts'

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
    packs: ({ packs }: StatisticsView) => itemCounts(packs),
    produced: ({ produced }: StatisticsView) => itemCounts(produced),
    consumed: ({ consumed }: StatisticsView) => itemCounts(consumed),
  },
  TransferWay: { PUT: 'put', TAKE: 'take' },
}
