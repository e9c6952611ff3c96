// The kernel in its pinned thread, held to the same kernel in our own thread; and what happens when the thread dies.

import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import {
  type Kernel,
  type KernelBatch,
  KernelLost,
  StateRefused,
  type WorldSettings,
} from '../../src/domain/ports/kernel.ts'
import { playerStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { type PinnedKernel, piscinaKernel } from '../../src/platform/kernel/pool.ts'
import { collect, createRig } from '../projections/rig.ts'

const world: WorldSettings = { world: 'earth', seed: 7, n: 16, ups: 20 }
const landing = landingCell(7, 16, 1)
const entered: SimulationEvent = { type: 'WorldEntered', data: { account: 'ann', landing } }
const claimed: SimulationEvent = {
  type: 'CellsClaimed',
  data: { account: 'ann', cells: [landing] },
}

const batch = (through: number, asked: Partial<KernelBatch> = {}): KernelBatch => ({
  through,
  events: [],
  watch: [],
  hash: true,
  players: 'all',
  ...asked,
})
const play = async (kernel: Kernel) => {
  const events = [
    { tick: 3, events: [{ commandId: 'enter', event: entered }] },
    { tick: 5, events: [{ commandId: 'claim', event: claimed }] },
  ]
  const first = await kernel.run(batch(10, { events }))
  const player = await kernel.player('ann')
  const chunk = await kernel.chunk(0)
  const second = await kernel.run(batch(60, { watch: [0] }))
  const strip = ({ busyMs, ...result }: typeof first) => {
    expect(busyMs).toBeGreaterThanOrEqual(0)
    return result
  }
  return { first: strip(first), player, chunk, second: strip(second), hash: await kernel.hash() }
}

describe('the kernel in its thread', () => {
  it('gives to the bit what the same kernel gives in our own thread', async () => {
    const ours = await inThreadKernel(world)
    const pinned = await piscinaKernel(world)
    try {
      const [inOurs, inPinned] = [await play(ours), await play(pinned)]
      expect(inPinned).toEqual(inOurs)
      expect(inPinned.player).toMatchObject({ account: 'ann', here: true, cell: landing })
      expect(inPinned.first.outcomes.map(({ commandId }) => commandId)).toContain('claim')
      expect(pinned.rulesHash).toBe(ours.rulesHash)
    } finally {
      await pinned.close()
    }
  })

  it('saves its state while it runs on, and another goes on from there to the bit', async () => {
    const pinned = await piscinaKernel(world)
    const saved = async (kernel: Kernel, meanwhile: () => Promise<unknown>) => {
      const { tick, hash } = await kernel.save()
      const pieces = new Map<string, Uint8Array>()
      for (;;) {
        const some = await kernel.pieces(4_000)
        if (some.length === 0) return { tick, hash, pieces }
        for (const { name, bytes } of some) pieces.set(name, bytes)
        await meanwhile()
      }
    }
    try {
      await expect(pinned.pieces(1)).rejects.toThrow('no save was begun')
      await play(pinned)
      let through = 60
      const { tick, hash, pieces } = await saved(pinned, () => pinned.run(batch(++through)))
      expect(tick).toBe(60)
      expect(through).toBeGreaterThan(63)
      const other = await inThreadKernel(world, pieces)
      expect(await other.hash()).toEqual({ tick, hash })
      const { players } = await other.run(batch(60))
      expect(players).toMatchObject([{ account: 'ann', cell: landing }])
      await other.run(batch(through))
      expect(await other.hash()).toEqual(await pinned.hash())
      const third = await piscinaKernel(world, pieces)
      expect(await third.hash()).toEqual({ tick, hash })
      await third.close()
      pieces.delete('players')
      for (const open of [inThreadKernel, piscinaKernel]) {
        await expect(open(world, pieces)).rejects.toThrow(StateRefused)
        await expect(open({ ...world, seed: 8 }, pieces)).rejects.toThrow(/^seed .*7 is not 8/)
      }
    } finally {
      await pinned.close()
    }
  })

  it('is lost once the thread has died, whether it was at work or not', async () => {
    const pinned = await piscinaKernel(world)
    const atWork = pinned.run(batch(1_000_000))
    await pinned.crash()
    await expect(atWork).rejects.toThrow(KernelLost)
    await expect(pinned.hash()).rejects.toThrow(KernelLost)
    await pinned.close()
  })

  it('stands when a batch is refused, naming the tick that is not in it', async () => {
    const pinned = await piscinaKernel(world)
    const events = [{ tick: 9, events: [] }]
    await expect(pinned.run(batch(5, { events }))).rejects.toThrow(/tick 9/)
    expect((await pinned.hash()).tick).toBe(5)
    await pinned.close()
  })

  it('refuses settings that are no world, when it is opened', async () => {
    await expect(piscinaKernel({ ...world, n: 0 })).rejects.toThrow(/n: 0/)
  })
})

describe('a world in a pinned thread', () => {
  it('whose thread is killed in the middle of a batch goes on with the same history', async () => {
    const rig = createRig()
    const kernels: PinnedKernel[] = []
    let atWork = 0
    const openKernel = async (settings: WorldSettings) => {
      const kernel = await piscinaKernel(settings)
      kernels.push(kernel)
      return {
        ...kernel,
        run: async (asked: KernelBatch) => {
          atWork++
          const result = await kernel.run(asked)
          atWork--
          return result
        },
      }
    }
    const running = rig.open({ settings: world, openKernel })
    await running.ready
    const watched = collect(running.feed({ account: 'ann', status: true }))
    await rig.appendTo(playerStream('earth', 'ann'), entered, 'enter')
    // The thread lives in real time, the world in the test's: both go on until the condition holds.
    const until = async (condition: () => boolean) => {
      while (!condition()) {
        await rig.advance(10)
        await setTimeout(1)
      }
    }
    await until(() => running.status().tick >= 60)
    // The thread dies at a moment when a batch is in it.
    while (atWork === 0) await rig.advance(10)
    await kernels[0]!.crash()
    const killedAt = running.status().tick
    await until(() => running.status().tick >= killedAt + 60)
    expect(kernels).toHaveLength(2)
    const { hash } = running.status()
    await running.stop()

    const reference = await inThreadKernel(world)
    const seals = (await rig.ledger()).flatMap((event) =>
      event.type === 'TickSealed' && event.data.count > 0 ? [event.data.tick] : [],
    )
    expect(seals).toHaveLength(1)
    const events = [{ tick: seals[0]!, events: [{ commandId: 'enter', event: entered }] }]
    expect((await reference.run(batch(hash.tick, { events }))).hash).toBe(hash.hash)
    expect(watched.items.filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
    expect(watched.ended).toBe(true)
  })
})
