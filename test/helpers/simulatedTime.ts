// Time that a test owns: nothing moves unless the test moves it, and timers fire in their order.

import { setImmediate } from 'node:timers/promises'
import type { Clock, Scheduler } from '../../src/domain/ports/time.ts'

type Sleeper = { readonly atMs: number; readonly order: number; readonly wake: () => void }

export type SimulatedTime = {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Lets everything run that does not wait for time. */
  settle(): Promise<void>
  /** Moves time on by `ms`: every sleeper on the way wakes at its moment, and what it starts is settled. */
  advance(ms: number): Promise<void>
  /** Moves time on in steps of `stepMs` until `condition` holds; fails after `limitMs`. */
  until(condition: () => boolean, limitMs?: number, stepMs?: number): Promise<void>
}

const START_MS = Date.UTC(2026, 0, 1)
/** Turns of the event loop that everything without a timer is done after. */
const TURNS = 3

export function simulatedTime(): SimulatedTime {
  let nowMs = 0
  let orders = 0
  let sleepers: Sleeper[] = []

  const settle = async () => {
    for (let turn = 0; turn < TURNS; turn++) await setImmediate()
  }
  const advance = async (ms: number) => {
    const endMs = nowMs + ms
    await settle()
    for (;;) {
      const [next] = sleepers.sort((a, b) => a.atMs - b.atMs || a.order - b.order)
      if (!next || next.atMs > endMs) break
      nowMs = Math.max(nowMs, next.atMs)
      next.wake()
      await settle()
    }
    nowMs = endMs
  }
  return {
    clock: { now: () => START_MS + nowMs, monotonic: () => nowMs },
    scheduler: {
      sleep(ms, signal) {
        if (signal?.aborted) return Promise.resolve()
        return new Promise((resolve) => {
          const sleeper: Sleeper = {
            atMs: nowMs + Math.max(0, ms),
            order: orders++,
            wake() {
              sleepers = sleepers.filter((other) => other !== sleeper)
              signal?.removeEventListener('abort', sleeper.wake)
              resolve()
            },
          }
          sleepers.push(sleeper)
          signal?.addEventListener('abort', sleeper.wake, { once: true })
        })
      },
    },
    settle,
    advance,
    async until(condition, limitMs = 60_000, stepMs = 10) {
      const endMs = nowMs + limitMs
      await settle()
      while (!condition()) {
        if (nowMs >= endMs) throw new Error(`did not come true within ${limitMs} simulated ms`)
        await advance(stepMs)
      }
    },
  }
}
