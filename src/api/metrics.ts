// What operators scrape at /metrics: a registry of this server's own; every name starts with orrery_.

import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Worlds } from '../projections/worldReader.ts'

export type Metrics = {
  readonly contentType: string
  text(): Promise<string>
  command(command: string, status: string): void
  request(method: string, route: string, status: number): void
  /** Counts a subscriber of a door until the returned function is called. */
  subscriber(door: 'websocket' | 'sse' | 'poll'): () => void
}

export function openMetrics(worlds: Worlds): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'orrery_' })
  const registers = [registry]

  const tick = new Gauge({
    name: 'orrery_world_tick',
    help: 'Newest published tick',
    labelNames: ['world'],
    registers,
    collect() {
      for (const world of worlds.list()) {
        const status = world.status()
        const labels = { world: status.settings.world }
        tick.set(labels, status.tick)
        ups.set(labels, status.upsMeasured)
        lag.set(labels, status.lagMs)
        running.set(labels, status.state === 'running' ? 1 : 0)
      }
    },
  })
  const ups = new Gauge({
    name: 'orrery_world_ups',
    help: 'Ticks a second, measured',
    labelNames: ['world'],
    registers,
  })
  const lag = new Gauge({
    name: 'orrery_world_lag_ms',
    help: 'How far the world is behind its own pace',
    labelNames: ['world'],
    registers,
  })
  const running = new Gauge({
    name: 'orrery_world_running',
    help: '1 while the world runs, 0 while it replays or stands',
    labelNames: ['world'],
    registers,
  })
  const commands = new Counter({
    name: 'orrery_commands_total',
    help: 'Commands answered, by name and answer',
    labelNames: ['command', 'status'],
    registers,
  })
  const requests = new Counter({
    name: 'orrery_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const subscribers = new Gauge({
    name: 'orrery_subscribers',
    help: 'Subscriptions and long polls that are open',
    labelNames: ['door'],
    registers,
  })
  for (const door of ['websocket', 'sse', 'poll']) subscribers.set({ door }, 0)

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    command: (command, status) => commands.inc({ command, status }),
    request: (method, route, status) => requests.inc({ method, route, status }),
    subscriber(door) {
      subscribers.inc({ door })
      let open = true
      return () => {
        if (open) subscribers.dec({ door })
        open = false
      }
    },
  }
}
