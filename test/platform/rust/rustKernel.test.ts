// The Rust kernel held to the contract, in a worker by every signal and in a thread; and worlds whose worker dies.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  KernelLost,
  type KernelStatus,
  type OpenKernel,
  SaveLost,
} from '../../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../../src/platform/kernel/inThread.ts'
import type { Signal } from '../../../src/platform/kernel/rust/addon.ts'
import { rustInThread } from '../../../src/platform/kernel/rust/rustInThread.ts'
import { type RustOptions, rustWorker } from '../../../src/platform/kernel/rust/rustWorker.ts'
import { batchThrough, contractWorld, entered, kernelContract } from '../../contracts/kernel.ts'
import { built } from '../../helpers/builtKernel.ts'
import { worldToKill } from '../../helpers/killedKernel.ts'
import { killWorkers } from '../../helpers/workerKills.ts'

const signals = ['futex', 'eventfd', 'signal'] as const
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

for (const signal of signals) {
  kernelContract(`the Rust worker, woken by ${signal},`, byWorker(signal), !built)
}
kernelContract(
  'the Rust kernel in a thread',
  (settings, from) => rustInThread({ built: built!, threads: 2 }, settings, from),
  !built,
)

describe.skipIf(!built)('a Rust worker', () => {
  it.each(signals)(
    'woken by %s is killed and stopped ten times under load, and no tick is lost and no answer differs',
    async (signal) => {
      const { losses, kills, stops } = await killWorkers(signal, 10, 21)
      expect(losses).toBeGreaterThanOrEqual(10)
      expect(kills + stops).toBeGreaterThanOrEqual(10)
    },
    120_000,
  )

  it('that is killed in the middle of a long batch gives every hash of it all the same, or ends it early', async () => {
    const reference = await inThreadKernel(contractWorld)
    const kernel = await rustWorker(options(), contractWorld)
    const end = new AbortController()
    const kills = new Set<number>()
    /** The worker once it has come further; when there is another, what is to be done then. */
    const killed = (losses: number, then: () => void) => (tick: number) => {
      const { workersLost } = kernel.status()
      if (workersLost >= losses) then()
      else if (tick > 0 && !kills.has(kernel.pid())) {
        kills.add(kernel.pid())
        process.kill(kernel.pid(), 'SIGKILL')
      }
    }
    const whole = batchThrough(20_000, { hashEvery: 500 })
    const { hash, hashes } = await kernel.run(whole, { progress: killed(1, () => {}) })
    expect(kernel.status()).toMatchObject({ kernel: 'rust', workersLost: 1 })
    expect(hashes).toHaveLength(40)
    expect({ hash, hashes }).toEqual(
      await reference.run(whole).then(({ hash, hashes }) => ({ hash, hashes })),
    )
    const endless = batchThrough(100_000_000)
    const ended = await kernel.run(endless, {
      progress: killed(2, () => end.abort()),
      signal: end.signal,
    })
    expect(kernel.status().workersLost).toBe(2)
    expect(ended.tick).toBeLessThan(endless.through)
    expect((await reference.run(batchThrough(ended.tick))).hash).toBe(ended.hash)
    await kernel.close()
  })

  it('that comes from a checkpoint may take its time over the first snapshot of a large planet', async () => {
    const planet = { ...contractWorld, n: 512 }
    const first = await rustWorker(options(), planet)
    await first.save()
    const pieces = new Map((await first.pieces(1 << 30)).map(({ name, bytes }) => [name, bytes]))
    await first.close()
    // What is opened from pieces has a checkpoint at once.
    const kernel = await rustWorker(options({ hangMs: 50 }), planet, pieces)
    process.kill(kernel.pid(), 'SIGKILL')
    expect(await kernel.save()).toEqual({ tick: 0, hash: (await kernel.hash()).hash })
    expect(kernel.status()).toMatchObject({ kernel: 'rust', workersLost: 1 })
    process.kill(kernel.pid(), 'SIGKILL')
    await expect(kernel.pieces(1)).rejects.toThrow(SaveLost)
    await kernel.save()
    expect(await kernel.pieces(1)).toHaveLength(1)
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

describe.skipIf(!built)('a Rust kernel in a thread', () => {
  it('that is closed ends the batch that it was about to begin', async () => {
    const kernel = await rustInThread({ built: built!, threads: 1 }, contractWorld)
    const through = 200_000
    const running = kernel.run(batchThrough(through)).catch(() => ({ tick: 0 }))
    await kernel.close()
    expect((await running).tick).toBeLessThan(through)
  })
})

describe.skipIf(!built)('a world whose workers die before it is open', () => {
  it.each([
    ['/bin/false', 'it ended with code 1'],
    ['/nowhere/orrery-worker', 'ENOENT'],
  ])('is opened by TypeScript from what was saved, and says so (%s)', async (worker, why) => {
    const reference = await inThreadKernel(contractWorld)
    await reference.run(batchThrough(20))
    const { hash } = await reference.save()
    const pieces = new Map(
      (await reference.pieces(1 << 30)).map(({ name, bytes }) => [name, bytes]),
    )
    const dying = options({ built: { ...built!, worker } })
    const kernel = await rustWorker(dying, contractWorld, pieces)
    expect(kernel.status()).toMatchObject({ kernel: 'typescript', workersLost: 6 })
    expect(kernel.status().fallback).toContain(why)
    expect(told.at(-1)).toEqual(kernel.status())
    expect(await kernel.hash()).toEqual({ tick: 20, hash })
    await kernel.close()
  })
})

describe.skipIf(!built)('a world for which no memory can be shared with a worker', () => {
  it('is opened by TypeScript, and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orrery-addon-'))
    const addon = join(folder, 'addon.cjs')
    const open = `openRegion() { throw new Error('Too many open files') }`
    writeFileSync(addon, `module.exports = { ...require('${built!.addon}'), ${open} }`)
    const kernel = await rustWorker(options({ built: { ...built!, addon } }), contractWorld)
    rmSync(folder, { recursive: true })
    expect(kernel.status()).toMatchObject({ kernel: 'typescript', workersLost: 0 })
    expect(kernel.status().fallback).toMatch(/no memory to share.*Too many open files/)
    expect((await kernel.hash()).tick).toBe(0)
    await kernel.close()
  })
})

describe.skipIf(!built)('a world run by a Rust worker', () => {
  it('whose worker is killed in the middle of a batch goes on, and its engine does not notice', async () => {
    const running = await worldToKill((settings) => rustWorker(options(), settings))
    for (let kill = 1; kill <= 3; kill++) {
      await running.runOn(40)
      await running.inBatch()
      process.kill(running.kernels[0]!.pid(), 'SIGKILL')
    }
    await running.runOn(60)
    expect(running.kernels).toHaveLength(1)
    expect(running.kernels[0]!.status().workersLost).toBe(3)
    await running.prove()
  })
})
