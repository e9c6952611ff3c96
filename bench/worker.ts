// What the Rust worker's way costs: `npm run bench -- worker`. Round trips by every signal, a kill noticed and made good,
// and a live world: `npx tsx bench/worker.ts 960 60` for another N and UPS.

import { setTimeout } from 'node:timers/promises'
import type { Kernel, KernelBatch, KernelResult, OpenKernel } from '../src/domain/ports/kernel.ts'
import { tablesAsBytes } from '../src/domain/simulation/tableBytes.ts'
import { nodeCache } from '../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../src/platform/clock.ts'
import { inProcessLeadership } from '../src/platform/leadership.ts'
import { memoryEventStore } from '../src/platform/memory/eventStore.ts'
import { inProcessMessaging } from '../src/platform/messaging.ts'
import { systemChance } from '../src/platform/random.ts'
import { openWorld } from '../src/projections/worldProjector.ts'
import { addon, deaths, openWorker, roundTrips, spread } from './workerTrips.ts'

const LIVE_S = 10
const WATCHED = 100

/** A world of `n` at `ups` on the store in memory, with as many watched chunks as a hundred players would see. */
async function live(n: number, ups: number) {
  let busyMs = 0
  let tripMs = 0
  let ticks = 0
  const longestMs: number[] = []
  const measured: OpenKernel = async (settings, from): Promise<Kernel> => {
    const kernel = await openWorker(settings, from)
    return {
      ...kernel,
      async run(batch: KernelBatch): Promise<KernelResult> {
        const fromMs = performance.now()
        const tick = result.tick
        const ran = await kernel.run(batch)
        const took = performance.now() - fromMs
        busyMs += ran.busyMs
        tripMs += took
        ticks += ran.tick - tick
        longestMs.push(took / Math.max(1, ran.tick - tick))
        result = ran
        return ran
      },
    }
  }
  let result = { tick: 0 } as KernelResult
  const times = { clock: systemClock, scheduler: systemScheduler, chance: systemChance }
  const openedMs = performance.now()
  const world = openWorld({
    ...times,
    settings: { world: 'bench', seed: 7, n, ups },
    store: memoryEventStore(),
    openKernel: measured,
    leadership: inProcessLeadership('bench'),
    messaging: inProcessMessaging(),
    openCache: nodeCache,
    engineId: 'bench',
    say: console.log,
  })
  await world.ready
  console.log(
    `N = ${n} (${10 * n ** 2 + 2} cells) opened in ${((performance.now() - openedMs) / 1000).toFixed(1)} s`,
  )
  const ending = new AbortController()
  const chunks = Array.from(
    { length: Math.min(WATCHED, 10 * Math.ceil(n / 64) ** 2 + 2) },
    (_, chunk) => chunk,
  )
  for (const chunk of chunks) {
    const feed = world.feed(
      { account: `player ${chunk}`, chunks: [chunk] },
      undefined,
      ending.signal,
    )
    void (async () => {
      for await (const _ of feed);
    })().catch(() => {})
  }
  await setTimeout(2_000)
  busyMs = 0
  tripMs = 0
  ticks = 0
  longestMs.length = 0
  const cpu = process.cpuUsage()
  const fromMs = performance.now()
  await setTimeout(LIVE_S * 1_000)
  const tookMs = performance.now() - fromMs
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    `live, ${WATCHED} watchers: ${((ticks * 1_000) / tookMs).toFixed(2)} of ${ups} UPS, lag ${world.status().lagMs.toFixed(0)} ms`,
  )
  console.log(
    `a tick: kernel ${(busyMs / ticks).toFixed(2)} ms; the way there and back, with its answer read ${((tripMs - busyMs) / ticks).toFixed(2)} ms; ${spread(longestMs, 'ms', 2)} in all`,
  )
  console.log(`the server's own process: ${((user + system) / 10 / tookMs).toFixed(0)} % of a core`)
  ending.abort()
  await world.stop()
}

const [n, ups] = process.argv.slice(2).map(Number)
if (n === undefined) {
  console.log(`tables: ${tablesAsBytes().length} bytes; waitv: ${addon.abilities().waitv}`)
  await roundTrips()
  await deaths()
  await live(64, 60)
} else {
  await live(n, ups ?? 20)
}
process.exit(0)
