// A worker that is watched: where it dies or hangs, another one goes on from the last checkpoint, runs what came after
// it again, and whoever waited gets the answer all the same.

import { setTimeout } from 'node:timers/promises'
import { Piscina } from 'piscina'
import type { RunWatch } from '../../../domain/ports/kernel.ts'
import { watchRun } from '../watchRun.ts'
import {
  type Addon,
  type Asked,
  loadAddon,
  type Operation,
  type Told,
  WANT_CHECKPOINT,
} from './addon.ts'
import { KeptBatches } from './keptBatches.ts'
import {
  determinismBroken,
  type From,
  OpenRefused,
  type Remains,
  type Run,
  type SupervisedOptions,
  WorkersGivenUp,
} from './supervision.ts'
import { endedForMemory, tellsOfMemory } from './wantOfMemory.ts'
import { startWorker, type WorkerProcess } from './workerProcess.ts'

/** So many workers in a row may be lost without an answer between them. */
const LOSSES_MAX = 5
const PAUSE_MS = 50
/** Between two tries for memory. */
const MOST_PAUSE_MS = 10_000
/**
 * What goes over the whole planet may work for longer without a heartbeat: so long, and so much for each cell. Measured at N = 2048
 * was 0.06 µs a cell at most (loading).
 */
const WHOLE_LEAST_MS = 2_000
const WHOLE_US_A_CELL = 1

/** What a worker is asked; `callWhole` is a `call` that may take as long as what goes over the whole planet. */
type Asking = Asked['operation'] | 'callWhole'

const isWhole: Readonly<Record<Asking, boolean>> = {
  ready: false,
  create: true,
  load: true,
  resume: true,
  checkpoint: true,
  call: false,
  callWhole: true,
  echo: false,
}

const MEBIBYTE = 1 << 20
const NOTHING = new Uint8Array(0)
const CLOSED: Told = { kind: 'lost', text: 'it was closed' }

type Done = Told & { kind: 'done' }

/** The length of the tables, the tables, the pieces. */
function withTables(tables: Uint8Array, pieces: Uint8Array): Uint8Array {
  const payload = new Uint8Array(4 + tables.length + pieces.length)
  new DataView(payload.buffer).setUint32(0, tables.length, true)
  payload.set(tables, 4)
  payload.set(pieces, 4 + tables.length)
  return payload
}

const wholeMs = (n: number) => WHOLE_LEAST_MS + Math.ceil((10 * n ** 2 * WHOLE_US_A_CELL) / 1_000)

export class SupervisedWorker<Batch> {
  readonly #options: SupervisedOptions
  readonly #addon: Addon
  readonly #handle: number
  readonly #pool: Piscina<Asked, Told>
  #process: WorkerProcess | undefined
  /** Settles once the process that is being started is `#process`. */
  #starting: Promise<void> | undefined
  #turn: Promise<unknown> = Promise.resolve()
  readonly #kept: KeptBatches<Batch>
  /** What was run up to here is in a checkpoint, and kept no more. */
  #forgottenTick = 0
  #wasTorn = false
  /** As they were told last. */
  #unsaved = 0
  /** Why the last state was not saved; undefined where it was. */
  #unsavedWhy: string | undefined
  /** What is left cannot be gone on from: two runs of the same came to different states, or there is no memory for it. */
  #isGone = false
  /** In the machine, when the worker was started. */
  #endedForMemory = 0
  #losses = 0
  #lossesInAll = 0
  readonly #closing = new AbortController()
  #givenUp: WorkersGivenUp | undefined
  /** Until the first checkpoint: how the first worker was opened. */
  #opening: { readonly operation: Operation; readonly payload: Uint8Array }

