// The world in real time: one loop runs the ticks that are due, another seals events into ticks to come.

import { fixedThrough, type Hashed, sealTick } from '../domain/ledger.ts'
import type { Kernel, KernelResult, WorldSettings } from '../domain/ports/kernel.ts'
import type { Observer } from '../domain/ports/observer.ts'
import type { Clock, Scheduler } from '../domain/ports/time.ts'
import { createBell } from './bell.ts'
import type { EventQueue } from './eventQueue.ts'
import type { LedgerKeeper } from './ledgerKeeper.ts'
import { createUpsMeter, dueTick, keepPace, lagMs, msUntil, type Pace } from './pace.ts'
import type { Publication } from './publication.ts'
import { BATCH_TICKS, newestHashed, nextHashed, type SealedTick, tickEvents } from './replay.ts'

/** How far the world has come; outlives a kernel, never an engine. */
export type Progress = {
  /** The newest tick whose result is taken in. */
  done: number
  /** The newest tick that was ever handed to a kernel: no event may be sealed at or below it. */
  begun: number
  /** Of the newest tick at or below `done` that is hashed. */
  hashed: Hashed
}

/** What the engine needs to know of those who look on, and what it tells them. */
export type Audience = {
  watching(): boolean
  /** Chunks whose change lists are wanted from the batch that ends with `through`. */
  watch(through: number): readonly number[]
  consumed(result: KernelResult): void
  /** Outcomes wait to be shown: nobody should have to watch to be told what came of an order. */
  owes(): boolean
}

export type LiveOptions = {
  readonly kernel: Kernel
  readonly queue: EventQueue
  readonly keeper: LedgerKeeper
  readonly publication: Publication
  readonly progress: Progress
  readonly audience: Audience
  /** Sealed ticks that are still to be run. */
  readonly ahead: readonly SealedTick[]
  /** Called after a hashed tick was run, before the next one is. */
  readonly ran: (tick: number) => void
  readonly settings: WorldSettings
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly observer: Observer | undefined
  readonly signal: AbortSignal
}

const EVENTS_PER_TICK = 1_000
/** Seals may be this many ticks ahead of what is due: their latency hides behind the ticks before. */
const LEAD = 2
/** A seal leaves so much earlier than it seems to have to: timers are late, and so are disks. */
const SEAL_MARGIN_MS = 6
/** Seals over which their time is averaged. */
const SEALS_MEANT = 8
/** A crash costs a world that nobody watches at most this much of its time. */
const IDLE_SEAL_S = 60

export class LiveTicks {
  readonly #o: LiveOptions
  readonly #failed = new AbortController()
  readonly #signal: AbortSignal
  readonly #runBell
  readonly #sealBell
  readonly #meter = createUpsMeter()
  readonly #sealed: SealedTick[]
  #pace: Pace
  /** How long seals took of late. */
  #sealMs = 0
  /** The tick of the seal whose answer has not come yet: it may not be run, nor any after it. */
  #inFlight = Number.POSITIVE_INFINITY

  constructor(options: LiveOptions) {
    this.#o = options
    this.#signal = AbortSignal.any([options.signal, this.#failed.signal])
    this.#runBell = createBell(options.scheduler)
    this.#sealBell = createBell(options.scheduler)
    this.#sealed = [...options.ahead]
    const { clock, progress, settings } = options
    this.#pace = { ups: settings.ups, fromMs: clock.monotonic(), fromTick: progress.done }
  }

