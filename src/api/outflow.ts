// Watches what waits to be sent on open connections, and cuts those that do not read.

import type { Clock } from '../domain/ports/time.ts'
import type { ApiLimits } from './limits.ts'

export type Outflow = {
  /**
   * `pendingBytes` tells what waits; `cut` is called once: when more than `bytesMax` waits, or when nothing was taken for
   * `limits.outflowStallMs`. Returns the end of the watch.
   */
  watch(
    pendingBytes: () => number,
    cut: (why: string, kind: 'bytes' | 'stall') => void,
    bytesMax?: number,
  ): () => void
  close(): void
}

type Watched = {
  readonly pendingBytes: () => number
  readonly cut: (why: string, kind: 'bytes' | 'stall') => void
  readonly bytesMax: number
  pending: number
  since: number
}

export function openOutflow(limits: Pick<ApiLimits, 'outflowStallMs'>, clock: Clock): Outflow {
  const watched = new Set<Watched>()

  function faultOf(one: Watched, now: number): readonly [string, 'bytes' | 'stall'] | undefined {
    const pending = one.pendingBytes()
    if (pending > one.bytesMax) return [`more than ${one.bytesMax} bytes wait unread`, 'bytes']
    if (pending === 0 || pending < one.pending) one.since = now
    one.pending = pending
    if (now - one.since < limits.outflowStallMs) return undefined
    return [`nothing was read for ${limits.outflowStallMs} ms`, 'stall']
  }

  const timer = setInterval(
    () => {
      const now = clock.monotonic()
      for (const one of [...watched]) {
        const why = faultOf(one, now)
        if (why === undefined) continue
        watched.delete(one)
        one.cut(...why)
      }
    },
    Math.min(1000, limits.outflowStallMs / 2),
  )
  timer.unref()

  return {
    watch(pendingBytes, cut, bytesMax = Number.POSITIVE_INFINITY) {
      const one = { pendingBytes, cut, bytesMax, pending: 0, since: clock.monotonic() }
      watched.add(one)
      return () => watched.delete(one)
    },
    close: () => clearInterval(timer),
  }
}
