// A worker that is killed, stopped, damaged or broken, by every signal: whoever asked gets the answer all the same, and
// it is the one that an undisturbed worker gives. The worker here counts; test/platform/rustKernel.test.ts has worlds.

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { loadAddon, type Signal } from '../../../src/platform/kernel/rust/addon.ts'
import {
  type SupervisedOptions,
  SupervisedWorker,
  WorkersGivenUp,
} from '../../../src/platform/kernel/rust/supervised.ts'
import { builtCounter } from '../../helpers/builtKernel.ts'
import { childrenOf } from '../../helpers/processes.ts'

const signals: readonly Signal[] = ['futex', 'eventfd', 'signal']
const said: string[] = []
const opened: SupervisedWorker<Uint8Array>[] = []

const open = async (
  changed: Partial<SupervisedOptions> = {},
  from?: { state: Uint8Array; tick: number },
) => {
  const worker = await SupervisedWorker.open<Uint8Array>(
    {
      built: builtCounter!,
      settings: { world: 'earth', seed: 7, n: 16, ups: 20 },
      tables: new Uint8Array(0),
      threads: 1,
      signal: 'futex',
      spinUs: 0,
      checkpointMs: 2,
      hangMs: 5_000,
      say: (line) => said.push(line),
      ...changed,
    },
    from,
  )
  opened.push(worker)
  return worker
}

const letter = (name: string, ...rest: Uint8Array[]) =>
  Buffer.concat([Buffer.from(name), ...rest]) as Uint8Array
const runCall = (through: number, about = '') => {
  const tick = Buffer.alloc(8)
  tick.writeBigUInt64LE(BigInt(through))
  return letter('r', tick, Buffer.from(about))
}
const kept = (through: number, about = '') => ({
  batch: runCall(through, about),
  endsWith: (tick: number) => tick === through,
  shortened: (tick: number) => ({ batch: runCall(tick, about), payload: runCall(tick, about) }),
})
const run = async (worker: SupervisedWorker<Uint8Array>, through: number, about = '') => {
  const call = runCall(through, about)
  const { bytes, tick } = await worker.run(call, kept(through, about))
  expect(tick).toBe(through)
  return Buffer.from(bytes).toString('hex')
}
const digests = async (worker: SupervisedWorker<Uint8Array>, runs: number) => {
  const all: string[] = []
  for (let round = 1; round <= runs; round++) all.push(await run(worker, round * 500, `${round}`))
  return all
}

afterEach(async () => {
  for (const worker of opened.splice(0)) await worker.close()
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

  it.each(signals)('is killed by %s again and again, and nothing differs', async (signal) => {
    const undisturbed = await digests(await open({ signal }), 60)
    const worker = await open({ signal })
    const all: string[] = []
    for (let round = 1; round <= 60; round++) {
      const asked = run(worker, round * 500, `${round}`)
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

  it('that is stopped is taken for hanging, and replaced', async () => {
    const [undisturbed] = await digests(await open(), 1)
    const worker = await open({ hangMs: 300 })
    process.kill(worker.pid, 'SIGSTOP')
    expect(await run(worker, 500, '1')).toBe(undisturbed)
    expect(said[0]).toContain('it has not moved for 300 ms')
  })

  it('is not taken for hanging as long as it gets on', async () => {
    const worker = await open({ hangMs: 300, checkpointMs: 0 })
    await run(worker, 60_000_000)
    expect(worker.losses).toBe(0)
  })

  it('says what it panicked about', async () => {
    const worker = await open()
    await run(worker, 3)
    const panic = letter('p')
    await expect(worker.ask(panic)).rejects.toThrow(WorkersGivenUp)
    expect(said[0]).toMatch(/asked to panic at tick 3/)
  })

  it('is given up once worker after worker dies of the same, and leaves all that is needed to go on', async () => {
    const worker = await open()
    await run(worker, 500, '1')
    await worker.checkpoint()
    await run(worker, 1_000, '2')
    const abort = letter('a')
    await expect(worker.ask(abort)).rejects.toThrow(/SIGABRT/)
    expect(worker.losses).toBe(6)
    const remains = worker.remains()!
    expect(Buffer.from(remains.state!).readBigUInt64LE()).toBe(500n)
    expect(remains.batches).toEqual([runCall(1_000, '2')])

    const next = await open({}, { state: remains.state!, tick: 500 })
    expect([await run(next, 1_000, '2')]).toEqual((await digests(await open(), 2)).slice(1))
  })

  it('that gives an answer between two deaths is never given up', async () => {
    const worker = await open()
    for (let round = 1; round <= 12; round++) {
      await run(worker, round * 10)
      process.kill(worker.pid, 'SIGKILL')
    }
    await run(worker, 130)
    expect(worker.losses).toBe(12)
  })

  it('refuses, and stands', async () => {
    const worker = await open()
    const before = await run(worker, 5)
    await expect(worker.ask(letter('f'))).rejects.toThrow('refused as asked')
    expect(await run(worker, 5)).toBe(before)
    await expect(worker.echo(new Uint8Array(65 << 20))).rejects.toThrow(/larger than the room/)
    expect(worker.losses).toBe(0)
  })

  it('refuses to open what is no world', async () => {
    const settings = { world: 'earth', seed: 7, n: 0, ups: 20 }
    await expect(open({ settings })).rejects.toThrow(/n: 0/)
  })

  it('can not be started where there is no program', async () => {
    const nowhere = { ...builtCounter!, worker: '/nowhere/orrery-worker' }
    await expect(open({ built: nowhere })).rejects.toThrow(/ENOENT/)
  })

  it('ends a batch early when it is cancelled, at a tick, and goes on from there', async () => {
    const worker = await open()
    const end = new AbortController()
    let seen = 0
    const { tick } = await worker.run(runCall(1_000_000_000), kept(1_000_000_000), {
      signal: end.signal,
      progress(tick) {
        seen = tick
        if (tick > 1_000) end.abort()
      },
    })
    expect(tick).toBeGreaterThanOrEqual(seen)
    expect(tick).toBeLessThan(1_000_000_000)
    const after = await run(worker, tick + 10)
    // What was ended early is run again just so far.
    process.kill(worker.pid, 'SIGKILL')
    expect(await run(worker, tick + 10)).toBe(after)
  })

  it('leaves no process, no descriptor and no memory behind', async () => {
    const children = () => childrenOf(process.pid)
    const descriptors = () => readdirSync('/proc/self/fd').length
    const mapped = () =>
      (readFileSync('/proc/self/maps', 'utf8').match(/orrery-kernel/g) ?? []).length
    const round = async (signal: Signal) => {
      const worker = await open({ signal })
      await run(worker, 500)
      process.kill(worker.pid, 'SIGKILL')
      await run(worker, 1_000)
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
    const asked = worker.run(runCall(1_000_000_000), kept(1_000_000_000), {
      progress(tick) {
        if (tick > 1_000) closing ??= worker.close()
      },
    })
    await expect(asked).rejects.toThrow(/closed/)
    await closing
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
