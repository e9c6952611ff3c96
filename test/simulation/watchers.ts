// Those who look on: they come and go, read slowly, and go on by their cursor. All they were shown is kept for the proof.

import type { ChunkChanges, ChunkSnapshot } from '../../src/domain/chunkView.ts'
import { digestOf } from '../../src/domain/digest.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { foldChanges } from '../../src/projections/chunkFold.ts'
import { compareCursors } from '../../src/projections/cursor.ts'
import { WorldStopped } from '../../src/projections/publication.ts'
import type { RunningWorld } from '../../src/projections/worldProjector.ts'
import {
  type Cursor,
  type FeedItem,
  SlowConsumer,
  WorldBusy,
  type WorldStatus,
} from '../../src/projections/worldReader.ts'
import type { Planet, Server } from './servers.ts'
import type { Stage } from './stage.ts'

export const digestOfChunk = ({ cells, structures }: ChunkSnapshot): string =>
  digestOf([Buffer.from(cells).toString('base64'), JSON.stringify(structures)])

/** Everything that anybody was shown. */
export type Shown = {
  maxTick: number
  /** Hash by tick, of heartbeats and states. */
  readonly hashes: Map<number, string>
  /** Digest by `chunk@tick`. */
  readonly chunks: Map<string, string>
  /** View as JSON by `account@tick`. */
  readonly players: Map<string, string>
}

export const nothingShown = (): Shown => ({
  maxTick: 0,
  hashes: new Map(),
  chunks: new Map(),
  players: new Map(),
})

/** What one account was told over all its feeds: outcomes in order, and where it was told that some are gone. */
export type Told = {
  readonly account: string
  readonly outcomes: Outcome[]
  readonly gaps: { readonly after: Cursor; readonly through: Cursor }[]
}

/** Watches until `last()`, given the newest tick that was shown, says that nothing more can come. */
export async function watch(
  stage: Stage,
  planet: Planet,
  server: () => Server,
  shown: Shown,
  told: Told,
  last: () => number | undefined,
): Promise<void> {
  const { scheduler } = stage
  const dice = stage.dice.fork()
  const eyes = openEyes(stage, shown, told)
  const who = told.account.slice(-4)
  const isOver = (tick: number) => tick >= (last() ?? Number.POSITIVE_INFINITY)

  /** One visit: a feed from the cursor on, and the chunk that it brings up to date. True: there is no more to come. */
  const visit = async (world: RunningWorld): Promise<boolean> => {
    const leaving = new AbortController()
    const staysMs = stage.calm ? 5_000 : dice.below(4_000)
    const stay = scheduler.sleep(staysMs, leaving.signal).then(() => leaving.abort())
    const pauseMs = dice.likely(0.3) ? 600 : 0
    const chunk = dice.below(chunkCount(planet.n))
    const interest = { account: told.account, chunks: [chunk], chat: true, status: true }
    const from = eyes.cursor()
    stage.note(`${who} watches from ${from.tick}.${from.index}, at ${world.status().tick}`)
    const feed = world.feed(interest, from, leaving.signal)
    const first = stage.track('a chunk', world.chunk(chunk).catch(passing))
    const seeChunk = eyes.chunk(first)
    try {
      for await (const item of feed) {
        stage.note(`${who} is shown ${item.kind}${placeOf(item)}`)
        if (item.kind === 'chunk') await seeChunk(item.changes)
        else eyes.see(item)
        if (item.kind === 'heartbeat' && isOver(item.tick)) return true
        if (!stage.calm) await scheduler.sleep(dice.below(pauseMs))
      }
    } catch (error) {
      // What waited unread is gone: the cursor says where to go on.
      if (!(error instanceof SlowConsumer)) throw error
    } finally {
      leaving.abort()
      await stay
      await first
    }
    return false
  }
  const look = async (world: RunningWorld) => {
    const luck = dice.below(3)
    if (luck === 0) eyes.state(await world.publishedStatus())
    else if (luck === 1) await world.structures(told.account).catch(passing)
    else {
      const view = await world.player(told.account).catch(passing)
      if (view) eyes.see({ kind: 'player', player: view })
    }
  }
  for (let over = false; !over; ) {
    await scheduler.sleep(dice.below(stage.calm ? 50 : 700))
    const world = server().world()
    if (!world) continue
    await stage.track('a look', look(world))
    over = await stage.track('a visit', visit(world))
  }
}

/** Keeps what is seen, and tells where it contradicts itself. */
function openEyes(stage: Stage, shown: Shown, told: Told) {
  let cursor: Cursor = { tick: 0, index: 0 }
  const keep = <Key>(map: Map<Key, string>, key: Key, value: string, tick: number) => {
    shown.maxTick = Math.max(shown.maxTick, tick)
    const before = map.get(key) ?? value
    if (before !== value) stage.fault(`${key} was shown as ${before}, and then as ${value}`)
    map.set(key, value)
  }
  const seeHash = ({ tick, hash }: { readonly tick: number; readonly hash: string }) => {
    if (tick > 0) keep(shown.hashes, tick, hash, tick)
  }
  const seeChunk = (snapshot: ChunkSnapshot): ChunkSnapshot => {
    const { chunk, tick } = snapshot
    keep(shown.chunks, `${chunk}@${tick}`, digestOfChunk(snapshot), tick)
    return snapshot
  }
  const seeOutcome = (outcome: Outcome) => {
    shown.maxTick = Math.max(shown.maxTick, outcome.tick)
    if (compareCursors(outcome, cursor) <= 0)
      stage.fault(`outcome ${outcome.commandId} came twice or out of order`)
    cursor = { tick: outcome.tick, index: outcome.index }
    told.outcomes.push(outcome)
  }
  return {
    cursor: () => cursor,
    state({ state, tick, hash }: WorldStatus) {
      if (state === 'running') shown.maxTick = Math.max(shown.maxTick, tick)
      seeHash(hash)
    },
    see(item: FeedItem) {
      if (item.kind === 'heartbeat') {
        shown.maxTick = Math.max(shown.maxTick, item.tick)
        seeHash(item.hash)
      } else if (item.kind === 'takeSnapshot') {
        told.gaps.push({ after: cursor, through: item.cursor })
        if (compareCursors(item.cursor, cursor) > 0) cursor = item.cursor
      } else if (item.kind === 'outcome') seeOutcome(item.outcome)
      else if (item.kind === 'player') {
        const { account, tick } = item.player
        keep(shown.players, `${account}@${tick}`, JSON.stringify(item.player), tick)
      }
    },
    /** Brings the chunk of `first` up to date, list by list. */
    chunk(first: Promise<ChunkSnapshot | undefined>) {
      const opened = first.then((snapshot) => snapshot && seeChunk(snapshot))
      let now: ChunkSnapshot | undefined
      return async (changes: ChunkChanges) => {
        now ??= await opened
        // A list that comes before the snapshot is part of it.
        if (now && changes.tick > now.tick) now = seeChunk(foldChanges(now, [changes]))
      }
    },
  }
}

/** For the trace: where in the feed an item stands, if it has a place. */
const placeOf = (item: FeedItem): string =>
  'cursor' in item ? ` ${item.cursor.tick}.${item.cursor.index}` : ''

/** A world that stops or is busy says so, and that is an answer. */
function passing(error: unknown): undefined {
  if (error instanceof WorldStopped || error instanceof WorldBusy) return undefined
  throw error
}
