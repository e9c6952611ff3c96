// Supervised workers that count in place of running a world (compute/worker/examples/counter.rs), and what to ask them.

import type { Signal } from '../../src/platform/kernel/rust/addon.ts'
import { SupervisedWorker } from '../../src/platform/kernel/rust/supervised.ts'
import type { From, SupervisedOptions } from '../../src/platform/kernel/rust/supervision.ts'
import { builtCounter } from './builtKernel.ts'

export const signals: readonly Signal[] = ['futex', 'eventfd', 'signal']

export type CountingWorker = SupervisedWorker<Uint8Array>

/** Workers of one test: what they said, and an end for all of them. */
export function countingWorkers() {
  const said: string[] = []
  const opened: CountingWorker[] = []
  return {
    said,
    async open(changed: Partial<SupervisedOptions> = {}, from?: From): Promise<CountingWorker> {
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
          proof: (answer) => Buffer.from(answer.subarray(0, 8)).toString('hex'),
          say: (line) => said.push(line),
          ...changed,
        },
        from,
      )
      opened.push(worker)
      return worker
    },
    async close() {
      for (const worker of opened.splice(0)) await worker.close()
    },
  }
}

export const letter = (name: string, ...rest: Uint8Array[]) =>
  Buffer.concat([Buffer.from(name), ...rest]) as Uint8Array

/** Count through a tick; what it is about counts, too. */
export const runCall = (through: number, about = '') => {
  const tick = Buffer.alloc(8)
  tick.writeBigUInt64LE(BigInt(through))
  return letter('r', tick, Buffer.from(about))
}

export const keptRun = (through: number, about = '') => ({
  batch: runCall(through, about),
  endsWith: (tick: number) => tick === through,
  shortened: (tick: number) => ({ batch: runCall(tick, about), payload: runCall(tick, about) }),
})

/** Runs through a tick, and returns the digest of all that the worker was ever asked. */
export const runThrough = async (worker: CountingWorker, through: number, about = '') => {
  const { bytes, tick } = await worker.run(runCall(through, about), keptRun(through, about))
  if (tick !== through) throw new Error(`it came to tick ${tick}, not ${through}`)
  return Buffer.from(bytes).toString('hex')
}
