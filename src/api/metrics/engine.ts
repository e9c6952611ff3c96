// Meters of what is behind the doors: appends, seals, ticks, the feed.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Observer } from '../../domain/ports/observer.ts'
import { SECONDS } from './buckets.ts'

/** A tick has 16 to 50 ms of its world's time. */
const TICK_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.016, 0.033, 0.05, 0.1, 0.25, 1]
const KERNELS = ['rust', 'rust-in-thread', 'typescript']
const SIGNALS = ['futex', 'eventfd', 'signal', 'none']
const BATCH = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

export function engineMeters(registry: Registry): Observer {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })
  const ofWorld = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames: ['world'], buckets, registers })

  const appends = counter('orrery_appends_total', 'Appends to the log, by result', ['result'])
  const appendedEvents = counter('orrery_appended_events_total', 'Events written to the log', [])
  const appendCommands = new Histogram({
    name: 'orrery_append_commands',
    help: 'Commands in one append',
    buckets: BATCH,
    registers,
  })
  const appendSeconds = new Histogram({
    name: 'orrery_append_seconds',
    help: 'From an append to its durable result, its wait for the group included',
    buckets: SECONDS,
    registers,
  })
  const sealSeconds = ofWorld('orrery_seal_seconds', 'Until a seal is durable', SECONDS)
  const sealedEvents = counter('orrery_sealed_events_total', 'Events given their tick', ['world'])
  const tickSeconds = ofWorld(
    'orrery_tick_seconds',
    'The kernel’s own time for a tick',
    TICK_SECONDS,
  )
  const ticks = counter('orrery_ticks_total', 'Ticks run live', ['world'])
  const kernelSeconds = ofWorld(
    'orrery_kernel_call_seconds',
    'A batch of ticks, with the way to the kernel’s thread and back',
    TICK_SECONDS,
  )
  const kernelBusy = counter('orrery_kernel_busy_seconds_total', 'Time the kernel worked', [
    'world',
  ])
  const kernelsLost = counter('orrery_kernels_lost_total', 'Kernels lost and replaced', ['world'])
  const outcomes = counter('orrery_outcomes_total', 'Orders judged', ['world', 'reason'])
  const told = counter('orrery_feed_messages_total', 'Feed items handed to subscribers', [
    'world',
    'kind',
  ])
  const dropped = counter('orrery_feed_dropped_total', 'Feed items of subscribers that were cut', [
    'world',
  ])

  return {
    appended({ orders, events, result, durationMs }) {
      appends.inc({ result })
      appendCommands.observe(orders.length)
      appendSeconds.observe(durationMs / 1000)
      if (result === 'appended') appendedEvents.inc(events)
    },
    sealed({ world, events, durationMs }) {
      sealSeconds.observe({ world }, durationMs / 1000)
      sealedEvents.inc({ world }, events)
    },
    ran({ world, ticks: count, busyMs, durationMs }) {
      ticks.inc({ world }, count)
      tickSeconds.observe({ world }, busyMs / 1000 / Math.max(1, count))
      kernelSeconds.observe({ world }, durationMs / 1000)
      kernelBusy.inc({ world }, busyMs / 1000)
    },
    judged: (world, { reason }) => outcomes.inc({ world, reason }),
    told: (world, kind, subscribers) => told.inc({ world, kind }, subscribers),
    cut: (world, items) => dropped.inc({ world }, items),
    kernelLost: (world) => kernelsLost.inc({ world }),
    kernelIs: kernelGauges(registry),
  }
}

/** What runs each world's rules. */
function kernelGauges(registry: Registry): Observer['kernelIs'] {
  const registers = [registry]
  const kernels = new Gauge({
    name: 'orrery_kernel_info',
    help: '1 for what runs the world’s rules, and how it is woken',
    labelNames: ['world', 'kernel', 'signal'],
    registers,
  })
  const workersLost = new Gauge({
    name: 'orrery_workers_lost',
    help: 'Workers of the world’s kernel that died or hung, and were replaced',
    labelNames: ['world'],
    registers,
  })
  const checkpointsLost = new Gauge({
    name: 'orrery_checkpoints_lost',
    help: 'States that the world’s worker was to save beside its work, and did not',
    labelNames: ['world'],
    registers,
  })
  return ({ world, kernel, signal = 'none', workersLost: lost, checkpointsLost: unsaved = 0 }) => {
    for (const other of KERNELS) for (const way of SIGNALS) kernels.remove(world, other, way)
    kernels.set({ world, kernel, signal }, 1)
    workersLost.set({ world }, lost)
    checkpointsLost.set({ world }, unsaved)
  }
}
