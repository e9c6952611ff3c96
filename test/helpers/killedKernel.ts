// A world whose kernel is killed in the middle of a batch, and the proof that its history is the one of an undisturbed run.

import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Kernel, KernelBatch, WorldSettings } from '../../src/domain/ports/kernel.ts'
import { playerStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { batchThrough, contractWorld, entered } from '../contracts/kernel.ts'
import { collect, createRig } from '../projections/rig.ts'

/** A world that somebody watches and has entered, run by what `open` gives. */
export async function worldToKill<Opened extends Kernel>(
  open: (settings: WorldSettings) => Promise<Opened>,
) {
  const rig = createRig()
  const kernels: Opened[] = []
  let atWork = 0
  const openKernel = async (settings: WorldSettings) => {
    const kernel = await open(settings)
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
  const running = rig.open({ settings: contractWorld, openKernel })
  await running.ready
  const watched = collect(running.feed({ account: 'ann', status: true }))
  await rig.appendTo(playerStream('earth', 'ann'), entered, 'enter')
  return {
    kernels,
    tick: () => running.status().tick,
    /** The kernel lives in real time, the world in the test's: both go on until the world is so many ticks further. */
    async runOn(ticks: number) {
      const until = running.status().tick + ticks
      while (running.status().tick < until) {
        await rig.advance(10)
        await setTimeout(1)
      }
    },
    /** Resolves at a moment when the kernel is in a batch. */
    async inBatch() {
      while (atWork === 0) await rig.advance(10)
    },
    /** Stops the world: what was shown is what the ledger alone gives, and the one outcome was told once. */
    async prove() {
      const { hash } = running.status()
      await running.stop()
      const seals = (await rig.ledger()).flatMap((event) =>
        event.type === 'TickSealed' && event.data.count > 0 ? [event.data.tick] : [],
      )
      expect(seals).toHaveLength(1)
      const events = [{ tick: seals[0]!, events: [{ commandId: 'enter', event: entered }] }]
      const reference = await inThreadKernel(contractWorld)
      expect((await reference.run(batchThrough(hash.tick, { events }))).hash).toBe(hash.hash)
      expect(watched.items.filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
      expect(watched.ended).toBe(true)
    },
  }
}
