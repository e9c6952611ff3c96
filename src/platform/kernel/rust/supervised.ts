// A worker that is watched: where it dies or hangs, another one goes on from the last checkpoint, runs what came after
// it again, and whoever waited gets the answer all the same.

import { setTimeout } from 'node:timers/promises'
import { Piscina } from 'piscina'
import type { WorldSettings } from '../../../domain/ports/kernel.ts'
import {
  type Addon,
  type Asked,
  loadAddon,
  type Operation,
  type Signal,
  type Told,
  WANT_CHECKPOINT,
} from './addon.ts'
import type { BuiltKernel } from './built.ts'
import { startWorker, type WorkerProcess } from './workerProcess.ts'

export type SupervisedOptions = {
  readonly built: BuiltKernel
  readonly settings: WorldSettings
  /** The tables as bytes. */
  readonly tables: Uint8Array
  /** In the worker. */
  readonly threads: number
  readonly signal: Signal
  /** Look so long before going to sleep. */
  readonly spinUs: number
  /** How much work may be lost with a worker, and has to be done again. */
  readonly checkpointMs: number
  readonly hangMs: number
  readonly say: (line: string) => void
}

/** A whole state, and what is to be run on top of it. */
export type Remains<Batch> = {
  /** undefined: the world as its seed makes it. */
  readonly state: Uint8Array | undefined
  readonly batches: readonly Batch[]
}

/** Worker after worker was lost without getting any further. `remains` tells how to go on by other means. */
export class WorkersGivenUp extends Error {
  override readonly name = 'WorkersGivenUp'
}

type Kept<Batch> = { readonly payload: Uint8Array; through: number; readonly batch: Batch }

/** So many workers in a row may be lost without an answer between them. */
const LOSSES_MAX = 5
const FIRST_PAUSE_MS = 50
/** Batches that are kept before a checkpoint is asked for, and before nothing more is kept. */
const KEPT_BYTES = 16 << 20
const KEPT_MAX = 5_000
const BEYOND = 8
/** Creating or loading a large world may stand still for longer than a tick. */
const OPEN_HANG_MS = 120_000

const MEBIBYTE = 1 << 20

export class SupervisedWorker<Batch> {
  readonly #options: SupervisedOptions
  readonly #addon: Addon
  readonly #handle: number
  readonly #pool: Piscina<Asked, Told>
  #process: WorkerProcess | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #kept: Kept<Batch>[] = []
  #keptBytes = 0
  /** More was to be kept than may be: a lost worker is then the end. */
  #overflowed = false
  #losses = 0
  #lossesInAll = 0
  #closed = false

