// What came of each account's orders: a bounded backlog, made again by every replay, and kept in every snapshot.

import type { AccountId } from '../domain/events.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { OpenCache } from '../domain/ports/cache.ts'
import { compareCursors } from './cursor.ts'
import type { Cursor, FeedItem } from './worldReader.ts'

/** Outcomes kept per account; who was away for longer takes a snapshot. */
export const OUTCOMES_KEPT = 1_000
/** Accounts with a backlog; the one that was looked at least goes first, whole. */
const BACKLOGS_KEPT = 4_096

/** Outcomes in a snapshot, of all accounts: the newest ones. */
const OUTCOMES_SAVED = 50_000

/** A backlog as a snapshot keeps it. */
type SavedBacklog = {
  readonly account: AccountId
  readonly gone?: Cursor
  readonly outcomes: readonly Outcome[]
}
export type SavedOutcomes = {
  readonly forgotten?: Cursor
  readonly backlogs: readonly SavedBacklog[]
}

type Backlog = {
  outcomes: Outcome[]
  /** The newest outcome that is gone. */
  gone: Cursor | undefined
}

const cursorOf = ({ tick, index }: Cursor): Cursor => ({ tick, index })

export const outcomeItem = (outcome: Outcome): FeedItem => ({
  kind: 'outcome',
  cursor: cursorOf(outcome),
  outcome,
})

export function createOutcomeLog(openCache: OpenCache, world: string) {
  /** The newest outcome of any backlog that was evicted: whoever comes from before it may have missed some. */
  let forgotten: Cursor | undefined
  const backlogs = openCache<Backlog>(
    `outcomes/${world}`,
    BACKLOGS_KEPT,
    (_account, { gone, outcomes }) => {
      // A snapshot may have kept none of its outcomes, but only which were the last.
      const last = outcomes.at(-1) ?? gone
      if (last && (!forgotten || compareCursors(last, forgotten) > 0)) forgotten = cursorOf(last)
    },
  )
  /** In the order of the feed. */
  const add = (outcome: Outcome): void => {
    const backlog = backlogs.get(outcome.account) ?? { outcomes: [], gone: forgotten }
    backlogs.set(outcome.account, backlog)
    backlog.outcomes.push(outcome)
    // Cut in halves, so that a full backlog is not copied for every outcome.
    if (backlog.outcomes.length < 2 * OUTCOMES_KEPT) return
    const cut = backlog.outcomes.length - OUTCOMES_KEPT
    backlog.gone = cursorOf(backlog.outcomes[cut - 1]!)
    backlog.outcomes = backlog.outcomes.slice(cut)
  }
  return {
    add,
    /** The newest outcomes of ticks through `through`; `unshown` are to be added yet. */
    saved(through: number, unshown: readonly Outcome[]): SavedOutcomes {
      const since = oldestSaved(
        backlogs.keys().flatMap((account) => backlogs.get(account)?.outcomes ?? []),
      )
      const saved = new Map<AccountId, { gone: Cursor | undefined; outcomes: Outcome[] }>()
      for (const account of backlogs.keys()) {
        const backlog = backlogs.get(account)
        if (!backlog) continue
        const first = backlog.outcomes.findIndex((one) => compareCursors(one, since) >= 0)
        const from = first < 0 ? backlog.outcomes.length : first
        const cut = backlog.outcomes[from - 1]
        saved.set(account, {
          gone: cut ? cursorOf(cut) : backlog.gone,
          outcomes: backlog.outcomes.slice(from).filter(({ tick }) => tick <= through),
        })
      }
      for (const outcome of unshown) {
        if (outcome.tick > through) continue
        const known = saved.get(outcome.account) ?? { gone: forgotten, outcomes: [] }
        saved.set(outcome.account, known)
        known.outcomes.push(outcome)
      }
      return {
        ...(forgotten && { forgotten }),
        backlogs: [...saved].map(([account, { gone, outcomes }]) => ({
          account,
          ...(gone && { gone }),
          outcomes,
        })),
      }
    },
    /** Into a log that has none yet. */
    restore(saved: SavedOutcomes): void {
      forgotten = saved.forgotten
      for (const { account, gone, outcomes } of saved.backlogs) {
        backlogs.set(account, { gone, outcomes: [...outcomes] })
      }
    },
    /** At most `limit` items, oldest first; `takeSnapshot` first where outcomes after `after` are gone. */
    after(account: AccountId, after: Cursor, limit: number): readonly FeedItem[] {
      const backlog = backlogs.get(account)
      const items: FeedItem[] = []
      const { gone, outcomes } = backlog ?? { gone: forgotten, outcomes: [] }
      if (gone && compareCursors(after, gone) < 0) {
        items.push({ kind: 'takeSnapshot', cursor: gone })
      }
      const first = outcomes.findIndex((outcome) => compareCursors(outcome, after) > 0)
      if (first < 0) return items
      return [...items, ...outcomes.slice(first).map(outcomeItem)].slice(0, limit)
    },
  }
}

/** Where the newest `OUTCOMES_SAVED` of them begin. */
function oldestSaved(outcomes: readonly Outcome[]): Cursor {
  if (outcomes.length <= OUTCOMES_SAVED) return { tick: 0, index: 0 }
  const newestFirst = outcomes.map(cursorOf).sort((a, b) => compareCursors(b, a))
  return newestFirst[OUTCOMES_SAVED - 1]!
}