  /** Ends when the signal aborts, or rejects: with `KernelLost`, `Fenced` or what the store says. */
  async run(): Promise<void> {
    const fail = (error: unknown) => this.#failed.abort(error)
    // Both are waited for: no seal may be under way any more when the next kernel reads the ledger.
    await Promise.all([this.#runTicks().catch(fail), this.#sealTicks().catch(fail)])
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason
  }

  /** Runs what the ledger has settled, after `run` has ended: an orderly stop leaves no sealed tick behind. */
  async finish(): Promise<void> {
    const { keeper, progress } = this.#o
    const through = fixedThrough(keeper.ledger)
    while (progress.done < through) {
      await this.#runThrough(Math.min(through, progress.done + BATCH_TICKS))
    }
  }

  /** The audience, its demands or the waiting events have changed. */
  lookAgain(): void {
    this.#runBell.ring()
    this.#sealBell.ring()
  }

  /** Events that wait for their tick. */
  waiting(): number {
    return this.#o.queue.waiting()
  }

  upsMeasured(): number {
    return this.#meter.ups(this.#o.clock.monotonic(), this.#o.progress.done)
  }

  lagMs(): number {
    return lagMs(this.#pace, this.#o.clock.monotonic(), this.#o.progress.done)
  }

  async #runTicks(): Promise<void> {
    const { clock, progress } = this.#o
    while (!this.#signal.aborted) {
      const nowMs = clock.monotonic()
      this.#pace = keepPace(this.#pace, nowMs, progress.done)
      const due = dueTick(this.#pace, nowMs)
      const through = this.#target(due)
      if (through > progress.done) await this.#runThrough(through)
      else if (due > progress.done) await this.#runBell.wait(this.#signal)
      else {
        await this.#runBell.wait(this.#signal, msUntil(this.#pace, nowMs, progress.done + 1))
      }
    }
  }

  /** The newest tick that may be run now: due, not waiting for its seal, and not out of all bounds. */
  #target(due: number): number {
    const { audience, progress, publication, settings } = this.#o
    const { ups } = settings
    const beyond = audience.watching() ? 0 : IDLE_SEAL_S * ups
    return Math.min(
      due,
      this.#inFlight - 1,
      publication.bound() + beyond,
      nextHashed(progress.done, ups),
    )
  }

  async #runThrough(through: number): Promise<void> {
    const { audience, clock, kernel, observer, progress, publication, settings } = this.#o
    const { ups, world } = settings
    const later = this.#sealed.findIndex(({ seal }) => seal.tick > through)
    const now = this.#sealed.splice(0, later < 0 ? this.#sealed.length : later)
    progress.begun = Math.max(progress.begun, through)
    const ticks = through - progress.done
    const began = clock.monotonic()
    const result = await kernel.run({
      through,
      events: now.filter(({ seal }) => seal.count > 0).map(tickEvents),
      watch: audience.watch(through),
      hash: through % ups === 0,
      hashEvery: ups,
      players: 'all',
    })
    progress.done = through
    progress.hashed = newestHashed(result) ?? progress.hashed
    this.#meter.tell(clock.monotonic(), through)
    observer?.ran({
      world,
      through,
      ticks,
      busyMs: result.busyMs,
      durationMs: clock.monotonic() - began,
      orders: now.flatMap(({ events }) => events),
    })
    audience.consumed(result)
    publication.offer(through, progress.hashed)
    if (result.hash !== undefined) this.#o.ran(through)
    this.#sealBell.ring()
  }

  async #sealTicks(): Promise<void> {
    const { clock, progress } = this.#o
    while (!this.#signal.aborted) {
      const nowMs = clock.monotonic()
      const pace = keepPace(this.#pace, nowMs, progress.done)
      const due = dueTick(pace, nowMs)
      const waitMs = this.#sealWanted(due) ? 0 : this.#untilEventsAreSealed(pace, due, nowMs)
      if (waitMs === 0) await this.#sealNext(due)
      else await this.#sealBell.wait(this.#signal, waitMs)
    }
  }

  /** Whether a seal is wanted at once, with or without events. */
  #sealWanted(due: number): boolean {
    const { audience, progress, publication, settings } = this.#o
    if (this.#isAhead(due)) return false
    if (publication.demanded() > publication.bound()) return true
    const { ups } = settings
    if (progress.begun >= this.#fixed() + IDLE_SEAL_S * ups) return true
    if (audience.owes() && progress.begun > publication.bound()) return true
    return audience.watching() && progress.begun >= publication.bound() - Math.floor(ups / 2)
  }

  /**
   * How long events may still be joined by others: each seal takes a tick of its own, so whoever sealed the first event at
   * once would make the second wait for the tick after. Undefined where none wait.
   */
  #untilEventsAreSealed(pace: Pace, due: number, nowMs: number): number | undefined {
    const { progress, queue, settings } = this.#o
    if (queue.waiting() === 0 || this.#isAhead(due)) return undefined
    if (queue.waiting() >= EVENTS_PER_TICK) return 0
    const next = Math.max(this.#fixed(), progress.begun, due) + 1
    // A seal that is as slow as a tick has to leave at once.
    const early = Math.min(1_000 / settings.ups, 2 * this.#sealMs + SEAL_MARGIN_MS)
    // Whole milliseconds, as timers count: a wait of less would be over before it began.
    return Math.max(0, Math.ceil(msUntil(pace, nowMs, next) - early))
  }

  #fixed(): number {
    return fixedThrough(this.#o.keeper.ledger)
  }

  #isAhead(due: number): boolean {
    return this.#fixed() >= Math.max(this.#o.progress.begun, due) + LEAD
  }

  async #sealNext(due: number): Promise<void> {
    const { clock, keeper, observer, progress, publication, queue, settings } = this.#o
    const events = queue.takeUpTo(EVENTS_PER_TICK)
    const seal = sealTick(keeper.ledger, {
      begunThrough: progress.begun,
      due,
      eventIds: events.map(({ eventId }) => eventId),
      upto: events.at(-1)?.position ?? 0,
      hashOf: progress.hashed,
    })
    this.#inFlight = seal.data.tick
    const began = clock.monotonic()
    await keeper.seal(seal)
    const { world } = settings
    const durationMs = clock.monotonic() - began
    this.#sealMs += (durationMs - this.#sealMs) / SEALS_MEANT
    observer?.sealed({
      world,
      tick: seal.data.tick,
      events: events.length,
      orders: events,
      durationMs,
    })
    this.#inFlight = Number.POSITIVE_INFINITY
    this.#sealed.push({ seal: seal.data, events })
    publication.offer(progress.done, progress.hashed)
    this.#runBell.ring()
  }
}
