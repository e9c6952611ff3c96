// Keeps one world's ledger for one engine: reads it, appends to it, and finds out what came of an append.

import { createHash } from 'node:crypto'
import { eventVersions, type LedgerEvent } from '../domain/events.ts'
import {
  emptyLedger,
  evolveLedger,
  horizonOf,
  type Ledger,
  LedgerBroken,
  type RulesChanged,
  startEngine,
} from '../domain/ledger.ts'
import {
  type DecidedCommand,
  type EventStore,
  type RecordedEvent,
  StoreUnavailable,
} from '../domain/ports/eventStore.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Chance, Clock, Scheduler } from '../domain/ports/time.ts'
import { ledgerStream } from '../domain/streams.ts'
import { upcast } from '../domain/upcasts.ts'

/** Another engine has started: this one may neither seal nor publish any more. */
export class Fenced extends Error {
  override readonly name = 'Fenced'
}

export type SealEvent = Extract<LedgerEvent, { type: 'TickSealed' }>

/** The ledger as it stood after one of its events: where a reader may go on, if that event is there. */
export type LedgerMark = { readonly ledger: Ledger; readonly eventId: string }

export type LedgerKeeperPorts = {
  readonly store: EventStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly chance: Chance
  readonly settings: WorldSettings
  readonly engineId: string
  /** Ends all waiting: what is under way then rejects with its reason. */
  readonly signal: AbortSignal
}

const PAGE = 1_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Seals are at most a few ticks ahead of the kernel. */
const MARKS_KEPT = 64

export class LedgerKeeper {
  readonly #ports: LedgerKeeperPorts
  readonly #stream: string
  #ledger: Ledger = emptyLedger
  #startedAt = 0
  #marks: LedgerMark[] = []

  constructor(ports: LedgerKeeperPorts) {
    this.#ports = ports
    this.#stream = ledgerStream(ports.settings.world)
  }

  /** As far as it is known to be durable. */
  get ledger(): Ledger {
    return this.#ledger
  }

  /** Version of this engine's EngineStarted: one above it is another engine's. 0 before start(). */
  get startedAt(): number {
    return this.#startedAt
  }

  /** The newest mark that every seal through `tick` is in and none after it; undefined where it is long ago. */
  markAt(tick: number): LedgerMark | undefined {
    return this.#marks.findLast(({ ledger }) => ledger.lastSeal <= tick)
  }

  /** Whether the mark is of this very ledger. */
  async holds({ ledger, eventId }: LedgerMark): Promise<boolean> {
    const [event] = await this.#page(ledger.version - 1)
    return event?.metadata.eventId === eventId
  }

  /** Reads what there is; what `from` has folded is not read again, if nothing was read so far. */
  async read(from?: LedgerMark): Promise<void> {
    if (from && this.#ledger.version === 0) {
      this.#ledger = from.ledger
      this.#marks.push(from)
    }
    await this.#readOn()
  }

