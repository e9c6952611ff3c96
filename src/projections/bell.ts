// Lets a loop sleep until there may be something to do. Rung once or often before the wait, it wakes once.

import type { Scheduler } from '../domain/ports/time.ts'

export type Bell = {
  ring(): void
  /** Resolves when rung (also before this call), after `ms` of the scheduler's time, or when `signal` aborts. */
  wait(signal: AbortSignal, ms?: number): Promise<void>
}

/** Given, since an error made for each ring costs more than the ring. */
const WOKEN = 'woken'

export function createBell(scheduler: Scheduler): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(signal, ms) {
      if (!rung && !signal.aborted) {
        const woken = new AbortController()
        await new Promise<void>((resolve) => {
          const awake = () => {
            woken.abort(WOKEN)
            signal.removeEventListener('abort', awake)
            resolve()
          }
          wake = awake
          signal.addEventListener('abort', awake, { once: true })
          if (ms !== undefined) scheduler.sleep(ms, woken.signal).then(awake)
        })
        wake = undefined
      }
      rung = false
    },
  }
}
