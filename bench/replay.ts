// How fast a log is run again: `npm run bench -- replay`. The same ticks, with the same orders, in batches of 1,000 and one by one,
// by each kernel; as a replay asks for them, with the hash of every 60th tick.

import { landingCell } from '../src/domain/generation/landing.ts'
import type { Kernel, OpenKernel, TickEvents } from '../src/domain/ports/kernel.ts'
import { piscinaKernel } from '../src/platform/kernel/pool.ts'
import { rustInThread } from '../src/platform/kernel/rust/rustInThread.ts'
import { built, openWorker } from './workerTrips.ts'

const BATCH = 1_000
const HASH_EVERY = 60
/** Ticks between two orders. */
const ORDER_EVERY = 25
/** Measured so often; the best counts. */
const ROUNDS = 2

const kernels: readonly (readonly [name: string, open: OpenKernel])[] = [
  ['Rust in its worker', openWorker],
  ['Rust in a thread', (settings, from) => rustInThread({ built, threads: 1 }, settings, from)],
  ['TypeScript in a thread', piscinaKernel],
]

/** Somebody who lands, and takes from the ground and lets go of it again. */
function ordersOf(landing: number, from: number, through: number): TickEvents[] {
  const due: TickEvents[] = []
  for (let tick = from + 1; tick <= through; tick++) {
    if (tick % ORDER_EVERY !== 1) continue
    const commandId = `${tick}`
    const event =
      tick === 1
        ? ({ type: 'WorldEntered', data: { account: 'ann', landing } } as const)
        : ({ type: 'HarvestStarted', data: { account: 'ann', cell: landing } } as const)
    due.push({ tick, events: [{ commandId, event }] })
  }
  return due
}

/** Runs so many ticks in requests of `length`, and returns ticks a second. */
async function ticksPerSecond(kernel: Kernel, landing: number, ticks: number, length: number) {
  let { tick } = await kernel.hash()
  const last = tick + ticks
  const fromMs = performance.now()
  while (tick < last) {
    const through = Math.min(last, tick + length)
    const events = ordersOf(landing, tick, through)
    const asked = { watch: [], hash: false, hashEvery: HASH_EVERY, players: 'none' } as const
    tick = (await kernel.run({ ...asked, through, events })).tick
  }
  return (ticks * 1_000) / (performance.now() - fromMs)
}

async function measure(name: string, open: OpenKernel, n: number, ticks: number) {
  const kernel = await open({ world: 'bench', seed: 7, n, ups: 60 })
  const landing = landingCell(7, n, 1)
  await ticksPerSecond(kernel, landing, BATCH, BATCH)
  let [batches, single] = [0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    batches = Math.max(batches, await ticksPerSecond(kernel, landing, ticks, BATCH))
    single = Math.max(single, await ticksPerSecond(kernel, landing, ticks, 1))
  }
  await kernel.close()
  console.log(
    `N = ${n}, ${name}: ${batches.toFixed(0)} ticks/s in batches of ${BATCH}, ${single.toFixed(0)} one by one: ${(batches / single).toFixed(1)}×`,
  )
}

for (const [n, ticks] of [
  [8, 4_000],
  [64, 2_000],
] as const)
  for (const [name, open] of kernels) await measure(name, open, n, ticks)
process.exit(0)
