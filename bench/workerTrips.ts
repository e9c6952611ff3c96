// What the way to a Rust worker costs, and how soon its death is seen: part of `npm run bench:kernel` and `npm run bench -- worker`.

import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { buildCompute } from '../scripts/buildCompute.ts'
import type { OpenKernel } from '../src/domain/ports/kernel.ts'
import { loadAddon, type Signal } from '../src/platform/kernel/rust/addon.ts'
import { builtKernel } from '../src/platform/kernel/rust/built.ts'
import { rustWorker } from '../src/platform/kernel/rust/rustWorker.ts'
import { startWorker } from '../src/platform/kernel/rust/workerProcess.ts'

const build = await buildCompute()
const found = builtKernel()
if (!found)
  throw new Error(`there is no Rust kernel: ${build.built ? 'it was not found' : build.missing}`)
export const built = found
export const addon = loadAddon(built.addon)
const signals: readonly Signal[] = ['futex', 'eventfd', 'signal']
/** As a server has it where nothing else is said. */
const SPIN_US = 50
/** A world's kernel in a worker, as a server runs it, but patient. */
export const openWorker: OpenKernel = (settings, from) =>
  rustWorker(
    {
      built,
      threads: 1,
      signal: 'futex',
      spinUs: SPIN_US,
      checkpointMs: 250,
      hangMs: 60_000,
      say: console.log,
      tell: () => {},
    },
    settings,
    from,
  )

const TRIPS = 20_000
const KILLS = 25

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
export const spread = (samples: number[], unit: string, digits = 1) => {
  const sorted = samples.sort((a, b) => a - b)
  return `p50 ${at(sorted, 0.5).toFixed(digits)} ${unit}, p99 ${at(sorted, 0.99).toFixed(digits)} ${unit}`
}

/** A region with a worker at it, and nothing between us and the addon. */
async function bare(signal: Signal, spinUs: number) {
  const handle = addon.openRegion({
    n: 16,
    seed: 7,
    signal,
    spinUs,
    checkpointMs: 0,
    saveMs: 60_000,
    requestBytes: 1 << 20,
    responseBytes: 1 << 22,
    slotBytes: 1 << 24,
  })
  const program = built.worker
  const worker = await startWorker({ program, addon, handle, world: 'bench', threads: 1 })
  while (!addon.workerIsReady(handle)) await setTimeout(2)
  const ask = (operation: 'echo' | 'create', payload: Uint8Array) => {
    const seq = Number(addon.submit(handle, operation, 0, payload))
    while (addon.wait(handle, seq, 50).kind === 'pending');
  }
  const end = async () => {
    await worker.kill()
    addon.closeRegion(handle)
  }
  return { handle, worker, ask, end }
}

/** Round trips with a look before the sleep, as servers have it, and without: by every signal, small and large. */
export async function roundTrips() {
  for (const [signal, spinUs] of signals.flatMap((signal) => [
    [signal, SPIN_US] as const,
    [signal, 0] as const,
  ])) {
    const { ask, end } = await bare(signal, spinUs)
    for (const bytes of [64, 65_536]) {
      const payload = new Uint8Array(bytes)
      const tripsUs: number[] = []
      for (let trip = 0; trip < TRIPS; trip++) {
        const fromMs = performance.now()
        ask('echo', payload)
        tripsUs.push((performance.now() - fromMs) * 1_000)
      }
      console.log(
        `round trip, ${signal}${spinUs ? '' : ', asleep at once'}, ${bytes} B: ${spread(tripsUs, 'µs')}`,
      )
    }
    await end()
  }
}

/** Kills the process it is told, and tells when. */
const killer = `require('node:worker_threads').parentPort.on('message', (pid) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30)
  const at = process.hrtime.bigint()
  process.kill(pid, 'SIGKILL')
  require('node:worker_threads').parentPort.postMessage(at)
})`

/** From the kill of a worker to where it is seen. */
export async function deaths() {
  const thread = new Worker(killer, { eval: true })
  for (const signal of signals) {
    const seenMs: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const { handle, worker, end } = await bare(signal, SPIN_US)
      const told = new Promise<bigint>((resolve) => thread.once('message', resolve))
      thread.postMessage(worker.pid)
      // Nothing was asked: there will be no answer.
      while (addon.wait(handle, 1, 50).kind === 'pending');
      const seen = process.hrtime.bigint()
      seenMs.push(Number(seen - (await told)) / 1e6)
      await end()
    }
    console.log(`a killed worker is seen, ${signal}: ${spread(seenMs, 'ms', 2)}`)
  }
  await thread.terminate()
}
