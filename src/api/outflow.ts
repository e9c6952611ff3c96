// Watches what waits to be taken on open connections, and cuts those that take nothing: who does not read, and who is gone without
// a word. A reader that is slow but steady is waited for.

import type { Socket } from 'node:net'
import type { Clock } from '../domain/ports/time.ts'
import type { ApiLimits } from './limits.ts'
import { readSendQueues } from './sendQueues.ts'

export type Outflow = {
  /** `cut` is called once, when there is a reason to. Returns the end of the watch. */
  watch(connection: Connection, cut: Cut): () => void
  /** Looks at what is taken of all that is watched, as is done again and again by itself. */
  look(): Promise<void>
  close(): void
}

type Connection = {
  readonly socket: Socket
  /** What waits in this process. What the kernel holds counts as well, but to no bound on bytes. */
  readonly pendingBytes: () => number
  readonly bytesMax?: number
}

/** `bytes`: more than `bytesMax` waits, or more on all together than may; `stall`: nothing was taken for `limits.outflowStallMs` while something waited. */
type Cut = (why: string, kind: 'bytes' | 'stall') => void

type Watched = Connection & {
  readonly cut: Cut
  /** Between these is how many bytes its other end had taken, at each look since `since`. */
  low: number
  high: number
  since: number
  /** Looks since then. */
  looks: number
}

/** Often, for in that time nobody else bounds what is written. */
const BYTES_EVERY_MS = 250
/** Looks in the time that a connection may take nothing: they read a row of every connection of the machine. */
const LOOKS_A_STALL = 4

export function openOutflow(
  limits: Pick<ApiLimits, 'outflowStallMs' | 'outflowTotalBytesMax'>,
  clock: Clock,
  sendQueues = readSendQueues,
): Outflow {
  const { outflowStallMs, outflowTotalBytesMax } = limits
  const watched = new Set<Watched>()
  let looking: Promise<void> | undefined

  function end(one: Watched, why: string, kind: 'bytes' | 'stall'): void {
    watched.delete(one)
    one.cut(why, kind)
  }

  function countBytes(): void {
    let total = 0
    const waiting: { readonly one: Watched; readonly bytes: number }[] = []
    for (const one of [...watched]) {
      const { bytesMax = Number.POSITIVE_INFINITY } = one
      const bytes = one.pendingBytes()
      if (bytes > bytesMax) {
        end(one, `more than ${bytesMax} bytes wait unread`, 'bytes')
        continue
      }
      total += bytes
      waiting.push({ one, bytes })
    }
    if (total <= outflowTotalBytesMax) return
    waiting.sort((first, second) => second.bytes - first.bytes)
    for (const { one, bytes } of waiting) {
      end(one, 'too much waits unread on all connections together', 'bytes')
      total -= bytes
      if (total <= outflowTotalBytesMax) return
    }
  }

  async function lookAtAll(): Promise<void> {
    const before = new Map([...watched].map((one) => [one, handedOver(one)]))
    const queues = await sendQueues()
    const now = clock.monotonic()
    for (const [one, least] of before) {
      // Its watch has ended meanwhile, or the connection, by another that is watched on it.
      if (!watched.has(one) || one.socket.destroyed) continue
      const inKernel = queues(one.socket)
      const isIdle = one.pendingBytes() + inKernel === 0
      // One large write leaves the process as a whole, so it is the kernel's queue that tells when a part of it was taken; and what
      // was written while that was read may be in it or not.
      const hasTaken = narrow(one, least - inKernel, handedOver(one) - inKernel)
      if (isIdle || hasTaken) {
        one.since = now
        one.looks = 0
        continue
      }
      one.looks += 1
      // Nobody is cut for time in which this process itself stood still.
      if (now - one.since < outflowStallMs || one.looks < LOOKS_A_STALL) continue
      end(one, `nothing was read for ${outflowStallMs} ms`, 'stall')
    }
  }

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = undefined
    })
    return looking
  }

  const counting = setInterval(countBytes, Math.min(BYTES_EVERY_MS, outflowStallMs / 2))
  const timer = setInterval(() => {
    if (watched.size > 0) void look()
  }, outflowStallMs / LOOKS_A_STALL)
  counting.unref()
  timer.unref()

  return {
    watch(connection, cut) {
      const since = clock.monotonic()
      const one = { ...connection, cut, low: 0, high: Number.POSITIVE_INFINITY, since, looks: 0 }
      watched.add(one)
      return () => watched.delete(one)
    },
    look,
    close() {
      clearInterval(counting)
      clearInterval(timer)
      watched.clear()
    },
  }
}

/** Bytes that have left the process. */
const handedOver = ({ socket }: Watched) => socket.bytesWritten - socket.writableLength

/** Takes in what is known of the bytes taken; true where they cannot be as many as before. */
function narrow(one: Watched, low: number, high: number): boolean {
  const isSame = low <= one.high && high >= one.low
  one.low = isSame ? Math.max(low, one.low) : low
  one.high = isSame ? Math.min(high, one.high) : high
  return !isSame
}
