// Whatever dies, whenever: the world resumes at or after every tick that anybody saw, and everything seen is
// reproduced. The engine is killed at each of its await points in turn, and by seeds under random delays and faults.

import { describe, expect, it } from 'vitest'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import { digestOf } from '../../src/domain/digest.ts'
import { inProcessLeadership } from '../../src/platform/leadership.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { type MemorySnapshots, memorySnapshots } from '../../src/platform/memory/snapshots.ts'
import type { RunningWorld } from '../../src/projections/worldProjector.ts'
import type { FeedItem } from '../../src/projections/worldReader.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import {
  createLife,
  type Life,
  mortalKernel,
  mortalSnapshots,
  mortalStore,
  seeded,
} from '../helpers/mortal.ts'
import { createRig, type Rig, settings, snapshotsFor } from './rig.ts'

/** What anybody was ever shown. */
type Seen = {
  tick: number
  hashes: Map<number, string>
  /** Orders by `tick.index`. */
  outcomes: Map<string, string>
  /** Orders counted in chunk 0 as of a tick. */
  orders: Map<number, number>
}

const see = (seen: Seen, life: Life) => {
  const keep = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value) => {
    expect(map.get(key) ?? value).toBe(value)
    map.set(key, value)
  }
  return (item: FeedItem) => {
    if (life.dead) return
    if (item.kind === 'heartbeat') {
      seen.tick = Math.max(seen.tick, item.tick)
      if (item.hash.tick > 0) keep(seen.hashes, item.hash.tick, item.hash.hash)
    } else if (item.kind === 'outcome') {
      const { tick, index, commandId } = item.outcome
      seen.tick = Math.max(seen.tick, tick)
      keep(seen.outcomes, `${tick}.${index}`, commandId)
    } else if (item.kind === 'chunk') {
      seen.tick = Math.max(seen.tick, item.changes.tick)
      keep(seen.orders, item.changes.tick, decodeCells(item.changes.cells).cells[0]!.amount)
    }
  }
}

const watch = async (world: RunningWorld, signal: AbortSignal, tell: (item: FeedItem) => void) => {
  for await (const item of world.feed({ account: 'ann', chunks: [0] }, undefined, signal))
    tell(item)
}

/** Where snapshots are kept from life to life; undefined: nowhere. */
type Kept = MemorySnapshots | undefined

/** One engine until it dies or `lastsMs` have passed; players order, watch and look as `random` says. */
async function live(
  rig: Rig,
  kept: Kept,
  life: Life,
  seen: Seen,
  random: () => number,
  lastsMs: number,
) {
  const store = mortalStore(rig.store, life, random, 0.05)
  const openKernel = mortalKernel(fakeKernel().open, life)
  const snapshots = kept && snapshotsFor(mortalSnapshots(kept, life, random, 0.1), 20)
  const world = rig.open({
    store,
    openKernel,
    leadership: inProcessLeadership('a life'),
    ...(snapshots && { snapshots }),
  })
  const seenBefore = seen.tick
  world.ready.then(
    () => expect(life.dead || world.status().tick >= seenBefore).toBe(true),
    () => {},
  )
  const tell = see(seen, life)
  let stopWatching: AbortController | undefined
  for (let passedMs = 0; passedMs < lastsMs && !life.dead; ) {
    const luck = random()
    if (luck < 0.35) await rig.order(`order ${life.steps} ${passedMs} ${random()}`)
    else if (luck < 0.45 && !stopWatching) {
      stopWatching = new AbortController()
      void watch(world, stopWatching.signal, tell)
    } else if (luck < 0.5) {
      stopWatching?.abort()
      stopWatching = undefined
    } else if (luck < 0.6) {
      world.publishedStatus().then(({ tick, hash, state }) => {
        if (state === 'running') tell({ kind: 'heartbeat', tick, hash })
      })
    } else if (luck < 0.7) {
      world.chunk(0).then(
        (changes) => tell({ kind: 'chunk', changes: { ...changes, removed: [] } }),
        () => {},
      )
    }
    const stepMs = 1 + Math.floor(random() * 90)
    await rig.advance(stepMs)
    passedMs += stepMs
  }
  if (world.status().state === 'stopped') throw new Error(world.status().stopped)
  life.dead = true
}

