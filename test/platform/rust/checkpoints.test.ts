// Checkpoints that cannot be made: a child that gets stuck, slots that cannot be written, more than may be kept; and
// what comes of a worker that is lost meanwhile, or that comes to something else than the one before it.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { KernelLost } from '../../../src/domain/ports/kernel.ts'
import { rustWorker } from '../../../src/platform/kernel/rust/rustWorker.ts'
import { WorkersGivenUp } from '../../../src/platform/kernel/rust/supervision.ts'
import { batchThrough, contractWorld } from '../../contracts/kernel.ts'
import { built, builtCounter } from '../../helpers/builtKernel.ts'
import { type CountingWorker, countingWorkers, runThrough } from '../../helpers/countingWorker.ts'
import { worldToKill } from '../../helpers/killedKernel.ts'
import { childrenOf } from '../../helpers/processes.ts'
import { pinSlots } from '../../helpers/sharedMemory.ts'

const { said, open, close } = countingWorkers()
const folder = mkdtempSync(join(tmpdir(), 'orrery-checkpoints-'))
const order = join(folder, 'order')

afterEach(async () => {
  await close()
  said.length = 0
})
afterAll(() => rmSync(folder, { recursive: true }))

const TICKS = 2_000
/** A worker that is not to be disturbed by anything but the test. */
const alone = { threads: 1, signal: 'futex', spinUs: 0, checkpointMs: 0, hangMs: 10_000 } as const
const few = { bytes: 1 << 20, runs: 4 }

/** Runs on, asking about the same each time, until it is so; every answer is held to an undisturbed worker's in the end. */
function counted(worker: CountingWorker, about = '') {
  const digests: string[] = []
  const run = async () => {
    digests.push(await runThrough(worker, (digests.length + 1) * TICKS, about))
  }
  return {
    run,
    async until(isSo: () => boolean) {
      do await run()
      while (!isSo())
    },
    async prove() {
      await close()
      rmSync(order, { force: true })
      const undisturbed = await open({ checkpointMs: 0 })
      for (const [place, digest] of digests.entries())
        expect(await runThrough(undisturbed, (place + 1) * TICKS, about)).toBe(digest)
    },
  }
}

const heard = (words: string) => () => said.some((line) => line.includes(words))

describe.skipIf(!builtCounter)('a child that saves', () => {
  it.each([
    ['is stopped', 'stop', 150, /\(it was not saved in \d+ ms\); it is tried again$/],
    ['waits for ever', 'sleep', 150, /\(it was not saved in \d+ ms\); it is tried again$/],
    ['never gets done', 'spin', 150, /\(it was not saved in \d+ ms\); it is tried again$/],
    ['is killed', 'kill', 60_000, /\(who saved it was ended by signal 9\); it is tried again$/],
  ])('and %s is ended and told of, and another one saves', async (_, act, saveMs, line) => {
    let unsaved = 0
    const worker = await open({
      saveMs,
      checkpointMs: 1,
      unsaved: (inAll) => {
        unsaved = inAll
      },
    })
    const { pid } = worker
    const world = counted(worker, `save:${act}:${order}`)
    await world.until(() => worker.checkpointTick !== undefined)
    // A slow machine may have had one before.
    said.length = 0
    writeFileSync(order, '')
    await world.until(() => !existsSync(order) && said.some((told) => line.test(told)))
    expect(unsaved).toBeGreaterThan(0)
    const stuckAt = worker.checkpointTick!
    await world.until(() => worker.checkpointTick! > stuckAt)
    expect(worker).toMatchObject({ pid, losses: 0 })
    await worker.checkpoint()
    expect(childrenOf(pid)).toEqual([])
    process.kill(pid, 'SIGKILL')
    await world.run()
    await world.prove()
  })
})

describe.skipIf(!builtCounter)('where there is no memory left', () => {
  it('Linux ends a child that saves before its worker, and that before the server', async () => {
    const scoreOf = (pid: number | string) =>
      Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
    const worker = await open({ checkpointMs: 1, saveMs: 60_000 })
    const world = counted(worker, `save:sleep:${order}`)
    writeFileSync(order, '')
    await world.until(() => !existsSync(order))
    const [child] = childrenOf(worker.pid)
    expect(scoreOf(child!)).toBe(1_000)
    expect(scoreOf(worker.pid)).toBe(Math.max(950, scoreOf('self')))
  })
})

