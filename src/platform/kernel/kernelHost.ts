// The kernel itself, whichever thread it stands in: holds one world's state and answers for it.

import type { Hashed } from '../../domain/ledger.ts'
import type { Outcome } from '../../domain/outcome.ts'
import {
  type Kernel,
  type KernelBatch,
  type KernelResult,
  type Piece,
  type Pieces,
  StateRefused,
  type TickEvents,
  type WorldSettings,
} from '../../domain/ports/kernel.ts'
import { BytesError } from '../../domain/simulation/bytes.ts'
import {
  changeFeed,
  drainChanges,
  drainDirty,
  drainPlayers,
  snapshotFrom,
} from '../../domain/simulation/changes.ts'
import { stateHash } from '../../domain/simulation/hash.ts'
import {
  beginSaving,
  type Generated,
  generatedOf,
  type Saving,
  takePieces,
} from '../../domain/simulation/pieces.ts'
import { rulesHash } from '../../domain/simulation/rulesHash.generated.ts'
import { leaderboard, statisticsView } from '../../domain/simulation/standings.ts'
import { createState, type SimulationState } from '../../domain/simulation/state.ts'
import { decodeState } from '../../domain/simulation/stateCodec.ts'
import { tick } from '../../domain/simulation/tick.ts'
import { playerView, structureView, structureViews } from '../../domain/simulation/views.ts'

/** Asked after each tick: false ends the batch with it. */
export type GoOn = (tick: number) => boolean

/** The kernel's port without the promises. */
export type KernelHost = {
  readonly [Call in Exclude<keyof Kernel, 'rulesHash' | 'close' | 'run'>]: (
    ...asked: Parameters<Kernel[Call]>
  ) => Awaited<ReturnType<Kernel[Call]>>
} & {
  readonly rulesHash: string
  run(batch: KernelBatch, goOn?: GoOn): KernelResult
}

const NO_EVENTS: TickEvents['events'] = []

/**
 * A new world at tick 0, or the one that `from` saved: as pieces, or as `encodeState` wrote it. `nowMs` gives the thread's own time, for `busyMs`.
 * Throws a RangeError that names the setting which no planet can have, or `StateRefused`.
 */
export function createKernelHost(
  settings: WorldSettings,
  nowMs: () => number,
  from?: Pieces | Uint8Array,
): KernelHost {
  assertWhole('n', settings.n, 1)
  assertWhole('seed', settings.seed, 0)
  const { state, generated } =
    from instanceof Uint8Array ? load(settings, from) : open(settings, from)
  let saving: Saving | undefined
  const feed = changeFeed(state)

  const runTicks = ({ through, events, hashEvery = 0 }: KernelBatch, goOn: GoOn) => {
    const outcomes: Outcome[] = []
    const hashes: Hashed[] = []
    let next = 0
    assertWithin(events, state.tick, through)
    while (state.tick < through) {
      const due = events[next]
      const isDue = due?.tick === state.tick + 1
      if (isDue) next++
      for (const outcome of tick(state, isDue ? due.events : NO_EVENTS)) outcomes.push(outcome)
      if (hashEvery > 0 && state.tick % hashEvery === 0) {
        hashes.push({ tick: state.tick, hash: stateHash(state) })
      }
      if (!goOn(state.tick)) break
    }
    return { hashes, outcomes }
  }
  const run = (batch: KernelBatch, goOn: GoOn = () => true): KernelResult => {
    const from = nowMs()
    assertWhole('hashEvery', batch.hashEvery ?? 0, 0)
    const ran = runTicks(batch, goOn)
    const dirty = drainDirty(feed)
    const changes = drainChanges(feed, batch.watch)
    const players = drainPlayers(feed)
    const hash = batch.hash ? { hash: stateHash(state) } : {}
    return {
      tick: state.tick,
      ...hash,
      ...ran,
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
    save: () => {
      saving = beginSaving(state, generated())
      return { tick: saving.tick, hash: saving.hash }
    },
    pieces: (bytes) => {
      if (!saving) throw new Error('no save was begun')
      return take(saving, bytes)
    },
  }
}

/** What the seed made is told once it is asked for: a world that goes on has no need of it. */
type Opened = { readonly state: SimulationState; readonly generated: () => Generated }

function open({ seed, n }: WorldSettings, from?: Pieces): Opened {
  const state = createState({ seed, n })
  const generated = generatedOf(state)
  if (from) resume(state, generated, from)
  return { state, generated: () => generated }
}

function load({ seed, n }: WorldSettings, bytes: Uint8Array): Opened {
  const state = decodeState(bytes)
  if (state.seed !== seed || state.n !== n) throw new StateRefused('the state is of another world')
  let generated: Generated | undefined
  return {
    state,
    generated: () => {
      generated ??= generatedOf(createState({ seed, n }))
      return generated
    },
  }
}

function resume(state: SimulationState, generated: Generated, from: Pieces): void {
  try {
    takePieces(state, generated, from)
  } catch (error) {
    if (error instanceof BytesError) throw new StateRefused(error.message, { cause: error })
    throw error
  }
}

function take({ pieces }: Saving, bytes: number): Piece[] {
  const taken: Piece[] = []
  let length = 0
  do {
    const { done, value } = pieces.next()
    if (done) break
    taken.push(value)
    length += value.bytes.length
  } while (length < bytes)
  return taken
}

function assertWithin(events: KernelBatch['events'], after: number, through: number): void {
  let last = after
  for (const { tick } of events) {
    if (tick <= after || tick > through)
      throw new RangeError(`events of tick ${tick} are outside the batch through tick ${through}`)
    if (tick <= last)
      throw new RangeError(`events of tick ${tick} come after those of tick ${last}`)
    last = tick
  }
}

function assertWhole(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= 0xffffffff) return
  throw new RangeError(`${name}: ${value} is not a whole number of at least ${least}`)
}
