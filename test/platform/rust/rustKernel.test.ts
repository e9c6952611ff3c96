// The Rust kernel held to the contract, in a worker by every signal and in a thread; and worlds whose worker dies.

import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  type KernelBatch,
  KernelLost,
  type KernelStatus,
  type OpenKernel,
  type WorldSettings,
} from '../../../src/domain/ports/kernel.ts'
import { playerStream } from '../../../src/domain/streams.ts'
import { inThreadKernel } from '../../../src/platform/kernel/inThread.ts'
import type { Signal } from '../../../src/platform/kernel/rust/addon.ts'
import { rustInThread } from '../../../src/platform/kernel/rust/rustInThread.ts'
import {
  type RustKernel,
  type RustOptions,
  rustWorker,
} from '../../../src/platform/kernel/rust/rustWorker.ts'
import { batchThrough, contractWorld, entered, kernelContract } from '../../contracts/kernel.ts'
import { built } from '../../helpers/builtKernel.ts'
import { collect, createRig } from '../../projections/rig.ts'

const said: string[] = []
const told: KernelStatus[] = []
const options = (changed: Partial<RustOptions> = {}): RustOptions => ({
  built: built!,
  threads: 2,
  signal: 'futex',
  spinUs: 0,
  checkpointMs: 2,
  hangMs: 10_000,
  say: (line) => said.push(line),
  tell: (status) => told.push(status),
  ...changed,
})
const byWorker =
  (signal: Signal): OpenKernel =>
  (settings, from) =>
    rustWorker(options({ signal }), settings, from)

for (const signal of ['futex', 'eventfd', 'signal'] as const) {
  kernelContract(`the Rust worker, woken by ${signal},`, byWorker(signal), !built)
}
kernelContract(
  'the Rust kernel in a thread',
  (settings, from) => rustInThread({ built: built!, threads: 2 }, settings, from),
  !built,
)

describe.skipIf(!built)('a Rust worker', () => {
  it('is killed at random moments, and every answer is the one of an undisturbed kernel', async () => {
    const reference = await inThreadKernel(contractWorld)
    const kernel = await rustWorker(options(), contractWorld)
    for (let round = 1; round <= 40; round++) {
      const asked = batchThrough(round * 30, {
        events: [{ tick: round * 30 - 7, events: [{ commandId: `${round}`, event: entered }] }],
      })
      const running = kernel.run(asked)
      if (round % 4 === 0) {
        await setTimeout(round % 3)
        process.kill(kernel.pid(), 'SIGKILL')
      }
      const [ours, theirs] = [await reference.run(asked), await running]
      expect(theirs.hash).toBe(ours.hash)
      expect(theirs.outcomes).toEqual(ours.outcomes)
    }
    expect(kernel.status()).toMatchObject({ kernel: 'rust', signal: 'futex' })
    expect(kernel.status().workersLost).toBeGreaterThanOrEqual(9)
    await kernel.close()
  })

  it('that dies again and again gives way to TypeScript at the same state, and says so', async () => {
    const reference = await inThreadKernel(contractWorld)
    const kernel = await rustWorker(options(), contractWorld)
    const first = batchThrough(50, {
      events: [{ tick: 20, events: [{ commandId: 'enter', event: entered }] }],
    })
    expect((await kernel.run(first)).hash).toBe((await reference.run(first)).hash)
    const died = new Set<number>()
    const killing = setInterval(() => {
      const pid = kernel.pid()
      if (pid > 0 && !died.has(pid)) process.kill(pid, 'SIGKILL')
      died.add(pid)
    }, 1)
    const second = batchThrough(100_000_000)
    const endSoon = new AbortController()
    const running = kernel.run(second, { signal: endSoon.signal })
    while (kernel.status().kernel === 'rust') await setTimeout(5)
    clearInterval(killing)
    endSoon.abort()
    const { tick, hash } = await running
    expect((await reference.run(batchThrough(tick))).hash).toBe(hash)
    expect(kernel.status()).toMatchObject({ kernel: 'typescript', workersLost: 6 })
    expect(kernel.status().fallback).toMatch(/SIGKILL/)
    expect(told.at(-1)).toEqual(kernel.status())
    expect(said.at(-1)).toMatch(/^world earth: its workers are given up .* TypeScript goes on/)
    expect(await kernel.player('ann')).toEqual(await reference.player('ann'))
    await kernel.close()
    await expect(kernel.hash()).rejects.toThrow(KernelLost)
  })
})

describe.skipIf(!built)('a world run by a Rust worker', () => {
  it('whose worker is killed in the middle of a batch goes on, and its engine does not notice', async () => {
    const rig = createRig()
    const kernels: RustKernel[] = []
    let atWork = 0
    const openKernel = async (settings: WorldSettings) => {
      const kernel = await rustWorker(options(), settings)
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
    const until = async (condition: () => boolean) => {
      while (!condition()) {
        await rig.advance(10)
        await setTimeout(1)
      }
    }
    for (let kill = 1; kill <= 3; kill++) {
      const from = running.status().tick
      await until(() => running.status().tick >= from + 40)
      while (atWork === 0) await rig.advance(10)
      process.kill(kernels[0]!.pid(), 'SIGKILL')
    }
    const killedAt = running.status().tick
    await until(() => running.status().tick >= killedAt + 60)
    expect(kernels).toHaveLength(1)
    expect(kernels[0]!.status().workersLost).toBe(3)
    const { hash } = running.status()
    await running.stop()

    const reference = await inThreadKernel(contractWorld)
    const seals = (await rig.ledger()).flatMap((event) =>
      event.type === 'TickSealed' && event.data.count > 0 ? [event.data.tick] : [],
    )
    const events = [{ tick: seals[0]!, events: [{ commandId: 'enter', event: entered }] }]
    expect((await reference.run(batchThrough(hash.tick, { events }))).hash).toBe(hash.hash)
    expect(watched.items.filter(({ kind }) => kind === 'outcome')).toHaveLength(1)
  })
})
