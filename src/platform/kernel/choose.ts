// Which kernel runs the worlds: what was asked for, or the best that is there.

import { spawnSync } from 'node:child_process'
import type { KernelStatus, OpenKernel } from '../../domain/ports/kernel.ts'
import { type Say, StartRefused } from '../startRefused.ts'
import { piscinaKernel } from './pool.ts'
import { type Addon, loadAddon, type Signal } from './rust/addon.ts'
import type { BuiltKernel } from './rust/built.ts'
import { rustInThread } from './rust/rustInThread.ts'
import { rustWorker } from './rust/rustWorker.ts'

/** As src/config.ts reads it. */
export type KernelChoice = {
  readonly kind: KernelStatus['kernel'] | undefined
  readonly threads: number
  readonly signal: Signal | undefined
  readonly spinUs: number
  readonly checkpointMs: number
  readonly hangMs: number
}

export type ChosenKernel = {
  readonly open: OpenKernel
  /** What runs each world that was opened. */
  statuses(): readonly KernelStatus[]
  /** A line for each world that is not run by what was chosen, or not at all. */
  fallbacks(): readonly string[]
}

/** What a worker ends with that was told of no region. */
const USAGE = 2

/** `built`: undefined where there is none. Throws `StartRefused` where what was asked for is not to be had. `tell` learns of every world's kernel. */
export function chooseKernel(
  choice: KernelChoice,
  ports: { readonly say: Say; readonly tell: (status: KernelStatus) => void },
  built: BuiltKernel | undefined,
): ChosenKernel {
  const statuses = new Map<string, KernelStatus>()
  const tell = (status: KernelStatus) => {
    statuses.set(status.world, status)
    ports.tell(status)
  }
  const telling = {
    statuses: () => [...statuses.values()],
    fallbacks: () =>
      [...statuses.values()].flatMap(({ world, kernel, fallback, starved }) => {
        if (starved !== undefined) return [`world ${world} stands still: ${starved}`]
        return fallback === undefined ? [] : [`world ${world} is run by ${kernel}: ${fallback}`]
      }),
  }
  const { threads } = choice
  const usable = choice.kind === 'typescript' ? undefined : usableBuild(choice, built, ports.say)
  if (!usable) {
    ports.say('kernel: TypeScript, in a thread for each world')
    return { open: told(piscinaKernel, { kernel: 'typescript', threads: 1 }, tell), ...telling }
  }
  const { kind, build, addon } = usable
  const many = `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  if (kind === 'rust-in-thread') {
    ports.say(`kernel: Rust in this process, ${many} for each world`)
    const open: OpenKernel = (settings, from) =>
      rustInThread({ built: build, threads }, settings, from)
    return { open: told(open, { kernel: kind, threads }, tell), ...telling }
  }
  const signal = signalOf(choice.signal, addon)
  ports.say(`kernel: Rust, a worker process for each world (${many}, woken by ${signal})`)
  const options = { ...choice, ...ports, tell, built: build, signal }
  const open: OpenKernel = (settings, from, stopping) =>
    rustWorker(options, settings, from, stopping)
  return { open, ...telling }
}

/** Undefined: there is no Rust kernel to be had, and nobody asked for one by name. */
function usableBuild({ kind }: KernelChoice, build: BuiltKernel | undefined, say: Say) {
  if (!build) {
    if (!kind) return undefined
    throw new StartRefused(
      `KERNEL is ${kind}, but the Rust kernel is not built: npm start builds it where there is cargo. Leave KERNEL out to run the TypeScript rules.`,
    )
  }
  try {
    const addon = loadAddon(build.addon)
    if (kind !== 'rust-in-thread') assertStarts(build.worker)
    return { kind: kind ?? 'rust', build, addon }
  } catch (error) {
    const line = `The Rust kernel cannot be used: ${(error as Error).message}`
    if (kind) throw new StartRefused(`${line}. Leave KERNEL out to run the TypeScript rules.`)
    say(line)
    return undefined
  }
}

/** Started by hand the worker says what it is for, and ends. */
function assertStarts(worker: string): void {
  const { error, status, signal } = spawnSync(worker, { env: {}, stdio: 'ignore', timeout: 10_000 })
  if (error) throw error
  if (status !== USAGE) throw new Error(`${worker} ended with ${signal ?? `code ${status}`}`)
}

function signalOf(asked: Signal | undefined, addon: Addon): Signal {
  const { signals } = addon.abilities()
  const signal = asked ?? signals[0]
  if (signal !== undefined && signals.includes(signal)) return signal
  throw new StartRefused(
    `KERNEL_SIGNAL is ${asked}, which this machine has not: it has ${signals.join(', ')}.`,
  )
}

function told(
  open: OpenKernel,
  what: Pick<KernelStatus, 'kernel' | 'threads'>,
  tell: (status: KernelStatus) => void,
): OpenKernel {
  return async (settings, from) => {
    const kernel = await open(settings, from)
    tell({ ...what, world: settings.world, workersLost: 0 })
    return kernel
  }
}
