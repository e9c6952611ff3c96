// At most two moves a second per player, whatever the transport: each is an event in the log.

import type { Clock } from '../domain/ports/time.ts'

const MOVES = 2
const WITHIN_MS = 1_000

export type MoveRate = {
  /** True if this player may move now; a move that may is counted. */
  take(player: string): boolean
  /** Players remembered: those who moved within the last second. */
  readonly size: number
}

/** Counts moves by `clock`'s monotonic time. */
export function moveRate(clock: Pick<Clock, 'monotonic'>): MoveRate {
  // In order of the latest move, so that those who may be forgotten are found at the front.
  const moves = new Map<string, readonly number[]>()
  return {
    take(player) {
      const now = clock.monotonic()
      for (const [who, at] of moves) {
        if ((at.at(-1) ?? 0) > now - WITHIN_MS) break
        moves.delete(who)
      }
      const recent = (moves.get(player) ?? []).filter((at) => at > now - WITHIN_MS)
      if (recent.length >= MOVES) return false
      moves.delete(player)
      moves.set(player, [...recent, now])
      return true
    },
    get size() {
      return moves.size
    },
  }
}