  /**
   * Reads the ledger and appends EngineStarted, with `change` before it where the world goes on under other rules.
   * Rejects with `RulesDiffer` or `LedgerBroken`.
   */
  async start(rulesHash: string, change?: RulesChanged): Promise<void> {
    await this.#readOn()
    if (change && this.#ledger.rulesHash === change.data.from) await this.#change(change)
    const { settings, engineId, signal } = this.#ports
    const { world, ups } = settings
    for (let tries = 0; this.#ledger.engine !== engineId; tries++) {
      signal.throwIfAborted()
      const horizon = horizonOf(ups)
      const start = startEngine(this.#ledger, { world, engine: engineId, rulesHash, horizon })
      const { version } = this.#ledger
      const command = decided(this.#ports, start, `start-${world}-${engineId}-${version}`)
      if (await this.#append(start, command)) return
      await this.#readOn()
      if (this.#ledger.version === version) await this.#pause(tries)
    }
  }

  /**
   * Appends a seal; resolves once it is durable, however often the store is away meanwhile.
   * Rejects with `Fenced` when another engine has started.
   */
  async seal(seal: SealEvent): Promise<void> {
    // The very same command each time: whichever try is written, it is this seal, and it is written once.
    const command = decided(this.#ports, seal, this.#sealId(seal))
    const before = this.#ledger.version
    for (let tries = 0; ; tries++) {
      if (await this.#append(seal, command)) return
      await this.#readOn()
      const { engine, version, lastSeal, emptyThrough } = this.#ledger
      if (engine !== this.#ports.engineId) {
        const { world } = this.#ports.settings
        throw new Fenced(`engine ${engine} has taken over world ${world} at tick ${emptyThrough}`)
      }
      if (version === before + 1 && lastSeal === seal.data.tick) return
      if (version > before) {
        throw new LedgerBroken(
          `version ${version} of ${this.#stream} is not the seal of tick ${seal.data.tick}`,
        )
      }
      await this.#pause(tries)
    }
  }

  /** One try, for the way out; true if it is durable. */
  async trySeal(seal: SealEvent): Promise<boolean> {
    return (await this.#append(seal, decided(this.#ports, seal, this.#sealId(seal)))) === true
  }

  /** The ledger after version `from` through what is known, in pages. */
  async *pages(from = 0): AsyncGenerator<readonly LedgerEvent[], void, void> {
    const through = this.#ledger.version
    for (let after = from; after < through; ) {
      const events = (await this.#page(after)).slice(0, through - after)
      if (events.length === 0) {
        throw new LedgerBroken(`${this.#stream} ends before version ${through}`)
      }
      after += events.length
      yield events.map(ledgerEvent)
    }
  }

  /** Rejects with `Fenced` where somebody else runs the world meanwhile: the state to go on from is no longer its last. */
  async #change(change: RulesChanged): Promise<void> {
    const command = decided(
      this.#ports,
      change,
      `rules-${this.#ports.engineId}-${change.data.tick}`,
    )
    for (let tries = 0; this.#ledger.rulesHash === change.data.from; tries++) {
      this.#ports.signal.throwIfAborted()
      const { version } = this.#ledger
      if (await this.#append(change, command)) return
      await this.#readOn()
      if (this.#ledger.version === version) await this.#pause(tries)
      else if (this.#ledger.rulesHash === change.data.from) {
        throw new Fenced(`engine ${this.#ledger.engine} runs world ${this.#ports.settings.world}`)
      }
    }
  }

  #take(event: LedgerEvent, eventId: string): void {
    this.#ledger = evolveLedger(this.#ledger, event)
    this.#marks.push({ ledger: this.#ledger, eventId })
    if (this.#marks.length > MARKS_KEPT) this.#marks.shift()
    if (event.type === 'EngineStarted' && event.data.engine === this.#ports.engineId) {
      this.#startedAt = this.#ledger.version
    }
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const events = await this.#page(this.#ledger.version)
      for (const event of events) this.#take(ledgerEvent(event), event.metadata.eventId)
      if (events.length < PAGE) return
    }
  }

  /** A page of the ledger, asked for again as long as the store is away. */
  async #page(after: number): Promise<readonly RecordedEvent[]> {
    for (let tries = 0; ; tries++) {
      this.#ports.signal.throwIfAborted()
      try {
        return await this.#ports.store.readStream(this.#stream, after, PAGE)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        await this.#pause(tries)
      }
    }
  }

  /** True: it is durable. False: it was not written. undefined: the store does not say what came of it. */
  async #append(event: LedgerEvent, command: DecidedCommand): Promise<boolean | undefined> {
    const { version } = this.#ledger
    try {
      const result = await this.#ports.store.append(this.#stream, version, [command], {
        urgent: true,
      })
      if (result.kind !== 'appended') return false
      this.#take(event, command.events[0]?.metadata.eventId ?? '')
      return true
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      return undefined
    }
  }

  async #pause(tries: number): Promise<void> {
    const { scheduler, signal } = this.#ports
    await scheduler.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), signal)
    signal.throwIfAborted()
  }

  /** Of this world's own: the worlds of one server share its engine's name, and answers are remembered by id. */
  #sealId(seal: SealEvent): string {
    const { engineId, settings } = this.#ports
    return `seal-${settings.world}-${engineId}-${seal.data.tick}`
  }
}

function ledgerEvent(recorded: RecordedEvent): LedgerEvent {
  return upcast(recorded) as LedgerEvent
}

function decided(ports: LedgerKeeperPorts, event: LedgerEvent, commandId: string): DecidedCommand {
  const metadata = {
    eventId: ports.chance.uuid(),
    commandId,
    account: 'system',
    world: ports.settings.world,
    correlationId: commandId,
    causationId: commandId,
    at: new Date(ports.clock.now()).toISOString(),
  }
  return {
    account: 'system',
    commandId,
    payloadHash: createHash('sha256').update(JSON.stringify(event)).digest('hex'),
    outcome: 'accepted',
    events: [{ ...event, version: eventVersions[event.type] ?? 1, metadata }],
  }
}
