// What players made and used up, and who made most of it for the least pollution.

import type { LeaderboardRow, StatisticsView } from '../chunkView.ts'
import type { AccountId } from '../events.ts'
import { items } from '../items.ts'
import type { Player, SimulationState } from './state.ts'
import { packCodes } from './tables.ts'
import { countsOf } from './views.ts'

const MILLION = 1_000_000

function rowOf({ account, index, statistics }: Player): Omit<LeaderboardRow, 'rank'> {
  const { produced, pollution, launches } = statistics
  const made = packCodes.map((code) => [items[code]!, produced[code]!] as const)
  const packsTotal = made.reduce((sum, [, count]) => sum + count, 0)
  return {
    account,
    index,
    packs: Object.fromEntries(made.filter(([, count]) => count > 0)),
    packsTotal,
    pollution,
    packsPerMillion: Math.floor((packsTotal * MILLION) / Math.max(1, pollution)),
    launches,
  }
}

/** Everybody who ever entered, best first: by packs per pollution, then by packs, then by index. */
export function leaderboard(state: SimulationState): LeaderboardRow[] {
  return state.players
    .filter(({ entered }) => entered)
    .map(rowOf)
    .sort(
      (a, b) =>
        b.packsPerMillion - a.packsPerMillion || b.packsTotal - a.packsTotal || a.index - b.index,
    )
    .map((row, place) => ({ ...row, rank: place + 1 }))
}

/** An account's statistics; undefined for who never entered. */
export function statisticsView(
  state: SimulationState,
  account: AccountId,
): StatisticsView | undefined {
  const player = state.playerByAccount.get(account)
  const row = leaderboard(state).find((row) => row.account === account)
  if (!player || !row) return undefined
  const { produced, consumed } = player.statistics
  return { ...row, produced: countsOf(produced), consumed: countsOf(consumed) }
}
