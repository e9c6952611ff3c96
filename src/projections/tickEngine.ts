// Runs one world for as long as it may: takes the lease, starts an engine in the ledger, replays it, goes on live,
// and opens another kernel when one is lost.

import { fixedThrough, sealTick } from '../domain/ledger.ts'
import { type EventStore, StoreUnavailable } from '../domain/ports/eventStore.ts'
import {
  type Kernel,
  KernelLost,
  type KernelResult,
  type OpenKernel,
  type Piece,
  type WorldSettings,
} from '../domain/ports/kernel.ts'
import type { Leadership } from '../domain/ports/leadership.ts'
import type { Observer } from '../domain/ports/observer.ts'
import type { SnapshotHead } from '../domain/ports/snapshots.ts'
import type { Chance, Clock, Scheduler } from '../domain/ports/time.ts'
import { type Deferred, deferred } from './deferred.ts'
import { type EventQueue, followEvents } from './eventQueue.ts'
import { type BeginsAt, openAtStart } from './kernelStart.ts'
import { Fenced, LedgerKeeper } from './ledgerKeeper.ts'
import { type Audience, LiveTicks, type Progress } from './liveTicks.ts'
import { patiently } from './patience.ts'
import { createPublication, type Publication, WorldStopped } from './publication.ts'
import { newestHashed, type Replay, replay } from './replay.ts'
import { type SnapshotStatus, SnapshotTaker } from './snapshotTaker.ts'
import type { SnapshotPorts } from './startingPoint.ts'

export type EnginePorts = {
  readonly settings: WorldSettings
  readonly store: EventStore
  readonly openKernel: OpenKernel
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly leadership: Leadership
  /** Unique to this start of this server. */
  readonly engineId: string
  /** Who measures; nobody without it. */
  readonly observer?: Observer
  /** Without it every start runs the ledger from its beginning. */
  readonly snapshots?: SnapshotPorts
  /** Told what takes long, and what went wrong. */
  readonly say: (line: string) => void
}

export type EngineAudience = Audience & {
  /** A tick was published. */
  published(tick: number): void
  /** What is remembered of all ticks through this one, shown or not, for a snapshot. */
  remembered(through: number): Iterable<Piece>
  /** What `remembered` gave of all ticks through this one, by name: the world goes on from there. */
  restored(remembered: ReadonlyMap<string, unknown>, tick: number): void
}

export type EngineState = {
  readonly state: 'replaying' | 'running' | 'stopped'
  readonly rulesHash: string
  readonly upsMeasured: number
  readonly lagMs: number
  readonly replayThrough?: number
  readonly stopped?: string
  readonly snapshots?: SnapshotStatus
}

type KernelInUse = { readonly kernel: Kernel; readonly lost: (error: unknown) => void }

const KERNEL_TRIES = 3
const PAUSE_MS = 200
const SAY_EVERY_MS = 2_000

export class TickEngine {
  readonly publication: Publication
  readonly #ports: EnginePorts
  readonly #audience: EngineAudience
  readonly #stopping = new AbortController()
  readonly #keeper: LedgerKeeper
  readonly #progress: Progress = { done: 0, begun: 0, hashed: { tick: 0, hash: '' } }
  readonly #ready = deferred<void>()
  readonly #running: Promise<void>
  readonly #taker: SnapshotTaker | undefined
  #kernel: Deferred<KernelInUse> = deferred()
  #live: LiveTicks | undefined
  #queue: EventQueue | undefined
  #rulesHash = ''
  #replayThrough: number | undefined
  /** The outcomes of ticks through this one came from a snapshot. */
  #restoredThrough = 0
  #saidMs = 0
  #stopped: string | undefined
  /** Stopped because we were asked to: what was run is kept. */
  #inOrder = false

