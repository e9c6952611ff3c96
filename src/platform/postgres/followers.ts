// Those who follow the log: told of what this process writes as it is written, and of what others write by looking.

import type { Pool } from 'pg'
import type { EventStore } from '../../domain/ports/eventStore.ts'
import { follow, wakeUps } from '../follow.ts'
import { heldConnection } from './connection.ts'
import { ownEvents } from './ownEvents.ts'
import type { Plan } from './plan.ts'

export type Followers = Pick<EventStore, 'subscribe'> & {
  /** What this process has written is durable. */
  committed(plan: Plan): void
  /** Gives the listening connection back. */
  close(): Promise<void>
}

export type FollowersOptions = {
  readonly readAll: EventStore['readAll']
  /** Whether a note of a commit tells of one that `committed` tells of. */
  readonly isOwn: (note: string | undefined) => boolean
  readonly patienceMs: number
  readonly pollMs: number
  readonly closed: AbortSignal
}

export function logFollowers(pool: Pool, options: FollowersOptions): Followers {
  const { isOwn, patienceMs, pollMs, closed } = options
  const readers = wakeUps()
  const own = ownEvents()
  /** Rises when somebody else may have written. */
  let others = 0
  const heardOthers = () => {
    others += 1
    readers.wake()
  }
  const listener = heldConnection(
    pool,
    patienceMs,
    (client) => {
      client.on('notification', ({ payload }) => {
        if (!isOwn(payload)) heardOthers()
      })
      // What was told before it listens was told to nobody.
      others += 1
      return client.query('LISTEN orrery_log')
    },
    heardOthers,
  )
  const isListening = () =>
    listener.get().then(
      () => true,
      () => false,
    )

  return {
    committed(plan) {
      own.add(plan)
      if (plan.to > plan.from) readers.wake()
    },
    subscribe(after, signal) {
      const asked = { at: Number.NEGATIVE_INFINITY, others: -1 }
      const readAll: EventStore['readAll'] = async (from, limit) => {
        // Before the page is read, so that no commit falls between; a courtesy, so its failure is the page's to tell.
        const isHeard = await isListening()
        const found = own.after(from, limit)
        if (found.length > 0) return found
        const now = performance.now()
        // Whoever has slept for `pollMs` asks, however early its timer was.
        const isFresh = isHeard && asked.others === others && now - asked.at < pollMs / 2
        if (isFresh && from === own.newest) return []
        asked.at = now
        asked.others = others
        return options.readAll(from, limit)
      }
      const log = { readAll, wakeUps: readers, pollMs, dense: true }
      return follow(log, after, AbortSignal.any([signal, closed]))
    },
    close: () => listener.close(),
  }
}
