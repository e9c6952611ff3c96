import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CellRecord, decodeCells } from '../../../src/domain/chunkCodec.ts'
import type { ChunkChanges, ChunkSnapshot, StructureView } from '../../../src/domain/chunkView.ts'
import { chunkCount, chunkOf } from '../../../src/domain/grid/chunk.ts'
import type { ChangeFeed } from '../../../src/domain/simulation/changes.ts'
import {
  changeFeed,
  drainChanges,
  drainDirty,
  drainPlayers,
  snapshotFrom,
} from '../../../src/domain/simulation/changes.ts'
import { chunkSnapshot, structureViews } from '../../../src/domain/simulation/views.ts'
import { sensibleEvents } from './arbitraries.ts'
import { enter, plateFactory, playground, run } from './planet.ts'

/** What a client keeps of a chunk. */
class Copy {
  private readonly cells = new Map<number, CellRecord>()
  private readonly structures = new Map<number, StructureView>()
  take(cells: Uint8Array, structures: readonly StructureView[], removed: readonly number[] = []) {
    if (cells.length > 0) {
      for (const cell of decodeCells(cells).cells) this.cells.set(cell.offset, cell)
    }
    for (const cell of removed) this.structures.delete(cell)
    for (const structure of structures) this.structures.set(structure.cell, structure)
  }
  now() {
    return {
      cells: [...this.cells.values()].sort((a, b) => a.offset - b.offset),
      structures: [...this.structures.values()].sort((a, b) => a.cell - b.cell),
    }
  }
}

const seen = ({ cells, structures }: ChunkSnapshot) => ({
  cells: decodeCells(cells).cells,
  structures,
})

test('a snapshot and the lists after it make the chunk as it is, whatever happens', () => {
  const { field } = playground()
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.array(sensibleEvents(field), { maxLength: 5 }), fc.nat(30), fc.boolean()),
        { maxLength: 12 },
      ),
      (moments) => {
        const { state } = playground()
        const feed = changeFeed(state)
        const chunk = chunkOf(4, field[0]!)
        const copy = new Copy()
        const first = snapshotFrom(feed, chunk)
        copy.take(first.cells, first.structures)
        run(state, [enter('ann', field[0]!)])
        for (const [events, more, watching] of moments) {
          run(state, events, more)
          drainDirty(feed)
          if (!watching) continue
          for (const { cells, structures, removed } of drainChanges(feed, [chunk])) {
            copy.take(cells, structures, removed)
          }
          expect(copy.now()).toEqual(seen(chunkSnapshot(state, chunk)))
        }
      },
    ),
    { numRuns: 80 },
  )
})

test('a chunk that was never told comes whole, and then as changes only', () => {
  const { state, depot } = plateFactory(7, 16)
  const feed = changeFeed(state)
  const chunk = chunkOf(16, depot)
  const [whole] = drainChanges(feed, [chunk]) as [ChunkChanges]
  expect(decodeCells(whole.cells)).toMatchObject({ kind: 'snapshot', chunk })
  expect(drainChanges(feed, [chunk, chunk])).toEqual([])
  run(state, [], 100)
  const [changes] = drainChanges(feed, [chunk, -5, 1e9, Number.NaN]) as [ChunkChanges]
  const { kind, cells } = decodeCells(changes.cells)
  expect(kind).toBe('changes')
  expect(cells.length).toBeGreaterThan(0)
  expect(cells.length).toBeLessThan(200)
})

test('the dirty chunks are told once, and a world at rest has none', () => {
  const { state } = playground()
  state.life.fill(0)
  state.mass.fill(0)
  const feed = changeFeed(state)
  expect(drainDirty(feed).length).toBe(chunkCount(4))
  run(state, [], 20)
  expect(drainDirty(feed)).toEqual([])
})

test('players that changed are told once, by index', () => {
  const { state, field } = playground()
  const feed: ChangeFeed = changeFeed(state)
  run(state, [enter('bob', field[1]!), enter('ann', field[0]!)])
  expect(drainPlayers(feed)).toMatchObject([
    { account: 'bob', index: 1, cell: field[1], tick: 1 },
    { account: 'ann', index: 2, cell: field[0] },
  ])
  expect(drainPlayers(feed)).toEqual([])
})

test('copies of chunks that nobody watches any more are dropped', () => {
  const { state, field } = playground()
  const feed = changeFeed(state)
  snapshotFrom(feed, chunkOf(4, field[0]!))
  snapshotFrom(feed, 7)
  for (let seconds = 0; seconds < 40; seconds++) {
    run(state, [], 19)
    drainChanges(feed, [7])
  }
  expect([...feed.told.keys()]).toEqual([7])
})

test('strangers see no contents, the owner sees them', () => {
  const { state, depot } = plateFactory()
  run(state, [], 400)
  const snapshot = chunkSnapshot(state, chunkOf(16, depot))
  expect(snapshot.structures.every(({ contents }) => contents === undefined)).toBe(true)
  expect(structureViews(state, 'ann').find(({ cell }) => cell === depot)?.contents).toEqual({
    plate: expect.any(Number),
  })
  expect(structureViews(state, 'nobody')).toEqual([])
})
