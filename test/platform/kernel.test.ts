// The TypeScript kernel in our own thread and in a pinned one; and what happens when the thread dies.

import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type KernelBatch, KernelLost, type WorldSettings } from '../../src/domain/ports/kernel.ts'
import { playerStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { type PinnedKernel, piscinaKernel } from '../../src/platform/kernel/pool.ts'
import { batchThrough, contractWorld, entered, kernelContract } from '../contracts/kernel.ts'
import { collect, createRig } from '../projections/rig.ts'

kernelContract('the TypeScript kernel in our own thread', inThreadKernel)
kernelContract('the TypeScript kernel in a pinned thread', piscinaKernel)

const world = contractWorld
const batch = batchThrough

describe('the kernel in its thread', () => {
  it('is lost once the thread has died, whether it was at work or not', async () => {
    const pinned = await piscinaKernel(world)
    const atWork = pinned.run(batch(1_000_000))
    await pinned.crash()
    await expect(atWork).rejects.toThrow(KernelLost)
    await expect(pinned.hash()).rejects.toThrow(KernelLost)
    await pinned.close()
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
