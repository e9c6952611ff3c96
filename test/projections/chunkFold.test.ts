// A snapshot and the lists that followed it are the chunk as it is now.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import type { ChunkChanges, ChunkSnapshot } from '../../src/domain/chunkView.ts'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { chunkOf } from '../../src/domain/grid/chunk.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { foldChanges } from '../../src/projections/chunkFold.ts'

const world: WorldSettings = { world: 'earth', seed: 3, n: 8, ups: 20 }
const landing = landingCell(world.seed, world.n, 5)
const chunk = chunkOf(world.n, landing)
const plots = cellsWithin(world.n, landing, 2)
const account = 'ann'

const shown = ({ cells, structures, tick }: ChunkSnapshot) => ({
  tick,
  structures,
  cells: decodeCells(cells).cells,
})
const deeds = fc.oneof(
  fc.constantFrom(...plots).map(
    (cell): SimulationEvent => ({
      type: 'StructuresPlaced',
      data: { account, structures: [{ cell, prototype: 'depot', direction: 0 }] },
    }),
  ),
  fc
    .constantFrom(...plots)
    .map(
      (cell): SimulationEvent => ({ type: 'StructuresRemoved', data: { account, cells: [cell] } }),
    ),
)

describe('a chunk that is watched', () => {
  it('equals the kernel’s own snapshot after any deeds, folded at any moments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ deed: deeds, ticks: fc.integer({ min: 1, max: 9 }), fold: fc.boolean() }),
          {
            minLength: 1,
            maxLength: 12,
          },
        ),
        async (steps) => {
          const kernel = await inThreadKernel(world)
          const run = (through: number, event: SimulationEvent | undefined, watch: number[]) =>
            kernel.run({
              through,
              events: event
                ? [{ tick: through, events: [{ commandId: `${through}`, event }] }]
                : [],
              watch,
              hash: false,
              players: 'none',
            })
          await run(1, { type: 'WorldEntered', data: { account, landing } }, [])
          await run(2, { type: 'CellsClaimed', data: { account, cells: plots } }, [])
          let folded = await kernel.chunk(chunk)
          let later: ChunkChanges[] = []
          let through = 2
          for (const { deed, ticks, fold } of steps) {
            through += ticks
            later.push(...(await run(through, deed, [chunk])).changes)
            if (!fold) continue
            folded = foldChanges(folded, later)
            later = []
          }
          folded = foldChanges(folded, later)
          const now = await kernel.chunk(chunk)
          expect(shown({ ...folded, tick: now.tick })).toEqual(shown(now))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('skips lists that its snapshot has already', async () => {
    const kernel = await inThreadKernel(world)
    const snapshot = await kernel.chunk(chunk)
    const old: ChunkChanges = {
      chunk,
      tick: snapshot.tick,
      cells: new Uint8Array(0),
      structures: [],
      removed: [],
    }
    expect(foldChanges(snapshot, [old])).toBe(snapshot)
  })

  it('that comes whole, from a kernel that never told it, loses the structures it does not name', async () => {
    const kernel = await inThreadKernel(world)
    const snapshot = await kernel.chunk(chunk)
    const depot = {
      cell: landing,
      prototype: 'depot',
      direction: 0,
      owner: 1,
      status: 'idle',
    } as const
    const whole: ChunkChanges = { ...snapshot, tick: 1, structures: [], removed: [] }
    expect(foldChanges({ ...snapshot, structures: [depot] }, [whole]).structures).toEqual([])
  })
})