  private constructor(options: SupervisedOptions, from: From | undefined) {
    const { built, settings, tables } = options
    this.#options = options
    this.#kept = new KeptBatches(options.keep)
    this.#opening =
      from && 'pieces' in from
        ? { operation: 'resume', payload: withTables(tables, from.pieces) }
        : { operation: 'create', payload: tables }
    this.#addon = loadAddon(built.addon)
    const cells = 10 * settings.n ** 2 + 2
    this.#handle = this.#addon.openRegion({
      ...options,
      saveMs: options.saveMs ?? options.hangMs + wholeMs(settings.n),
      n: settings.n,
      seed: settings.seed,
      // A world can be opened with pieces, which are about as large as its state.
      requestBytes: 64 * MEBIBYTE + 32 * cells,
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

  /** Rejects with `OpenRefused`, or with `WorkersGivenUp`, also where no worker can be started. */
  static async open<Batch>(
    options: SupervisedOptions,
    from?: From,
  ): Promise<SupervisedWorker<Batch>> {
    const worker = SupervisedWorker.#create<Batch>(options, from)
    try {
      if (from && 'state' in from) worker.#addon.commitState(worker.#handle, from.state, from.tick)
      const started = await worker.#start()
      const told = started.kind === 'lost' ? await worker.#replace(started.text) : started
      if (told.kind === 'fault') throw new OpenRefused(told.text)
      worker.#losses = 0
      // A world that was made from pieces is kept as a whole from here on, not the pieces.
      if (worker.#opening.operation === 'resume') await worker.#settle()
      return worker
    } catch (error) {
      await worker.close()
      throw error
    }
  }

  static #create<Batch>(options: SupervisedOptions, from?: From): SupervisedWorker<Batch> {
    try {
      return new SupervisedWorker<Batch>(options, from)
    } catch (error) {
      const why = `there is no memory to share with them: ${(error as Error).message}`
      throw new WorkersGivenUp(why, 0)
    }
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** Workers that were lost so far. */
  get losses(): number {
    return this.#lossesInAll
  }

  /** The last checkpoint's tick, if there is one. */
  get checkpointTick(): number | undefined {
    return this.#addon.committed(this.#handle)?.tick
  }

  /** Asks the worker, in turn. Rejects with the worker's refusal, or with `WorkersGivenUp`. */
  ask(payload: Uint8Array): Promise<Done> {
    return this.#inTurn(() => this.#ask('call', payload))
  }

  /** As `ask`, for a call that goes over the whole planet: it may work for as long as loading without a heartbeat. */
  askWhole(payload: Uint8Array): Promise<Done> {
    return this.#inTurn(() => this.#ask('callWhole', payload))
  }

  /** As `ask`, for a call that changes the state. */
  run(payload: Uint8Array, run: Run<Batch>, watch?: RunWatch): Promise<Done> {
    return this.#inTurn(() => this.#ask('call', payload, run, watch))
  }

  /** Gives back what it gets, by way of the worker. */
  echo(payload: Uint8Array): Promise<Done> {
    return this.#inTurn(() => this.#ask('echo', payload))
  }

  /** Commits the state as it is now before it resolves. */
  async checkpoint(): Promise<void> {
    await this.#inTurn(() => this.#settle())
  }

  /** The last checkpoint and what came after it. undefined where that was too much to keep, or the checkpoint is damaged, or the rules came to two different states. */
  remains(): Remains<Batch> | undefined {
    this.#forgetCommitted()
    if (this.#kept.isTorn || this.#isGone) return undefined
    const saved = this.#addon.committedState(this.#handle)
    if ((saved?.tick ?? 0) < this.#forgottenTick) return undefined
    return { state: saved?.bytes, runs: this.#kept.runs }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closing.abort()
    await this.#starting?.catch(() => {})
    await this.#process?.kill()
    await this.#pool.destroy()
    this.#addon.closeRegion(this.#handle)
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  async #settle(): Promise<void> {
    await this.#ask('checkpoint', NOTHING)
    this.#forgetCommitted()
    this.#opening = { operation: 'create', payload: this.#options.tables }
  }

  #inTurn<Value>(call: () => Promise<Value>): Promise<Value> {
    const answer = this.#turn.then(call)
    this.#turn = answer.catch(() => {})
    return answer
  }

  async #ask(
    operation: Asking,
    payload: Uint8Array,
    run?: Run<Batch>,
    watch?: RunWatch,
  ): Promise<Done> {
    for (;;) {
      if (this.#givenUp) throw this.#givenUp
      const stop = watchRun(watch, {
        progress: () => this.#addon.progress(this.#handle),
        cancel: () => this.#addon.cancel(this.#handle),
      })
      const flags = run && this.#kept.wantsCheckpoint ? WANT_CHECKPOINT : 0
      const told = await this.#send(operation, payload, flags).finally(stop)
      if (told.kind === 'lost') {
        await this.#replace(told.text)
        continue
      }
      this.#losses = 0
      if (told.kind === 'fault') throw new Error(told.text)
      if (run) this.#keep(payload, run, told)
      return told
    }
  }

  async #send(asking: Asking, payload: Uint8Array, flags = 0): Promise<Told> {
    if (this.#closed) return CLOSED
    const { built, hangMs, settings } = this.#options
    const { pid } = this
    const told = this.#pool.run({
      addon: built.addon,
      handle: this.#handle,
      pid,
      operation: asking === 'callWhole' ? 'call' : asking,
      flags,
      payload,
      hangMs: isWhole[asking] ? hangMs + wholeMs(settings.n) : hangMs,
    })
    // Closing ends the thread that waits, often before it can tell that the worker is gone.
    return told.catch((error: Error): Told => {
      if (this.#closed) return CLOSED
      throw error
    })
  }

  #keep(asked: Uint8Array, run: Run<Batch>, { bytes, tick: through }: Done): void {
    // It may have been ended early: then it is run again just so far.
    const { payload, batch } = run.endsWith(through)
      ? { payload: asked, batch: run.batch }
      : run.shortened(through)
    this.#kept.keep({ payload, batch, through, proof: this.#options.proof(bytes) })
    this.#forgetCommitted()
    this.#tellOfCheckpoints()
  }

  /** What the last checkpoint holds need not be kept. */
  #forgetCommitted(): void {
    const tick = this.checkpointTick
    if (tick === undefined) return
    if (tick > this.#forgottenTick) this.#unsavedWhy = undefined
    this.#forgottenTick = tick
    this.#kept.forgetThrough(tick)
  }

  /** Once where they begin to fail, and once where they are back. */
  #tellOfCheckpoints(): void {
    const { settings, say, unsaved } = this.#options
    const { count, why } = this.#addon.unsaved(this.#handle)
    if (count !== this.#unsaved) {
      this.#unsaved = count
      unsaved?.(count)
      if (this.#unsavedWhy !== why) {
        say(`world ${settings.world}: its state could not be saved (${why}); it is tried again`)
      }
      this.#unsavedWhy = why
    }
    const { isTorn } = this.#kept
    if (isTorn === this.#wasTorn) return
    this.#wasTorn = isTorn
    say(
      isTorn
        ? `world ${settings.world}: there are no checkpoints; a lost worker costs a replay of the ledger`
        : `world ${settings.world}: there is a checkpoint again; a lost worker costs a late tick`,
    )
  }

  /** Starts worker after worker until one stands where the lost one stood; what there is no state of, it may refuse to open. */
  async #replace(why: string): Promise<Told> {
    const { say, settings } = this.#options
    for (let reason = why; ; ) {
      this.#assertOpen()
      this.#losses++
      this.#lossesInAll++
      await this.#process?.kill()
      this.#assertOpen()
      const { told, forMemory } = this.#whyLost(reason)
      this.#forgetCommitted()
      if (this.#kept.isTorn) throw this.#giveUp(told)
      if (this.#losses > LOSSES_MAX) {
        // TypeScript would need more of it, and in the server's own process.
        if (!forMemory) throw this.#giveUp(told)
        if (this.#options.stopping?.aborted) throw this.#leave(told)
        this.#options.starved?.(`its worker was lost ${this.#losses} times in a row (${told})`)
      }
      const tick = this.checkpointTick ?? 0
      say(
        `world ${settings.world}: its worker is lost (${told}); another goes on from tick ${tick}`,
      )
      await this.#pause()
      this.#assertOpen()
      this.#addon.handOver(this.#handle)
      const started = await this.#start().catch((error: Error): Told => {
        if (error instanceof WorkersGivenUp) throw error
        return { kind: 'lost', text: error.message }
      })
      if (started.kind === 'done') {
        this.#options.replaced?.(this.#lossesInAll)
        return started
      }
      if (started.kind === 'fault' && this.checkpointTick === undefined) return started
      reason = started.text
    }
  }

  /** All that is known of it. */
  #whyLost(reason: string): { readonly told: string; readonly forMemory: boolean } {
    const words = this.#process?.lastWords() ?? ''
    const areEnded = this.#endedSince() > this.#endedForMemory
    const cause = areEnded ? 'Linux ends processes for want of memory' : ''
    const told = [reason, words, cause].filter(Boolean).join(': ')
    return { told, forMemory: areEnded || tellsOfMemory(told) }
  }