describe.skipIf(!builtCounter)('where there are no checkpoints', () => {
  it('a worker that is lost is the end, but not once there is one again', async () => {
    let unsaved = 0
    const worker = await open({
      checkpointMs: 0,
      keep: few,
      unsaved: (inAll) => {
        unsaved = inAll
      },
    })
    const world = counted(worker)
    const untilThereAreNone = async () => {
      const before = unsaved
      await world.until(() => heard('there are no checkpoints')() && unsaved >= before + 2)
      // However often it was tried.
      expect(said.filter((line) => line.includes('could not be saved'))).toEqual([
        expect.stringContaining('(all slots are being read)'),
      ])
    }
    pinSlots(true)
    await untilThereAreNone()
    pinSlots(false)
    await world.until(heard('there is a checkpoint again'))
    process.kill(worker.pid, 'SIGKILL')
    await world.run()
    expect(worker.losses).toBe(1)
    pinSlots(true)
    said.length = 0
    await untilThereAreNone()
    process.kill(worker.pid, 'SIGKILL')
    await expect(world.run()).rejects.toThrow(WorkersGivenUp)
    expect(worker.remains()).toBeUndefined()
    await world.prove()
  })

  it('a world whose worker is lost comes out of its ledger as it was', async () => {
    const running = await worldToKill((settings) =>
      rustWorker(
        {
          built: built!,
          ...alone,
          keep: { bytes: 1 << 20, runs: 1 },
          say: (line) => said.push(line),
          tell: () => {},
        },
        settings,
      ),
    )
    pinSlots(true)
    while (!heard('there are no checkpoints')()) await running.runOn(1)
    process.kill(running.kernels[0]!.pid(), 'SIGKILL')
    await running.runOn(40)
    expect(said.at(-1)).toMatch(/workers are given up .*the ledger is run again/)
    expect(running.kernels).toHaveLength(2)
    await running.prove()
  })
})

describe.skipIf(!builtCounter)('a worker that runs again what the lost one ran', () => {
  it.each([
    ['comes to something else', 'differ', /came to [0-9a-f]{16}; before .* come to [0-9a-f]{16}/],
    ['refuses it', 'refuse', /came to refused as asked; before .* come to [0-9a-f]{16}/],
  ])('and %s is not gone on from, and it is said loudly', async (_, act, what) => {
    const worker = await open({ checkpointMs: 0 })
    await runThrough(worker, 500, `run:${act}:${order}`)
    writeFileSync(order, '')
    process.kill(worker.pid, 'SIGKILL')
    const asked = runThrough(worker, 1_000)
    await expect(asked).rejects.toThrow(/DETERMINISM IS BROKEN: the ticks through 500/)
    await expect(asked).rejects.toThrow(what)
    expect(worker.remains()).toBeUndefined()
  })
})

describe.skipIf(!built)('a TypeScript kernel that takes over', () => {
  it('and comes to something else than the workers had is not gone on from', async () => {
    const program = join(folder, 'worker.sh')
    writeFileSync(program, `#!/bin/sh\n[ -e ${order} ] && exit 1\nexec ${built!.worker} "$@"`)
    chmodSync(program, 0o755)
    const addon = join(folder, 'addon.cjs')
    // Of the answer to a run, a byte of its hash is another.
    const wait = `wait(...asked) {
      const waited = real.wait(...asked)
      if (waited.kind === 'done' && waited.tick === 60) waited.bytes[11] ^= 1
      return waited
    }`
    writeFileSync(
      addon,
      `const real = require('${built!.addon}')\nmodule.exports = { ...real, ${wait} }`,
    )
    const kernel = await rustWorker(
      {
        built: { addon, worker: program },
        ...alone,
        pauseMs: 1,
        say: (line) => said.push(line),
        tell: () => {},
      },
      contractWorld,
    )
    await kernel.run(batchThrough(60))
    writeFileSync(order, '')
    process.kill(kernel.pid(), 'SIGKILL')
    await expect(kernel.run(batchThrough(90))).rejects.toThrow(
      /DETERMINISM IS BROKEN: the ticks through 60/,
    )
    expect(said.join()).toMatch(/workers are given up .*ended with code 1/)
    rmSync(order)
    await kernel.close()
  })
})

describe.skipIf(!builtCounter)('a worker that Linux ends for want of memory', () => {
  it('is tried again and again, and its world is not given to what needs more', async () => {
    let ended = 0
    const starved: string[] = []
    let left = 8
    const worker = await open({
      pauseMs: 1,
      checkpointMs: 0,
      endedForMemory: () => ended++,
      starved: (why) => starved.push(why),
      say() {
        if (--left > 0) writeFileSync(order, '')
      },
    })
    writeFileSync(order, '')
    const digest = await runThrough(worker, 500, `run:kill:${order}`)
    expect(worker.losses).toBe(8)
    expect(starved).toHaveLength(3)
    expect(starved[0]).toMatch(/6 times in a row .*SIGKILL.*want of memory/)
    expect(await runThrough(await open(), 500, `run:kill:${order}`)).toBe(digest)
  })

  it('is waited for no longer once the server stops', async () => {
    let ended = 0
    const end = new AbortController()
    const kernel = await rustWorker(
      {
        built: built!,
        ...alone,
        pauseMs: 1,
        endedForMemory: () => ended++,
        say: (line) => said.push(line),
        tell: ({ starved }) => starved && end.abort(),
      },
      contractWorld,
      undefined,
      end.signal,
    )
    const died = new Set([0])
    const killing = setInterval(() => {
      if (!died.has(kernel.pid())) process.kill(kernel.pid(), 'SIGKILL')
      died.add(kernel.pid())
    }, 1)
    await expect(kernel.run(batchThrough(1_000_000_000))).rejects.toThrow(KernelLost)
    clearInterval(killing)
    expect(said.join()).toMatch(/6 times in a row .*it waits for memory/)
    expect(kernel.status().kernel).toBe('rust')
    await kernel.close()
  })
})
