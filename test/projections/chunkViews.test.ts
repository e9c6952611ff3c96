// What is held of chunks: fresh for those who watch, kept a while for those who ask, and put away for everybody else.

import { describe, expect, it } from 'vitest'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import type { ChunkSnapshot } from '../../src/domain/chunkView.ts'
import type { Kernel } from '../../src/domain/ports/kernel.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { ChunkViews } from '../../src/projections/chunkViews.ts'
import { createRig } from './rig.ts'

const CACHED = 64

/** A kernel that counts how often each chunk is read from it. */
function views() {
  const read: number[] = []
  const snapshot = (chunk: number): ChunkSnapshot => ({
    chunk,
    tick: 1,
    cells: encodeCells('snapshot', chunk, []),
    structures: [],
  })
  const kernel = {
    chunk: async (chunk: number) => {
      read.push(chunk)
      return snapshot(chunk)
    },
  } as unknown as Kernel
  const subject = new ChunkViews(async (question) => question(kernel), nodeCache('chunks', CACHED))
  const batch = (dirty: readonly number[]) => ({
    tick: 1,
    hashes: [],
    outcomes: [],
    dirty,
    changes: [],
    players: [],
    busyMs: 0,
  })
  return { subject, read, batch }
}

const many = Array.from({ length: 5_000 }, (_, chunk) => chunk)

describe('views of chunks', () => {
  it('that thousands look at and leave leave nothing behind', async () => {
    const { subject } = views()
    const leave = many.map((chunk) => subject.watch(chunk))
    expect(subject.watched).toBe(many.length)
    await Promise.all(many.map((chunk) => subject.read(chunk)))
    for (const each of leave) each()
    expect(subject.watched).toBe(0)
    expect(subject.watchedChunks()).toEqual([])
    expect(subject.cached).toBeLessThanOrEqual(CACHED)
  })

  it('that thousands ask for once are kept up to a bound', async () => {
    const { subject } = views()
    for (const chunk of many) await subject.read(chunk)
    expect(subject.cached).toBe(CACHED)
  })

  it('are read from the world once while nothing changes, and anew when it has', async () => {
    const { subject, read, batch } = views()
    await subject.read(7)
    await subject.read(7)
    expect(read).toEqual([7])
    subject.consumed(batch([7]))
    expect(subject.cached).toBe(0)
    await subject.read(7)
    expect(read).toEqual([7, 7])
  })

  it('stay fresh as long as one of those who watch is there', async () => {
    const { subject } = views()
    const one = subject.watch(3)
    const other = subject.watch(3)
    one()
    expect(subject.watchedChunks()).toEqual([3])
    other()
    expect(subject.watchedChunks()).toEqual([])
  })

  it('are let go in a running world when the feeds of those who watched end', async () => {
    const rig = createRig()
    const world = rig.open()
    await rig.until(() => world.status().state === 'running')
    const before = world.load()
    const ends = Array.from({ length: 200 }, (_, index) => {
      const end = new AbortController()
      world.feed({ chunks: [index % 10, 11] }, undefined, end.signal)
      return end
    })
    await rig.advance(1_000)
    expect(world.load()).toMatchObject({ subscribers: 200, chunksWatched: 11 })
    expect(world.load().feedWaiting).toBeGreaterThan(0)
    for (const end of ends) end.abort()
    await rig.settle()
    expect(world.load()).toMatchObject({ ...before, subscribers: 0, chunksWatched: 0 })
    expect(world.load().feedWaiting).toBe(0)
    await world.stop()
  })
})
