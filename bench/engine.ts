// What the tick engine costs: `npx tsx bench/engine.ts`. The pinned thread alone, then a world of N = 64 at 60 UPS
// on the store in memory, watched, with an order on the way at any time.

import type { KernelBatch, OpenKernel, WorldSettings } from '../src/domain/ports/kernel.ts'
import { playerStream } from '../src/domain/streams.ts'
import { nodeCache } from '../src/platform/cache.ts'
import { systemClock, systemScheduler } from '../src/platform/clock.ts'
import { piscinaKernel } from '../src/platform/kernel/pool.ts'
import { inProcessLeadership } from '../src/platform/leadership.ts'
import { memoryEventStore } from '../src/platform/memory/eventStore.ts'
import { inProcessMessaging } from '../src/platform/messaging.ts'
import { systemChance } from '../src/platform/random.ts'
import { openWorld, type RunningWorld } from '../src/projections/worldProjector.ts'

const settings: WorldSettings = { world: 'eden', seed: 7, n: 64, ups: 60 }
const LIVE_S = 10
const ROUND_TRIPS = 2_000

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
const spread = (samples: number[], unit: string, digits: number) => {
  const sorted = [...samples].sort((a, b) => a - b)
  return `p50 ${percentile(sorted, 0.5).toFixed(digits)} ${unit}, p99 ${percentile(sorted, 0.99).toFixed(digits)} ${unit}`
}
const batch = (through: number, hash: boolean): KernelBatch => ({
  through,
  events: [],
  watch: [],
  hash,
  players: 'all',
})

async function pinnedThread() {
  const openedMs = performance.now()
  const kernel = await piscinaKernel(settings)
  console.log(`thread and world opened in ${(performance.now() - openedMs).toFixed(0)} ms`)
  const tripsUs: number[] = []
  const ticksMs: number[] = []
  for (let tick = 1; tick <= ROUND_TRIPS; tick++) {
    const fromMs = performance.now()
    const { busyMs } = await kernel.run(batch(tick, tick % 60 === 0))
    tripsUs.push((performance.now() - fromMs - busyMs) * 1_000)
    ticksMs.push(busyMs)
  }
  console.log(`round trip of a tick beside its own time: ${spread(tripsUs, 'µs', 0)}`)
  console.log(`a tick's own time (a hash every 60): ${spread(ticksMs, 'ms', 2)}`)
  const fromMs = performance.now()
  const through = ROUND_TRIPS + 60 * 50
  for (let tick = ROUND_TRIPS + 60; tick <= through; tick += 60) await kernel.run(batch(tick, true))
  const ticks = through - ROUND_TRIPS
  const perSecond = (ticks * 1_000) / (performance.now() - fromMs)
  console.log(`replay in batches of 60, hashed: ${perSecond.toFixed(0)} ticks/s`)
  await kernel.close()
}

/** Orders one after the other; returns how long each took from its append to its outcome in the feed, ms. */
async function orders(
  world: RunningWorld,
  store: ReturnType<typeof memoryEventStore>,
  endMs: number,
) {
  const account = systemChance.uuid()
  const latencyMs: number[] = []
  const outcomes = world
    .feed({ account, chunks: [0, 1, 2, 3], status: true })
    [Symbol.asyncIterator]()
  for (let version = 0; performance.now() < endMs; version++) {
    const commandId = systemChance.uuid()
    const metadata = {
      eventId: systemChance.uuid(),
      commandId,
      account,
      world: settings.world,
      correlationId: commandId,
      causationId: commandId,
      at: new Date().toISOString(),
    }
    const event = { type: 'HarvestStopped', data: { account }, version: 1, metadata } as const
    const fromMs = performance.now()
    await store.append(playerStream(settings.world, account), version, [
      { account, commandId, payloadHash: commandId, outcome: 'accepted', events: [event] },
    ])
    for (;;) {
      const { done, value } = await outcomes.next()
      if (done) return latencyMs
      if (value.kind === 'outcome' && value.outcome.commandId === commandId) break
    }
    latencyMs.push(performance.now() - fromMs)
  }
  return latencyMs
}

async function liveWorld() {
  let busyMs = 0
  const openKernel: OpenKernel = async (opened) => {
    const kernel = await piscinaKernel(opened)
    return {
      ...kernel,
      run: async (asked) => {
        const result = await kernel.run(asked)
        busyMs += result.busyMs
        return result
      },
    }
  }
  const store = memoryEventStore()
  const world = openWorld({
    settings,
    store,
    openKernel,
    clock: systemClock,
    scheduler: systemScheduler,
    chance: systemChance,
    leadership: inProcessLeadership('bench'),
    messaging: inProcessMessaging(),
    openCache: nodeCache,
    engineId: systemChance.uuid(),
    say: console.log,
  })
  await world.ready
  const from = { ms: performance.now(), tick: world.status().tick, busyMs, cpu: process.cpuUsage() }
  const latencyMs = await orders(world, store, from.ms + LIVE_S * 1_000)
  const wallMs = performance.now() - from.ms
  const ups = ((world.status().tick - from.tick) * 1_000) / wallMs
  const cpu = process.cpuUsage(from.cpu)
  const share = (ms: number) => `${((100 * ms) / wallMs).toFixed(1)} %`
  console.log(
    `live at 60 UPS for ${LIVE_S} s: ${ups.toFixed(2)} UPS, lag ${world.status().lagMs.toFixed(0)} ms`,
  )
  console.log(
    `kernel busy ${share(busyMs - from.busyMs)}, whole process ${share((cpu.user + cpu.system) / 1_000)} of one core`,
  )
  console.log(
    `order → outcome in the feed: ${spread(latencyMs, 'ms', 1)} (${latencyMs.length} orders)`,
  )
  await world.stop()
}

await pinnedThread()
await liveWorld()