  private constructor(options: SupervisedOptions) {
    const { built, settings } = options
    this.#options = options
    this.#addon = loadAddon(built.addon)
    const cells = 10 * settings.n ** 2 + 2
    this.#handle = this.#addon.openRegion({
      ...options,
      n: settings.n,
      seed: settings.seed,
      requestBytes: 64 * MEBIBYTE,
      responseBytes: 64 * MEBIBYTE + 32 * cells,
      slotBytes: 64 * MEBIBYTE + 128 * cells,
    })
    this.#pool = new Piscina<Asked, Told>({
      filename: new URL('./waiting.mjs', import.meta.url).href,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      // Not the server's own: a loader of TypeScript would only cost here.
      execArgv: [],
    })
  }

  /** A new world, or the one that `state` is, of `tick`. Rejects where no worker can be started, or it refuses. */
  static async open<Batch>(
    options: SupervisedOptions,
    from?: { readonly state: Uint8Array; readonly tick: number },
  ): Promise<SupervisedWorker<Batch>> {
    const worker = new SupervisedWorker<Batch>(options)
    try {
      if (from) worker.#addon.commitState(worker.#handle, from.state, from.tick)
      const told = await worker.#start()
      if (told.kind === 'lost') await worker.#replace(told.text)
      if (told.kind === 'fault') throw new Error(told.text)
      worker.#losses = 0
      return worker
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Workers that were lost so far. */
  get losses(): number {
    return this.#lossesInAll
  }

  /** The tick that the batch under way has come to. */
  get progress(): number {
    return this.#addon.progress(this.#handle)
  }

  /** The last checkpoint's tick, if there is one. */
  get checkpointTick(): number | undefined {
    return this.#addon.committed(this.#handle)?.tick
  }

  /** Has the batch under way end with the tick that it is at. To be called again until it has. */
  cancel(): void {
    this.#addon.cancel(this.#handle)
  }

  /**
   * Asks the worker, in turn; with `batch` the call changes the state, and is kept to be run again.
   * Rejects with the worker's refusal, or with `WorkersGivenUp`.
   */
  ask(payload: Uint8Array, batch?: Batch): Promise<Told & { kind: 'done' }> {
    return this.#inTurn(() => this.#ask('call', payload, batch))
  }

  /** Gives back what it gets, by way of the worker. */
  echo(payload: Uint8Array): Promise<Told & { kind: 'done' }> {
    return this.#inTurn(() => this.#ask('echo', payload))
  }

  /** Commits the state as it is now before it resolves. */
  async checkpoint(): Promise<void> {
    await this.#inTurn(() => this.#ask('checkpoint', new Uint8Array(0)))
    this.#forgetCommitted()
  }

  /** The last checkpoint and what came after it. undefined where that was too much to keep. */
  remains(): Remains<Batch> | undefined {
    if (this.#overflowed) return undefined
    this.#forgetCommitted()
    const saved = this.#addon.committedState(this.#handle)
    return { state: saved?.bytes, batches: this.#kept.map(({ batch }) => batch) }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#process?.kill()
    await this.#pool.destroy()
    this.#addon.closeRegion(this.#handle)
  }

  #inTurn<Value>(call: () => Promise<Value>): Promise<Value> {
    const answer = this.#turn.then(call)
    this.#turn = answer.catch(() => {})
    return answer
  }

  async #ask(
    operation: Operation,
    payload: Uint8Array,
    batch?: Batch,
  ): Promise<Told & { kind: 'done' }> {
    for (;;) {
      const told = await this.#send(operation, payload, batch ? this.#flags() : 0)
      if (told.kind === 'lost') {
        await this.#replace(told.text)
        continue
      }
      this.#losses = 0
      // A batch that is refused may have run some ticks all the same.
      if (batch !== undefined) this.#keep(payload, batch, told)
      if (told.kind === 'done') return told
      throw new Error(told.text)
    }
  }

  async #send(operation: Operation, payload: Uint8Array, flags = 0): Promise<Told> {
    if (this.#closed) return { kind: 'lost', text: 'it was closed' }
    const { built, hangMs } = this.#options
    const opens = operation !== 'call' && operation !== 'echo'
    return this.#pool.run({
      addon: built.addon,
      handle: this.#handle,
      operation,
      flags,
      payload,
      hangMs: opens ? Math.max(hangMs, OPEN_HANG_MS) : hangMs,
    })
  }

  #flags(): number {
    return this.#keptBytes > KEPT_BYTES || this.#kept.length > KEPT_MAX ? WANT_CHECKPOINT : 0
  }

  #keep(payload: Uint8Array, batch: Batch, told: Told): void {
    if (this.#overflowed) return
    const through = told.kind === 'done' ? told.tick : Number.POSITIVE_INFINITY
    this.#kept.push({ payload, batch, through })
    this.#keptBytes += payload.length
    this.#forgetCommitted()
    if (this.#keptBytes < BEYOND * KEPT_BYTES && this.#kept.length < BEYOND * KEPT_MAX) return
    this.#options.say(
      `world ${this.#options.settings.world}: there are no checkpoints; a lost worker costs a replay of the ledger`,
    )
    this.#overflowed = true
    this.#kept = []
  }

  /** What the last checkpoint holds need not be kept. */
  #forgetCommitted(): void {
    const tick = this.checkpointTick
    if (tick === undefined) return
    const after = this.#kept.findIndex(({ through }) => through > tick)
    const gone = this.#kept.splice(0, after < 0 ? this.#kept.length : after)
    for (const { payload } of gone) this.#keptBytes -= payload.length
  }

  /** Starts worker after worker until one stands where the lost one stood. */
  async #replace(why: string): Promise<void> {
    const { say, settings } = this.#options
    for (let reason = why; ; ) {
      if (this.#closed) throw new WorkersGivenUp('the kernel was closed')
      this.#losses++
      this.#lossesInAll++
      await this.#process?.kill()
      const words = this.#process?.lastWords() ?? ''
      const told = [reason, words].filter(Boolean).join(': ')
      if (this.#overflowed || this.#losses > LOSSES_MAX) throw new WorkersGivenUp(told)
      const tick = this.checkpointTick ?? 0
      say(
        `world ${settings.world}: its worker is lost (${told}); another goes on from tick ${tick}`,
      )
      if (this.#losses > 1) await setTimeout(FIRST_PAUSE_MS * 2 ** (this.#losses - 2))
      this.#addon.handOver(this.#handle)
      const started = await this.#start()
      if (started.kind === 'done') return
      reason = started.text
    }
  }

  /** One worker, brought to where the last one was. */
  async #start(): Promise<Told> {
    const { built, settings, threads, tables } = this.#options
    const addon = this.#addon
    const handle = this.#handle
    const { world } = settings
    this.#process = await startWorker({ program: built.worker, addon, handle, world, threads })
    if (!(await this.#process.ready())) return { kind: 'lost', text: 'it did not start' }
    this.#forgetCommitted()
    const saved = this.checkpointTick !== undefined
    const opened = await this.#send(saved ? 'load' : 'create', tables)
    if (opened.kind !== 'done') return opened
    for (const { payload } of this.#kept) {
      const again = await this.#send('call', payload)
      if (again.kind === 'lost') return again
    }
    return opened
  }
}
