// A worker that is killed, stopped, damaged or broken, by every signal: whoever asked gets the answer all the same, and
// it is the one that an undisturbed worker gives. The worker here counts; test/platform/rustKernel.test.ts has worlds.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { loadAddon, type Signal } from '../../../src/platform/kernel/rust/addon.ts'
import { WorkersGivenUp } from '../../../src/platform/kernel/rust/supervision.ts'
import { builtCounter } from '../../helpers/builtKernel.ts'
import {
  type CountingWorker,
  countingWorkers,
  keptRun,
  letter,
  runCall,
  runThrough,
  signals,
} from '../../helpers/countingWorker.ts'
import { childrenOf } from '../../helpers/processes.ts'
import { SLOT_TABLE_AT, writeShared } from '../../helpers/sharedMemory.ts'

const { said, open, close } = countingWorkers()

const HANG_MS = 100
const FOR_EVER = 1_000_000_000_000

const digests = async (worker: CountingWorker, runs: number) => {
  const all: string[] = []
  for (let round = 1; round <= runs; round++)
    all.push(await runThrough(worker, round * 500, `${round}`))
  return all
}

/** As compute/worker/src/layout.rs and supervised.ts have it, for a planet of N = 16. */
const ARENAS_AT = 12_288
const pages = (bytes: number) => Math.ceil(bytes / 4_096) * 4_096
const ARENA = pages((64 << 20) + 32 * 2_562)
const SLOT = pages((64 << 20) + 128 * 2_562)
const slots = [0, 1, 2].map((slot) => ARENAS_AT + 2 * ARENA + slot * SLOT)
/** Where to write how many bytes. */
type Places = readonly (readonly [at: number, length: number])[]
const damages: [string, Places][] = [
  ['state', slots.map((at) => [at, 16])],
  ['entry in the table', [[SLOT_TABLE_AT, 192]]],
]

afterEach(async () => {
  await close()
  said.length = 0
})

