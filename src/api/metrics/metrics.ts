// What operators scrape at /metrics: a registry of this server's own; every name starts with orrery_. Labels are closed sets
// (commands, refusals, routes, the worlds that run), so that the number of series has a bound.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Observer } from '../../domain/ports/observer.ts'
import type { Worlds } from '../../projections/worldReader.ts'
import { SECONDS } from './buckets.ts'
import { engineMeters } from './engine.ts'
import { type Stored, storedGauges } from './stored.ts'
import { worldGauges } from './worlds.ts'

export type Door = 'websocket' | 'sse' | 'poll'

export type Metrics = {
  readonly contentType: string
  /** To be given to whatever is measured behind the doors. */
  readonly observer: Observer
  text(): Promise<string>
  command(command: string, status: string, durationMs: number): void
  refused(command: string, refusal: string): void
  request(method: string, route: string, status: number, durationMs: number): void
  /** Counts a subscriber of a door until the returned function is called. */
  subscriber(door: Door): () => void
  /** A connection or a subscription was ended because it did not read. */
  cut(door: Door | 'http', why: 'items' | 'bytes' | 'stall' | 'ping'): void
  /** Tells of these worlds and queues from now on, and of what is stored. */
  watch(
    worlds: Worlds,
    queues: () => Readonly<Record<string, number>>,
    stored: () => Promise<Stored>,
  ): void
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'orrery_' })
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })

  const commands = counter('orrery_commands_total', 'Commands answered, by name and answer', [
    'command',
    'status',
  ])
  const commandSeconds = new Histogram({
    name: 'orrery_command_seconds',
    help: 'From a command’s arrival to its durable answer',
    buckets: SECONDS,
    registers,
  })
  const refusals = counter('orrery_refusals_total', 'Commands refused, by name and reason', [
    'command',
    'refused',
  ])
  const requests = counter('orrery_http_requests_total', 'HTTP requests answered', [
    'method',
    'route',
    'status',
  ])
  const requestSeconds = new Histogram({
    name: 'orrery_http_request_seconds',
    help: 'From a request to the end of its answer; polls and streams wait by nature',
    labelNames: ['route'],
    buckets: [...SECONDS, 30],
    registers,
  })
  const subscribers = new Gauge({
    name: 'orrery_subscribers',
    help: 'Subscriptions and long polls that are open',
    labelNames: ['door'],
    registers,
  })
  const cuts = counter('orrery_subscribers_cut_total', 'Ended because they did not read', [
    'door',
    'why',
  ])
  for (const door of ['websocket', 'sse', 'poll']) subscribers.set({ door }, 0)

  return {
    contentType: registry.contentType,
    observer: engineMeters(registry),
    text: () => registry.metrics(),
    command(command, status, durationMs) {
      commands.inc({ command, status })
      commandSeconds.observe(durationMs / 1000)
    },
    refused: (command, refused) => refusals.inc({ command, refused }),
    request(method, route, status, durationMs) {
      requests.inc({ method, route, status })
      requestSeconds.observe({ route }, durationMs / 1000)
    },
    subscriber(door) {
      subscribers.inc({ door })
      let open = true
      return () => {
        if (open) subscribers.dec({ door })
        open = false
      }
    },
    cut: (door, why) => cuts.inc({ door, why }),
    watch(worlds, queues, stored) {
      worldGauges(registry, worlds, queues)
      storedGauges(registry, stored)
    },
  }
}
