// The kernel itself, whichever thread it stands in: holds one world's state and answers for it.

import type { Outcome } from '../../domain/outcome.ts'
import type {
  Kernel,
  KernelBatch,
  KernelResult,
  TickEvents,
  WorldSettings,
} from '../../domain/ports/kernel.ts'
import {
  changeFeed,
  drainChanges,
  drainDirty,
  drainPlayers,
  snapshotFrom,
} from '../../domain/simulation/changes.ts'
import { stateHash } from '../../domain/simulation/hash.ts'
import { rulesHash } from '../../domain/simulation/rulesHash.generated.ts'
import { leaderboard, statisticsView } from '../../domain/simulation/standings.ts'
import { createState } from '../../domain/simulation/state.ts'
import { tick } from '../../domain/simulation/tick.ts'
import { playerView, structureView, structureViews } from '../../domain/simulation/views.ts'

/** The kernel's port without the promises. */
export type KernelHost = {
  readonly [Call in Exclude<keyof Kernel, 'rulesHash' | 'close'>]: (
    ...asked: Parameters<Kernel[Call]>
  ) => Awaited<ReturnType<Kernel[Call]>>
} & { readonly rulesHash: string }

const NO_EVENTS: TickEvents['events'] = []

/**
 * A new world at tick 0. `nowMs` gives the thread's own time, for `busyMs`.
 * Throws a RangeError that names the setting which no planet can have.
 */
export function createKernelHost(settings: WorldSettings, nowMs: () => number): KernelHost {
  assertWhole('n', settings.n, 1)
  assertWhole('seed', settings.seed, 0)
  const state = createState({ seed: settings.seed, n: settings.n })
  const feed = changeFeed(state)

  const runTicks = ({ through, events }: KernelBatch): Outcome[] => {
    const outcomes: Outcome[] = []
    let next = 0
    while (state.tick < through) {
      const due = events[next]
      const isDue = due?.tick === state.tick + 1
      if (isDue) next++
      for (const outcome of tick(state, isDue ? due.events : NO_EVENTS)) outcomes.push(outcome)
    }
    if (next < events.length) {
      throw new RangeError(
        `events of tick ${events[next]?.tick} are outside the batch through tick ${through}`,
      )
    }
    return outcomes
  }
  const run = (batch: KernelBatch): KernelResult => {
    const from = nowMs()
    const outcomes = runTicks(batch)
    const dirty = drainDirty(feed)
    const changes = drainChanges(feed, batch.watch)
    const players = drainPlayers(feed)
    const hash = batch.hash ? { hash: stateHash(state) } : {}
    return {
      tick: state.tick,
      ...hash,
      outcomes,
      dirty,
      changes,
      players: batch.players === 'all' ? players : [],
      busyMs: nowMs() - from,
    }
  }
  return {
    rulesHash,
    run,
    chunk: (chunk) => snapshotFrom(feed, chunk),
    player: (account) => playerView(state, account),
    statistics: (account) => statisticsView(state, account),
    leaderboard: () => leaderboard(state),
    structures: (account) => structureViews(state, account),
    structure: (cell) => structureView(state, cell),
    hash: () => ({ tick: state.tick, hash: stateHash(state) }),
  }
}

function assertWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return
  throw new RangeError(`${name}: ${value} is not a whole number of at least ${least}`)
}