describe.skipIf(!builtCounter)('a worker under supervision', () => {
  it.each(signals)('answers by %s, however large the question', async (signal) => {
    const worker = await open({ signal })
    for (const length of [0, 64, 65_536, 5_000_000]) {
      const bytes = new Uint8Array(length).map((_, place) => place * 7)
      expect(Buffer.compare((await worker.echo(bytes)).bytes, bytes)).toBe(0)
    }
  })

  it.each(signals)('answers a run by %s with more than there is room for', async (signal) => {
    const worker = await open({ signal })
    const more = 70 << 20
    const about = `fill:${more}`
    const { bytes } = await worker.run(runCall(500, about), keptRun(500, about))
    expect(bytes).toHaveLength(8 + more)
    expect(bytes.at(-1)).toBe(bytes[0])
    const next = await runThrough(worker, 1_000)
    process.kill(worker.pid, 'SIGKILL')
    expect(await runThrough(worker, 1_000)).toBe(next)
    expect(worker.losses).toBe(1)
  })

  it.each(signals)('is killed by %s again and again, and nothing differs', async (signal) => {
    const undisturbed = await digests(await open({ signal }), 60)
    const worker = await open({ signal })
    const all: string[] = []
    for (let round = 1; round <= 60; round++) {
      const asked = runThrough(worker, round * 500, `${round}`)
      // At any moment: before, in or after the batch, or in a checkpoint.
      if (round % 6 === 0) {
        await setTimeout(round % 4)
        process.kill(worker.pid, 'SIGKILL')
      }
      all.push(await asked)
    }
    expect(all).toEqual(undisturbed)
    expect(worker.losses).toBeGreaterThan(4)
    expect(said[0]).toMatch(
      /^world earth: its worker is lost \(.*SIGKILL\); another goes on from tick \d+$/,
    )
  })

  it('that is stopped is found to stand still, and replaced', async () => {
    const [undisturbed] = await digests(await open(), 1)
    const worker = await open({ hangMs: 600_000 })
    process.kill(worker.pid, 'SIGSTOP')
    expect(await runThrough(worker, 500, '1')).toBe(undisturbed)
    expect(said[0]).toContain('it has stood still for 500 ms')
  })

  it('that is at work and does not get on is taken for hanging, and one that gets on is not', async () => {
    const worker = await open({ hangMs: HANG_MS, checkpointMs: 0 })
    const end = new AbortController()
    const fromMs = performance.now()
    const { busyMs } = await worker.run(runCall(FOR_EVER), keptRun(FOR_EVER), {
      signal: end.signal,
      progress() {
        if (performance.now() - fromMs > 5 * HANG_MS) end.abort()
      },
    })
    expect(busyMs).toBeGreaterThan(3 * HANG_MS)
    expect(worker.losses).toBe(0)
    const spinning = worker.ask(letter('h'))
    while (said.length === 0) await setTimeout(5)
    expect(said[0]).toContain(`it has not moved for ${HANG_MS} ms`)
    await worker.close()
    await expect(spinning).rejects.toThrow(/closed/)
  })

  it('may work on the whole planet for longer than on anything else', async () => {
    const worker = await open({ hangMs: HANG_MS, checkpointMs: 0 })
    const folder = mkdtempSync(join(tmpdir(), 'orrery-whole-'))
    const order = join(folder, 'order')
    const aSecondOfWork = runCall(1, `run:work:${order}`)
    writeFileSync(order, '')
    await worker.askWhole(aSecondOfWork)
    expect(worker.losses).toBe(0)
    writeFileSync(order, '')
    await worker.ask(aSecondOfWork)
    expect(worker.losses).toBe(1)
    rmSync(folder, { recursive: true })
  })

  it('says what it panicked about', async () => {
    const worker = await open()
    await runThrough(worker, 3)
    const panic = letter('p')
    await expect(worker.ask(panic)).rejects.toThrow(WorkersGivenUp)
    expect(said[0]).toMatch(/asked to panic at tick 3/)
  })

  it('is given up once worker after worker dies of the same, and leaves all that is needed to go on', async () => {
    const worker = await open()
    await runThrough(worker, 500, '1')
    await worker.checkpoint()
    await runThrough(worker, 1_000, '2')
    const abort = letter('a')
    await expect(worker.ask(abort)).rejects.toThrow(/SIGABRT/)
    expect(worker.losses).toBe(6)
    const remains = worker.remains()!
    expect(Buffer.from(remains.state!).readBigUInt64LE()).toBe(500n)
    expect(remains.runs.map(({ batch }) => batch)).toEqual([runCall(1_000, '2')])

    const next = await open({}, { state: remains.state!, tick: 500 })
    expect([await runThrough(next, 1_000, '2')]).toEqual((await digests(await open(), 2)).slice(1))
  })

  it.each(damages)(
    'whose checkpoint is damaged in its %s is given up, and nothing is made of it',
    async (_, places) => {
      const worker = await open()
      await runThrough(worker, 500, '1')
      await worker.checkpoint()
      await runThrough(worker, 1_000, '2')
      for (const [at, length] of places) writeShared(at, Buffer.alloc(length, 0xa5))
      process.kill(worker.pid, 'SIGKILL')
      await expect(runThrough(worker, 1_500)).rejects.toThrow(/damaged/)
      expect(worker.remains()).toBeUndefined()
    },
  )

  it('that gives an answer between two deaths is never given up', async () => {
    const worker = await open()
    for (let round = 1; round <= 12; round++) {
      await runThrough(worker, round * 10)
      process.kill(worker.pid, 'SIGKILL')
    }
    await runThrough(worker, 130)
    expect(worker.losses).toBe(12)
  })

  it('refuses, and stands', async () => {
    const worker = await open()
    const before = await runThrough(worker, 5)
    await expect(worker.ask(letter('f'))).rejects.toThrow('refused as asked')
    expect(await runThrough(worker, 5)).toBe(before)
    await expect(worker.echo(new Uint8Array(65 << 20))).rejects.toThrow(/larger than the room/)
    expect(worker.losses).toBe(0)
  })

  it('refuses to open what is no world', async () => {
    const settings = { world: 'earth', seed: 7, n: 0, ups: 20 }
    await expect(open({ settings })).rejects.toThrow(/n: 0/)
  })

  it('is given up where there is no program that could be started', async () => {
    const nowhere = { ...builtCounter!, worker: '/nowhere/orrery-worker' }
    const opening = open({ built: nowhere })
    await expect(opening).rejects.toThrow(/cannot be started.*ENOENT/)
    await expect(opening).rejects.toThrow(WorkersGivenUp)
  })

  it.each(signals)(
    'by %s outlives what is sent to the server and all that it started',
    async (signal) => {
      const worker = await open({ signal })
      for (const sent of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])
        process.kill(worker.pid, sent)
      await runThrough(worker, 5)
      expect(worker.losses).toBe(0)
    },
  )

  it('ends a batch early when it is cancelled, at a tick, and goes on from there', async () => {
    // Without a checkpoint that could hold it.
    const worker = await open({ checkpointMs: 0 })
    const end = new AbortController()
    let seen = 0
    const { tick } = await worker.run(runCall(1_000_000_000), keptRun(1_000_000_000), {
      signal: end.signal,
      progress(tick) {
        seen = tick
        if (tick > 1_000) end.abort()
      },
    })
    expect(tick).toBeGreaterThanOrEqual(seen)
    expect(tick).toBeLessThan(1_000_000_000)
    const after = await runThrough(worker, tick + 10)
    // What was ended early is run again just so far.
    process.kill(worker.pid, 'SIGKILL')
    expect(await runThrough(worker, tick + 10)).toBe(after)
  })

  it('leaves no process, no descriptor and no memory behind', async () => {
    const children = () => childrenOf(process.pid)
    const descriptors = () => readdirSync('/proc/self/fd').length
    const mapped = () =>
      (readFileSync('/proc/self/maps', 'utf8').match(/orrery-kernel/g) ?? []).length
    const round = async (signal: Signal) => {
      const worker = await open({ signal })
      await runThrough(worker, 500)
      process.kill(worker.pid, 'SIGKILL')
      await runThrough(worker, 1_000)
      await worker.close()
    }
    await round('futex')
    const before = { children: children().length, descriptors: descriptors() }
    for (const signal of signals) await round(signal)
    expect({ children: children().length, descriptors: descriptors() }).toEqual(before)
    expect(mapped()).toBe(0)
  })

  it('can be closed in the middle of a batch', async () => {
    const worker = await open()
    let closing: Promise<void> | undefined
    const asked = worker.run(runCall(1_000_000_000), keptRun(1_000_000_000), {
      progress(tick) {
        if (tick > 1_000) closing ??= worker.close()
      },
    })
    await expect(asked).rejects.toThrow(/closed/)
    await closing
  })
})