/** What the final ledger and log say, computed without any engine. */
async function truth(rig: Rig, through: number) {
  const log = (await rig.store.readStream('player-earth-ann', 0, 100_000)).map(
    ({ metadata }) => metadata.commandId,
  )
  const byTick = new Map<number, readonly string[]>()
  let taken = 0
  for (const event of await rig.ledger()) {
    if (event.type !== 'TickSealed') continue
    byTick.set(event.data.tick, log.slice(taken, taken + event.data.count))
    taken += event.data.count
  }
  let hash = digestOf([String(settings.seed)])
  let orders = 0
  const hashes = new Map<number, string>()
  const counts = new Map<number, number>()
  const outcomes = new Map<string, string>()
  for (let tick = 1; tick <= through; tick++) {
    const ids = byTick.get(tick) ?? []
    hash = digestOf([hash, String(tick), ...ids])
    orders += ids.length
    hashes.set(tick, hash)
    counts.set(tick, orders)
    for (const [index, id] of ids.entries()) outcomes.set(`${tick}.${index}`, id)
  }
  return { hashes, counts, outcomes }
}

async function proveSeen(rig: Rig, seen: Seen) {
  const { hashes, counts, outcomes } = await truth(rig, seen.tick)
  for (const [tick, hash] of seen.hashes)
    expect(`${tick} ${hash}`).toBe(`${tick} ${hashes.get(tick)}`)
  for (const [tick, count] of seen.orders) {
    expect(`${tick} ${count}`).toBe(`${tick} ${counts.get(tick) ?? 0}`)
  }
  for (const [place, id] of seen.outcomes)
    expect(`${place} ${id}`).toBe(`${place} ${outcomes.get(place)}`)
}

/** Opens the world once more in good health and lets it show all there is. */
async function resume(rig: Rig, kept: Kept, seen: Seen) {
  const world = rig.open({
    leadership: inProcessLeadership('the last'),
    ...(kept && { snapshots: snapshotsFor(kept, 20) }),
  })
  await world.ready
  expect(world.status().tick).toBeGreaterThanOrEqual(seen.tick)
  await rig.advance(300)
  const told = world.outcomesAfter('ann', { tick: 0, index: 0 }, 100_000)
  const log = await rig.store.readStream('player-earth-ann', 0, 100_000)
  expect(told.map((item) => item.kind === 'outcome' && item.outcome.commandId)).toEqual(
    log.map(({ metadata }) => metadata.commandId),
  )
  await world.stop()
}

const nothingSeen = (): Seen => ({
  tick: 0,
  hashes: new Map(),
  outcomes: new Map(),
  orders: new Map(),
})

describe.each([
  { way: 'from the log alone', keeps: false, points: 160, seeds: 200 },
  { way: 'from snapshots of every second', keeps: true, points: 200, seeds: 150 },
])('an engine that is killed and comes back $way', ({ keeps, points, seeds }) => {
  const keeping = (): Kept => (keeps ? memorySnapshots() : undefined)

  it(`at any of its first ${points} await points loses nothing that was seen and nothing that was ordered`, async () => {
    let ticksSeen = 0
    let reached = 0
    let taken = 0
    for (let diesAt = 1; diesAt <= points; diesAt++) {
      const rig = createRig(memoryEventStore())
      const kept = keeping()
      const seen = nothingSeen()
      const random = seeded(1)
      const life = createLife(rig.scheduler, random, diesAt, 3)
      await live(rig, kept, life, seen, random, 6_000)
      if (life.steps >= diesAt) reached++
      taken += (await kept?.list('earth'))?.length ?? 0
      await proveSeen(rig, seen)
      await resume(rig, kept, seen)
      ticksSeen += seen.tick
    }
    expect(reached).toBe(points)
    expect(ticksSeen).toBeGreaterThan(points)
    expect(taken > 0).toBe(keeps)
  }, 120_000)

  it(`three times over, under random delays and a store that loses answers (${seeds} seeds)`, async () => {
    const total = { hashes: 0, outcomes: 0, taken: 0 }
    for (let seed = 1; seed <= seeds; seed++) {
      const rig = createRig(memoryEventStore())
      const kept = keeping()
      const seen = nothingSeen()
      const random = seeded(seed)
      for (let lives = 0; lives < 3; lives++) {
        const diesAt = 5 + Math.floor(random() * 200)
        const life = createLife(rig.scheduler, random, diesAt, 30)
        await live(rig, kept, life, seen, random, 2_000)
        await proveSeen(rig, seen)
      }
      total.taken += (await kept?.list('earth'))?.length ?? 0
      await resume(rig, kept, seen)
      total.hashes += seen.hashes.size
      total.outcomes += seen.outcomes.size
    }
    expect(total.hashes).toBeGreaterThan(seeds)
    expect(total.outcomes).toBeGreaterThan(5 * seeds)
    expect(total.taken > seeds / 4).toBe(keeps)
  }, 120_000)
})
