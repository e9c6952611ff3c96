// What every adapter of the kernel port keeps: to the bit what the TypeScript rules give in our own thread.

import { describe, expect, it } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import {
  type Kernel,
  type KernelBatch,
  type OpenKernel,
  StateRefused,
  type WorldSettings,
} from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'

export const contractWorld: WorldSettings = { world: 'earth', seed: 7, n: 16, ups: 20 }
const landing = landingCell(7, 16, 1)
export const entered: SimulationEvent = { type: 'WorldEntered', data: { account: 'ann', landing } }
const claimed: SimulationEvent = {
  type: 'CellsClaimed',
  data: { account: 'ann', cells: [landing] },
}
const placed: SimulationEvent = {
  type: 'StructuresPlaced',
  data: { account: 'ann', structures: [{ cell: landing, prototype: 'depot', direction: 0 }] },
}

/** A batch from where the kernel stands through a tick, with all that can be asked for but what `asked` changes. */
export const batchThrough = (through: number, asked: Partial<KernelBatch> = {}): KernelBatch => ({
  through,
  events: [],
  watch: [],
  hash: true,
  players: 'all',
  ...asked,
})

/** A short history, and everything that can be asked on the way. */
async function play(kernel: Kernel) {
  const at = (tick: number, commandId: string, event: SimulationEvent) => ({
    tick,
    events: [{ commandId, event }],
  })
  const events = [at(3, 'enter', entered), at(5, 'claim', claimed), at(7, 'place', placed)]
  const run = async (batch: KernelBatch) => {
    const { busyMs, ...result } = await kernel.run(batch)
    expect(busyMs).toBeGreaterThanOrEqual(0)
    return result
  }
  return {
    first: await run(batchThrough(10, { events })),
    player: await kernel.player('ann'),
    nobody: await kernel.player('nobody'),
    chunk: await kernel.chunk(0),
    second: await run(batchThrough(60, { watch: [0, 1, 2, 999] })),
    third: await run(batchThrough(120, { watch: [0, 1], hash: false, players: 'none' })),
    statistics: await kernel.statistics('ann'),
    leaderboard: await kernel.leaderboard(),
    structures: await kernel.structures('ann'),
    structure: await kernel.structure(landing),
    hash: await kernel.hash(),
  }
}

/** All pieces of a save; `meanwhile` is done between any two askings. */
async function saved(kernel: Kernel, meanwhile: () => Promise<unknown> = async () => {}) {
  const { tick, hash } = await kernel.save()
  const pieces = new Map<string, Uint8Array>()
  for (;;) {
    const some = await kernel.pieces(4_000)
    if (some.length === 0) return { tick, hash, pieces }
    for (const { name, bytes } of some) pieces.set(name, bytes)
    await meanwhile()
  }
}

export function kernelContract(name: string, open: OpenKernel, skip = false): void {
  describe.skipIf(skip)(`${name} keeps the contract of the kernel`, () => {
    const using = async (use: (kernel: Kernel) => Promise<void>) => {
      const kernel = await open(contractWorld)
      try {
        await use(kernel)
      } finally {
        await kernel.close()
      }
    }

    it('gives to the bit what the TypeScript rules give in our own thread', () =>
      using(async (kernel) => {
        const reference = await inThreadKernel(contractWorld)
        const [ours, theirs] = [await play(reference), await play(kernel)]
        expect(theirs).toEqual(ours)
        expect(theirs.player).toMatchObject({ account: 'ann', here: true })
        expect(theirs.first.outcomes.map(({ commandId }) => commandId)).toContain('claim')
        expect(kernel.rulesHash).toBe(reference.rulesHash)
      }))

    it('saves its state while it runs on, and another goes on from there', () =>
      using(async (kernel) => {
        await expect(kernel.pieces(1)).rejects.toThrow(/no save was begun/)
        await play(kernel)
        let through = 120
        const { tick, hash, pieces } = await saved(kernel, () =>
          kernel.run(batchThrough(++through)),
        )
        expect(tick).toBe(120)
        expect(through).toBeGreaterThan(121)
        for (const openNext of [inThreadKernel, open]) {
          const next = await openNext(contractWorld, pieces)
          expect(await next.hash()).toEqual({ tick, hash })
          await next.run(batchThrough(through))
          expect(await next.hash()).toEqual(await kernel.hash())
          await next.close()
        }
      }))

    it('refuses pieces that are no whole state of this world', () =>
      using(async (kernel) => {
        await play(kernel)
        const { pieces } = await saved(kernel)
        await expect(open({ ...contractWorld, seed: 8 }, pieces)).rejects.toThrow(StateRefused)
        pieces.delete('players')
        await expect(open(contractWorld, pieces)).rejects.toThrow(StateRefused)
      }))

    it('stands as it was when a batch is refused', () =>
      using(async (kernel) => {
        const before = await kernel.run(batchThrough(4))
        for (const tick of [9, 4, 0]) {
          const events = [{ tick, events: [{ commandId: 'late', event: entered }] }]
          await expect(kernel.run(batchThrough(5, { events }))).rejects.toThrow(/tick/)
        }
        for (const ticks of [
          [7, 6],
          [6, 6],
        ]) {
          const events = ticks.map((tick) => ({
            tick,
            events: [{ commandId: `${tick}`, event: entered }],
          }))
          await expect(kernel.run(batchThrough(8, { events }))).rejects.toThrow(/tick/)
        }
        expect(await kernel.hash()).toEqual({ tick: 4, hash: before.hash })
      }))

    it('refuses to open what is no world, naming the setting', async () => {
      await expect(open({ ...contractWorld, n: 0 })).rejects.toThrow(/\bn\b/)
    })

    it('tells how far a long batch is, and ends it early when asked', () =>
      using(async (kernel) => {
        const end = new AbortController()
        const seen: number[] = []
        const { tick, hash } = await kernel.run(batchThrough(10_000_000), {
          signal: end.signal,
          progress(tick) {
            seen.push(tick)
            if (tick >= 3) end.abort()
          },
        })
        expect(seen.length).toBeGreaterThan(0)
        expect(tick).toBeGreaterThanOrEqual(3)
        expect(tick).toBeLessThan(10_000_000)
        expect(await kernel.hash()).toEqual({ tick, hash })
        expect((await kernel.run(batchThrough(tick + 1))).tick).toBe(tick + 1)
      }))

    it('hashes ticks in the middle of a batch as if each were the last of its own', () =>
      using(async (kernel) => {
        const reference = await inThreadKernel(contractWorld)
        const expected: unknown[] = []
        for (let through = 20; through <= 100; through += 20) {
          const { tick, hash } = await reference.run(batchThrough(through))
          expected.push({ tick, hash })
        }
        const asked = batchThrough(110, { hash: false, hashEvery: 20 })
        const { hash, hashes } = await kernel.run(asked)
        expect(hash).toBeUndefined()
        expect(hashes).toEqual(expected)
        const wrong = batchThrough(120, { hashEvery: -1 })
        await expect(kernel.run(wrong)).rejects.toThrow(/hashEvery/)
        expect((await kernel.hash()).tick).toBe(110)
      }))

    it('answers nothing once it is closed', async () => {
      const kernel = await open(contractWorld)
      await kernel.close()
      await expect(kernel.hash()).rejects.toThrow()
      await kernel.close()
    })
  })
}
