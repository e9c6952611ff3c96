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
  /** Time passes and nothing runs: whoever should have woken wakes late. */
  stall(ms: number): void
  /** How many sleep. */
  sleeping(): number
}

const START_MS = Date.UTC(2026, 0, 1)
/** No timer is finer: fractions of a tick are rounded, and time has to go on over that. */
const LEAST_MS = 0.001
/** Turns of the event loop that everything without a timer is done after. */
const TURNS = 3

/** `order` decides who of those that wake at the same moment is first; by default who slept first. */
export function simulatedTime(
  options: { readonly turns?: number; readonly order?: () => number } = {},
): SimulatedTime {
  let nowMs = 0
  let slept = 0
  const { turns = TURNS, order = () => slept++ } = options
  const sleepers = new Set<Sleeper>()

  const settle = async () => {
    for (let turn = 0; turn < turns; turn++) await setImmediate()
  }
  const first = (): Sleeper | undefined => {
    let found: Sleeper | undefined
    for (const sleeper of sleepers) {
      const before =
        !found ||
        sleeper.atMs < found.atMs ||
        (sleeper.atMs === found.atMs && sleeper.order < found.order)
      if (before) found = sleeper
    }
    return found
  }
  const advance = async (ms: number) => {
    const endMs = nowMs + ms
    await settle()
    for (;;) {
      const next = first()
      if (!next || next.atMs > endMs) break
      nowMs = Math.max(nowMs, next.atMs)
      next.wake()
      await settle()
    }
    nowMs = Math.max(nowMs, endMs)
  }
  return {
    clock: { now: () => START_MS + nowMs, monotonic: () => nowMs },
    scheduler: {
      sleep(ms, signal) {
        if (signal?.aborted) return Promise.resolve()
        return new Promise((resolve) => {
          const sleeper: Sleeper = {
            atMs: nowMs + Math.max(LEAST_MS, ms),
            order: order(),
            wake() {
              sleepers.delete(sleeper)
              signal?.removeEventListener('abort', sleeper.wake)
              resolve()
            },
          }
          sleepers.add(sleeper)
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
    stall(ms) {
      nowMs += ms
    },
    sleeping: () => sleepers.size,
  }
}
