// The TypeScript kernel in our own thread and in a pinned one; and what happens when the thread dies.

import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { KernelLost } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { piscinaKernel } from '../../src/platform/kernel/pool.ts'
import { batchThrough, contractWorld, kernelContract } from '../contracts/kernel.ts'
import { worldToKill } from '../helpers/killedKernel.ts'
import { childrenOf } from '../helpers/processes.ts'

kernelContract('the TypeScript kernel in our own thread', inThreadKernel)
kernelContract('the TypeScript kernel in a pinned thread', piscinaKernel)

const world = contractWorld
const batch = batchThrough

describe('the kernel in its thread', () => {
  it('leaves no process and no file behind', async () => {
    const left = () => ({
      children: childrenOf(process.pid).length,
      files: readdirSync(tmpdir()).filter((name) => name.startsWith('orrery-kernel-')).length,
    })
    // What is made once in a process stays.
    await (await piscinaKernel(world)).close()
    const before = left()
    for (let opened = 0; opened < 3; opened++) await (await piscinaKernel(world)).close()
    expect(left()).toEqual(before)
  })

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
    const running = await worldToKill((settings) => piscinaKernel(settings))
    await running.runOn(60)
    await running.inBatch()
    await running.kernels[0]!.crash()
    await running.runOn(60)
    expect(running.kernels).toHaveLength(2)
    await running.prove()
  })
})