/** Moments after another worker was said to be started; at the first one it has no process id yet. */
const moments: readonly [string, (close: () => void) => unknown][] = [
  ['at once', queueMicrotask],
  ['in the same turn', setImmediate],
  ...[1, 2, 4, 8].map((ms): [string, (close: () => void) => unknown] => [
    `${ms} ms later`,
    async (close) => {
      await setTimeout(ms)
      close()
    },
  ]),
]

describe.skipIf(!builtCounter)('a worker that is being replaced', () => {
  it.each(moments)('leaves no process behind where it is closed %s', async (_, then) => {
    const before = childrenOf(process.pid)
    let closing: Promise<void> | undefined
    const worker: CountingWorker = await open({
      say: () =>
        then(() => {
          closing = worker.close()
        }),
    })
    const asked = worker.run(runCall(FOR_EVER), keptRun(FOR_EVER))
    process.kill(worker.pid, 'SIGKILL')
    await expect(asked).rejects.toThrow('the kernel was closed')
    await closing
    expect(childrenOf(process.pid)).toEqual(before)
  })
})

describe.skipIf(!builtCounter)('the addon', () => {
  it('finds the futex on this machine, and tells what else there is', () => {
    expect(loadAddon(builtCounter!.addon).abilities().signals[0]).toBe('futex')
  })
  it('refuses a handle that is none', () => {
    expect(() => loadAddon(builtCounter!.addon).progress(4_000)).toThrow('4000 is no handle')
  })
})
