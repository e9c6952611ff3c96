// Gauges that are read when somebody scrapes: how the worlds run, and what waits where.

import { Gauge, type Registry } from 'prom-client'
import type { WorldLoad, WorldReader, WorldStatus, Worlds } from '../../projections/worldReader.ts'

export function worldGauges(
  registry: Registry,
  worlds: Worlds,
  queues: () => Readonly<Record<string, number>>,
): void {
  const registers = [registry]
  new Gauge({
    name: 'orrery_world_tick',
    help: 'Newest published tick',
    labelNames: ['world'],
    registers,
    // The first to be asked, because it was made first: it sets all the others below.
    collect() {
      for (const world of worlds.list()) {
        this.set({ world: world.settings.world }, world.status().tick)
        tell(world)
      }
      for (const [queue, size] of Object.entries(queues())) depth.set({ queue }, size)
    },
  })
  const ofWorld = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['world'], registers })
  const ups = ofWorld('orrery_world_ups', 'Ticks a second, measured')
  const lag = ofWorld('orrery_world_lag_ms', 'How far the world is behind its own pace')
  const running = ofWorld(
    'orrery_world_running',
    '1 while the world runs, 0 while it replays or stands',
  )
  const players = ofWorld('orrery_world_players', 'Players who are in the world')
  const subscribers = ofWorld('orrery_feed_subscribers', 'Subscribers of the feed')
  const waiting = ofWorld('orrery_feed_waiting', 'Feed items that wait unread')
  const most = ofWorld('orrery_feed_waiting_max', 'Feed items that wait for the slowest subscriber')
  const events = ofWorld('orrery_events_waiting', 'Events that wait for their tick')
  const chunks = new Gauge({
    name: 'orrery_chunks',
    help: 'Chunks held for those who look',
    labelNames: ['world', 'held'],
    registers,
  })
  const tellKept = keptGauges(registry)
  const depth = new Gauge({
    name: 'orrery_queue_depth',
    help: 'What waits in a queue of the server',
    labelNames: ['queue'],
    registers,
  })

  function tell(world: WorldReader): void {
    const status = world.status()
    const load = world.load()
    const label = { world: status.settings.world }
    ups.set(label, status.upsMeasured)
    lag.set(label, status.lagMs)
    running.set(label, status.state === 'running' ? 1 : 0)
    players.set(label, status.players)
    subscribers.set(label, load.subscribers)
    waiting.set(label, load.feedWaiting)
    most.set(label, load.feedWaitingMost)
    events.set(label, load.eventsWaiting)
    chunks.set({ ...label, held: 'watched' }, load.chunksWatched)
    chunks.set({ ...label, held: 'cached' }, load.chunksCached)
    tellKept(status, load)
  }
}

/** What is kept of a world beside its log. */
function keptGauges(registry: Registry): (status: WorldStatus, load: WorldLoad) => void {
  const registers = [registry]
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers })
  const tick = gauge('orrery_snapshot_tick', 'Tick of the newest snapshot; 0: none', ['world'])
  const failed = gauge('orrery_snapshot_failed', '1 where the last try to take one failed', [
    'world',
  ])
  const dirtyRows = gauge('orrery_rows_dirty', 'Rows for SQL whose newest state is not saved yet', [
    'world',
    'rows',
  ])
  const failingRows = gauge('orrery_rows_failing', '1 while rows for SQL cannot be saved', [
    'world',
    'rows',
  ])
  return ({ settings: { world }, snapshots }, load) => {
    tick.set({ world }, snapshots?.tick ?? 0)
    failed.set({ world }, snapshots?.failed === undefined ? 0 : 1)
    for (const [rows, { dirty, failing }] of Object.entries(load.rows)) {
      dirtyRows.set({ world, rows }, dirty)
      failingRows.set({ world, rows }, failing ? 1 : 0)
    }
  }
}