  /** Starts at once; see `ready`. */
  constructor(ports: EnginePorts, audience: EngineAudience) {
    this.#ports = ports
    this.#audience = audience
    this.#keeper = new LedgerKeeper({ ...ports, signal: this.#stopping.signal })
    this.publication = createPublication({
      ledger: () => this.#keeper.ledger,
      ups: ports.settings.ups,
      demand: () => this.lookAgain(),
      publish: (tick) => audience.published(tick),
    })
    this.#taker = this.#snapshotTaker()
    this.#running = this.#run()
  }

  /** Resolves when the world is live; rejects when it could not be opened. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Resolves when the engine has stopped, for whatever reason; see state(). */
  get ended(): Promise<void> {
    return this.#running
  }

  state(): EngineState {
    const running = this.#live ? 'running' : 'replaying'
    return {
      state: this.#stopped === undefined ? running : 'stopped',
      rulesHash: this.#rulesHash,
      upsMeasured: this.#live?.upsMeasured() ?? 0,
      lagMs: this.#live?.lagMs() ?? 0,
      ...(this.#replayThrough !== undefined && { replayThrough: this.#replayThrough }),
      ...(this.#stopped !== undefined && { stopped: this.#stopped }),
      ...(this.#taker && { snapshots: this.#taker.status() }),
    }
  }

  /**
   * Asks the kernel; the answer comes once what it tells can not be taken back.
   * Rejects with `WorldStopped`, or with `WorldBusy` where that takes too long.
   */
  async ask<Value>(question: (kernel: Kernel) => Promise<Value>): Promise<Value> {
    return patiently(this.#ports, async (signal) => {
      for (;;) {
        if (this.#stopped !== undefined) throw new WorldStopped(this.#stopped)
        signal.throwIfAborted()
        const { kernel, lost } = await this.#kernel.promise
        try {
          const value = await question(kernel)
          await this.publication.through(this.#progress.begun, signal)
          return value
        } catch (error) {
          if (!(error instanceof KernelLost)) throw error
          lost(error)
        }
      }
    })
  }

  /** Resolves once `tick` (default: all that was run by now) is shown. Rejects as `ask` does. */
  async shown(tick = this.#progress.begun): Promise<void> {
    await patiently(this.#ports, (signal) => this.publication.through(tick, signal))
  }

  /** Resolves once everything that the log holds now has been run and is shown. Rejects as `signal` aborts, or as `ask` does. */
  async settled(signal: AbortSignal): Promise<void> {
    const head = await this.#ports.store.head()
    const nextTick = () => this.publication.through(this.publication.tick() + 1, signal)
    while ((this.#queue?.read().through ?? 0) < head) await nextTick()
    // Taken once each: others go on acting, and nobody waits for what came after.
    const newest = this.#queue?.read().newest ?? 0
    while (this.#keeper.ledger.upto < newest) await nextTick()
    await this.publication.through(this.#keeper.ledger.lastSeal, signal)
  }

  /** Events that wait for their tick. */
  waiting(): number {
    return this.#live?.waiting() ?? 0
  }

  lookAgain(): void {
    this.#live?.lookAgain()
  }

  /** Takes a snapshot of a tick to come, soon. Rejects where it fails, or where snapshots are not kept. */
  async snapshot(pinned: boolean): Promise<SnapshotHead> {
    if (this.#stopped !== undefined) throw new WorldStopped(this.#stopped)
    if (!this.#taker) throw new Error('snapshots are not kept here')
    return this.#taker.request(pinned)
  }

  /** Seals what was run, takes a snapshot, closes the kernel, hands back the lease. */
  async stop(): Promise<void> {
    this.#inOrder = this.#stopped === undefined
    this.#stopWith('the server stops')
    await this.#running
  }

  #stopWith(reason: string, error: Error = new WorldStopped(reason)): void {
    if (this.#stopped === undefined) this.#stopped = reason
    this.publication.end(new WorldStopped(this.#stopped))
    this.#kernel.reject(new WorldStopped(this.#stopped))
    this.#taker?.end(new WorldStopped(this.#stopped))
    this.#ready.reject(error)
    this.#stopping.abort(error)
  }

  async #run(): Promise<void> {
    const { leadership, say, settings } = this.#ports
    const { signal } = this.#stopping
    const name = `world/${settings.world}`
    try {
      const lease = await leadership.acquire(name, signal)
      const leaseLost = () => this.#stopWith(`the lease of ${name} was lost`)
      lease.lost.addEventListener('abort', leaseLost, { once: true })
      try {
        await this.#runKernels()
      } finally {
        lease.lost.removeEventListener('abort', leaseLost)
        await lease.release()
      }
    } catch (error) {
      if (signal.aborted) return
      say(`world ${settings.world} stopped: ${(error as Error).message}`)
      this.#stopWith((error as Error).message, error as Error)
    }
  }

  async #runKernels(): Promise<void> {
    const { say, scheduler, settings } = this.#ports
    const { signal } = this.#stopping
    for (let tries = 1; !signal.aborted; ) {
      const before = this.#progress.done
      try {
        await this.#runKernel()
      } catch (error) {
        if (signal.aborted) return
        tries = this.#progress.done > before ? 1 : tries + 1
        const again = error instanceof StoreUnavailable || error instanceof KernelLost
        if (!again || (error instanceof KernelLost && tries > KERNEL_TRIES)) throw error
        if (error instanceof KernelLost) this.#ports.observer?.kernelLost(settings.world)
        say(`world ${settings.world}: ${error.message}; its ledger is replayed`)
        await scheduler.sleep(PAUSE_MS * tries, signal)
      }
    }
  }

  /** One kernel from its opening to its loss; returns only when the engine stops. */
  async #runKernel(): Promise<void> {
    const { signal } = this.#stopping
    const over = new AbortController()
    const ended = AbortSignal.any([signal, over.signal])
    const { kernel, start } = await openAtStart({ ...this.#ports, keeper: this.#keeper }, signal)
    const inUse: KernelInUse = { kernel, lost: (error) => lost(error) }
    let given = false
    const lost = (error: unknown) => {
      if (over.signal.aborted) return
      over.abort(error)
      if (given) this.#kernel = deferred()
    }
    try {
      this.#rulesHash = kernel.rulesHash
      if (this.#keeper.startedAt === 0) await this.#keeper.start(kernel.rulesHash, start?.change)
      if (start) this.#beginAt(start)
      const queue = this.#followEvents(start, ended, lost)
      const { ahead } = await this.#replay(kernel, start, queue, ended)
      this.#live = this.#goLive(kernel, queue, ahead, ended)
      given = true
      this.#kernel.resolve(inUse)
      this.#ready.resolve()
      await this.#live.run()
      over.signal.throwIfAborted()
      await this.#farewell(kernel, this.#live)
    } catch (error) {
      throw over.signal.aborted ? over.signal.reason : error
    } finally {
      this.#live = undefined
      lost(new KernelLost('the kernel was closed'))
      await kernel.close()
    }
  }

  #snapshotTaker(): SnapshotTaker | undefined {
    const { settings, snapshots, say } = this.#ports
    return (
      snapshots &&
      new SnapshotTaker({
        settings,
        snapshots,
        keeper: this.#keeper,
        publication: this.publication,
        remembered: (through) => this.#audience.remembered(through),
        signal: this.#stopping.signal,
        say,
      })
    )
  }

  /** The ticks through the snapshot's were shown before, by this engine or by another. */
  #beginAt({ head, remembered }: BeginsAt): void {
    this.#taker?.began(head.tick)
    // A kernel that was lost before it ran opens at the same one again, or at an older one.
    if (head.tick <= Math.max(this.#progress.done, this.#restoredThrough)) return
    this.#restoredThrough = head.tick
    this.#audience.restored(remembered, head.tick)
  }

  #followEvents(
    start: BeginsAt | undefined,
    ended: AbortSignal,
    lost: (error: unknown) => void,
  ): EventQueue {
    const { world } = this.#ports.settings
    const queue = followEvents({
      store: this.#ports.store,
      scheduler: this.#ports.scheduler,
      world,
      after: start?.head.position ?? 0,
      signal: ended,
      arrived: () => this.lookAgain(),
      engineStarted: (engine, ledgerVersion) => {
        if (ledgerVersion <= this.#keeper.startedAt) return
        lost(new Fenced(`engine ${engine} has taken over world ${world}`))
      },
    })
    this.#queue = queue
    // It also ends as we are told to stop: then the kernel is needed for a moment yet.
    queue.ended.then(() => {
      if (!this.#stopping.signal.aborted) lost(new StoreUnavailable('the log ended'))
    }, lost)
    return queue
  }

  async #replay(
    kernel: Kernel,
    start: BeginsAt | undefined,
    queue: EventQueue,
    ended: AbortSignal,
  ): Promise<Replay> {
    const through = Math.max(this.#progress.done, this.#keeper.ledger.emptyThrough)
    this.#replayThrough = through
    const replayed = await replay({
      kernel,
      pages: this.#keeper.pages(start?.head.ledgerVersion),
      queue,
      through,
      hashEvery: this.#ports.settings.ups,
      consumed: (result) => {
        this.#sayProgress(result.tick, through)
        this.#consume(result)
      },
      progress: (tick) => this.#sayProgress(tick, through),
      signal: ended,
    })
    this.#replayThrough = undefined
    return replayed
  }

  /** What a replay gives that was not taken in before, by the kernel that was lost. */
  #consume(result: KernelResult): void {
    const progress = this.#progress
    if (result.tick <= progress.done) return
    const known = Math.max(progress.done, this.#restoredThrough)
    const outcomes = result.outcomes.filter(({ tick }) => tick > known)
    progress.done = result.tick
    progress.begun = Math.max(progress.begun, result.tick)
    progress.hashed = newestHashed(result) ?? progress.hashed
    this.#audience.consumed({ ...result, outcomes })
    this.publication.offer(progress.done, progress.hashed)
  }

  #sayProgress(tick: number, through: number): void {
    const { clock, say, settings } = this.#ports
    const nowMs = clock.monotonic()
    if (this.#saidMs === 0) this.#saidMs = nowMs
    if (nowMs - this.#saidMs < SAY_EVERY_MS) return
    this.#saidMs = nowMs
    const percent = Math.floor((100 * tick) / through)
    say(`world ${settings.world}: replayed tick ${tick} of ${through} (${percent} %)`)
  }

  #goLive(
    kernel: Kernel,
    queue: EventQueue,
    ahead: Replay['ahead'],
    signal: AbortSignal,
  ): LiveTicks {
    const { clock, observer, scheduler, settings } = this.#ports
    return new LiveTicks({
      kernel,
      queue,
      keeper: this.#keeper,
      publication: this.publication,
      progress: this.#progress,
      audience: this.#audience,
      ahead,
      settings,
      ran: (tick) => this.#taker?.ran(kernel, tick),
      clock,
      scheduler,
      observer,
      signal,
    })
  }

  /** On the way out an empty seal after the last tick, so that a clean stop costs the world no time; and a snapshot. */
  async #farewell(kernel: Kernel, live: LiveTicks): Promise<void> {
    const { ledger } = this.#keeper
    const { begun, hashed } = this.#progress
    if (begun > fixedThrough(ledger)) {
      const seal = { begunThrough: begun, due: 0, eventIds: [], upto: 0, hashOf: hashed }
      if (!(await this.#keeper.trySeal(sealTick(ledger, seal)))) return
    }
    if (!this.#taker || !this.#inOrder) return
    await live.finish()
    await this.#taker.last(kernel, this.#progress.done)
  }
}