  async #pause(): Promise<void> {
    if (this.#losses < 2) return
    const { pauseMs = PAUSE_MS, stopping } = this.#options
    const closing = this.#closing.signal
    const signal = stopping ? AbortSignal.any([closing, stopping]) : closing
    const afterMs = Math.min(pauseMs * 2 ** (this.#losses - 2), MOST_PAUSE_MS)
    await setTimeout(afterMs, undefined, { signal }).catch(() => {})
  }

  #endedSince(): number {
    return (this.#options.endedForMemory ?? endedForMemory)()
  }

  #assertOpen(): void {
    if (this.#closed) throw new WorkersGivenUp('the kernel was closed', this.#lossesInAll)
  }

  #leave(why: string): WorkersGivenUp {
    this.#isGone = true
    return this.#giveUp(why)
  }

  #giveUp(why: string): WorkersGivenUp {
    this.#givenUp = new WorkersGivenUp(why, this.#lossesInAll)
    return this.#givenUp
  }

  /** One worker, brought to where the last one was. */
  async #start(): Promise<Told> {
    const { built, settings, threads, proof: proofOf } = this.#options
    const addon = this.#addon
    const handle = this.#handle
    const { world } = settings
    const program = built.worker
    this.#endedForMemory = this.#endedSince()
    this.#starting = startWorker({ program, addon, handle, world, threads }).then((started) => {
      this.#process = started
    })
    try {
      await this.#starting
    } catch (error) {
      // The last words of the one before it are not its own.
      this.#process = undefined
      return { kind: 'lost', text: `it cannot be started: ${(error as Error).message}` }
    }
    const ready = await this.#send('ready', NOTHING)
    if (ready.kind !== 'done') return ready
    this.#forgetCommitted()
    if ((this.checkpointTick ?? 0) < this.#forgottenTick)
      return { kind: 'lost', text: 'the checkpoint is damaged' }
    const { operation, payload } =
      this.checkpointTick === undefined
        ? this.#opening
        : { operation: 'load' as const, payload: this.#options.tables }
    const opened = await this.#send(operation, payload)
    if (opened.kind !== 'done') return opened
    for (const { payload, through, proof } of this.#kept.runs) {
      const again = await this.#send('call', payload)
      if (again.kind === 'lost') return again
      const said = again.kind === 'done' ? proofOf(again.bytes) : again.text
      if (said !== proof) throw this.#leave(determinismBroken(through, proof, said))
    }
    return opened
  }
}
