// How a reader follows a log: it catches up page by page, then sleeps until somebody says that there is more.

import { LogBroken, type RecordedEvent, StoreUnavailable } from '../domain/ports/eventStore.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { systemScheduler } from './clock.ts'

const pageSize = 1000
const longestPauseMs = 1000
const streamsWatched = 10_000
/** Given, since an error made for each wake-up costs more than the wake-up. */
const AWAKE = 'awake'

/** Wakes readers. A wake-up between `arm` and `wait` is not lost: that is why they are two steps. */
export function wakeUps(scheduler: Scheduler = systemScheduler) {
  const asleep = new Set<() => void>()
  return {
    wake(): void {
      for (const rouse of asleep) rouse()
    },
    /** `wait` resolves at the next wake-up after the call of `arm`, after `timeoutMs`, or when `signal` aborts. */
    arm(timeoutMs: number, signal: AbortSignal): { wait(): Promise<void>; disarm(): void } {
      let isRoused = false
      let rouse = () => {
        isRoused = true
      }
      const disarm = () => {
        asleep.delete(disarm)
        rouse()
      }
      asleep.add(disarm)
      return {
        disarm,
        // A reader that finds something to read sleeps for no time, and makes no timer for it.
        async wait() {
          if (!isRoused && !signal.aborted) {
            const awake = new AbortController()
            await new Promise<void>((resolve) => {
              rouse = resolve
              signal.addEventListener('abort', disarm, { once: true })
              if (Number.isFinite(timeoutMs)) scheduler.sleep(timeoutMs, awake.signal).then(disarm)
            })
            awake.abort(AWAKE)
            signal.removeEventListener('abort', disarm)
          }
          disarm()
        },
      }
    },
  }
}

type WakeUps = ReturnType<typeof wakeUps>

export type Followed = {
  readonly readAll: (after: number, limit: number) => Promise<readonly RecordedEvent[]>
  readonly wakeUps: WakeUps
  /** How long a reader sleeps at most: a wake-up is a courtesy, looking again is the guarantee. */
  readonly pollMs: number
  readonly dense: boolean
}

/**
 * Batches after `after` without gap or repetition until `signal` aborts. A store that is away is asked again;
 * a hole in the log ends the iteration with `LogBroken`.
 */
export async function* follow(
  log: Followed,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[], void, void> {
  const check = contiguity(after, log.dense)
  let position = after
  let failures = 0
  while (!signal.aborted) {
    // Before the page is read: whatever is written from here on wakes this reader.
    const sleep = log.wakeUps.arm(log.pollMs, signal)
    let batch: readonly RecordedEvent[]
    try {
      batch = await log.readAll(position, pageSize)
      failures = 0
    } catch (error) {
      sleep.disarm()
      if (!(error instanceof StoreUnavailable)) throw error
      const pauseMs = Math.min(longestPauseMs, 20 * 2 ** failures++)
      await log.wakeUps.arm(pauseMs, signal).wait()
      continue
    }
    if (batch.length === 0) {
      await sleep.wait()
      continue
    }
    sleep.disarm()
    if (signal.aborted) return
    check(batch)
    position = batch[batch.length - 1]!.position
    yield batch
  }
}

/** Asserts that positions rise (densely, where the store says so) and that no stream skips a version. */
export function contiguity(after: number, dense: boolean) {
  let position = after
  // Bounded: a stream that fell out is only checked again from its next event on.
  const versions = new Map<string, number>()
  return (batch: readonly RecordedEvent[]): void => {
    for (const event of batch) {
      if (dense ? event.position !== position + 1 : event.position <= position) {
        throw new LogBroken(`position ${event.position} follows ${position} in the log`)
      }
      position = event.position
      const before = versions.get(event.stream)
      if (before !== undefined && event.streamVersion !== before + 1) {
        throw new LogBroken(`${event.stream} goes from version ${before} to ${event.streamVersion}`)
      }
      if (versions.size >= streamsWatched) versions.clear()
      versions.set(event.stream, event.streamVersion)
    }
  }
}

/** Asserts that a page of one stream goes on right after `afterVersion`. */
export function assertStreamPage(
  stream: string,
  afterVersion: number,
  page: readonly RecordedEvent[],
): void {
  page.forEach((event, index) => {
    if (event.streamVersion !== afterVersion + 1 + index) {
      throw new LogBroken(
        `${stream} has version ${event.streamVersion} where ${afterVersion + 1 + index} belongs`,
      )
    }
  })
}
