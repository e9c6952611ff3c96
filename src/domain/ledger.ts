// The tick ledger as a pure machine: which events apply at which tick, how far one may publish, who may seal.
// docs/tick-ledger.md tells why it is so.

import { digestOf } from './digest.ts'
import type { LedgerEvent, WorldId } from './events.ts'

export type Hashed = { readonly tick: number; readonly hash: string }

/** The ledger folded so far. Ticks begin at 1; tick 0 is the world as it was founded. */
export type Ledger = {
  /** Events folded: the stream's version, hence the next append's expected version. */
  readonly version: number
  /** Who started last: only this engine may seal. */
  readonly engine: string | undefined
  /** Of the rules that the ticks so far ran under. */
  readonly rulesHash: string | undefined
  readonly lastSeal: number
  /** Of the last EngineStarted: ticks through here that no seal covers had no events. */
  readonly emptyThrough: number
  /** Simulation events of the world that have their tick. */
  readonly sealedEvents: number
  /** Log position of the newest of them. */
  readonly upto: number
  /** What the newest seal testified. */
  readonly hashOf: Hashed | undefined
  /** The last change of rules, and the ledger version that says so: nothing before it can be run under these rules. */
  readonly rulesChanged: (RulesChanged['data'] & { readonly version: number }) | undefined
}

export type Seal = Extract<LedgerEvent, { type: 'TickSealed' }>['data']
export type EngineStarted = Extract<LedgerEvent, { type: 'EngineStarted' }>
export type RulesChanged = Extract<LedgerEvent, { type: 'RulesChanged' }>

/** A ledger that no engine can have written, or a log that does not hold what the ledger says. */
export class LedgerBroken extends Error {
  override readonly name = 'LedgerBroken'
}

/** The ledger was written under other rules than ours: it is never replayed under ours in silence. */
export class RulesDiffer extends Error {
  override readonly name = 'RulesDiffer'
}

export const emptyLedger: Ledger = {
  version: 0,
  engine: undefined,
  rulesHash: undefined,
  lastSeal: 0,
  emptyThrough: 0,
  sealedEvents: 0,
  upto: 0,
  hashOf: undefined,
  rulesChanged: undefined,
}

/** Folds one event. Throws `LedgerBroken` where ticks would run backwards. */
export function evolveLedger(ledger: Ledger, event: LedgerEvent): Ledger {
  const version = ledger.version + 1
  switch (event.type) {
    case 'EngineStarted': {
      const { engine, rulesHash, emptyThrough } = event.data
      if (emptyThrough < fixedThrough(ledger)) {
        throw new LedgerBroken(
          `ledger version ${version}: an engine starts after tick ${emptyThrough}, but tick ${fixedThrough(ledger)} is fixed`,
        )
      }
      return { ...ledger, version, engine, rulesHash, emptyThrough }
    }
    case 'TickSealed': {
      const { tick, count, hashOf } = event.data
      if (ledger.engine === undefined) {
        throw new LedgerBroken(
          `ledger version ${version}: tick ${tick} is sealed before any engine started`,
        )
      }
      if (tick <= fixedThrough(ledger)) {
        throw new LedgerBroken(
          `ledger version ${version}: seals tick ${tick}, but tick ${fixedThrough(ledger)} is fixed`,
        )
      }
      const sealedEvents = ledger.sealedEvents + count
      const upto = Math.max(ledger.upto, event.data.upto)
      return { ...ledger, version, lastSeal: tick, sealedEvents, upto, hashOf }
    }
    case 'RulesChanged': {
      const { from, to } = event.data
      if (from !== ledger.rulesHash) {
        throw new LedgerBroken(
          `ledger version ${version}: the rules change from ${from}, but they were ${ledger.rulesHash}`,
        )
      }
      return { ...ledger, version, rulesHash: to, rulesChanged: { ...event.data, version } }
    }
  }
}

/** Through this tick it is settled for ever which events apply. */
export const fixedThrough = (ledger: Ledger) => Math.max(ledger.lastSeal, ledger.emptyThrough)

/** Ticks in one second: how far beyond the last seal one may publish. */
export const horizonOf = (ups: number) => ups

/**
 * The newest tick that may be shown to anybody: whoever takes over runs through it, with the same events.
 * `horizon` in ticks.
 */
export const publishableThrough = (ledger: Ledger, horizon: number) =>
  Math.max(ledger.lastSeal + horizon, ledger.emptyThrough)

/**
 * What a new engine appends before it runs anything. It settles as empty whatever an engine before it may have
 * shown beyond its last seal. Throws `RulesDiffer`, naming both hashes and the way out.
 */
export function startEngine(
  ledger: Ledger,
  start: { world: WorldId; engine: string; rulesHash: string; horizon: number },
): EngineStarted {
  const { world, engine, rulesHash, horizon } = start
  assertRules(ledger, world, rulesHash)
  const emptyThrough = publishableThrough(ledger, horizon)
  return { type: 'EngineStarted', data: { world, engine, rulesHash, emptyThrough } }
}

/** Throws `RulesDiffer`, naming both hashes and the ways out, where the world ran under other rules. */
export function assertRules(ledger: Ledger, world: WorldId, rulesHash: string): void {
  if (ledger.rulesHash === undefined || ledger.rulesHash === rulesHash) return
  throw new RulesDiffer(
    `world ${world} was run under the rules ${ledger.rulesHash}, this version has the rules ${rulesHash}: ` +
      'run the version that wrote it, take the world over with MIGRATE_RULES=yes (docs/operating.md), ' +
      'or start with a fresh DATA_DIR',
  )
}

/**
 * What stands in the ledger before an engine with other rules may start: the world goes on from a state that the old
 * ones made. Throws `RulesDiffer` where more than that state was played: `appliedEvents` of the sealed ones are in it.
 */
export function changeRules(
  ledger: Ledger,
  change: { world: WorldId; to: string; tick: number; stateHash: string; appliedEvents: number },
): RulesChanged {
  const { world, to, tick, stateHash, appliedEvents } = change
  const from = ledger.rulesHash ?? ''
  if (appliedEvents < ledger.sealedEvents || ledger.lastSeal > tick) {
    throw new RulesDiffer(
      `world ${world} cannot be taken over from the rules ${from}: its last snapshot is of tick ${tick}, ` +
        `and tick ${ledger.lastSeal} was sealed since. Run the version that wrote it once more and stop it in order`,
    )
  }
  return { type: 'RulesChanged', data: { tick, from, to, stateHash } }
}

/**
 * Seals the next events into the earliest tick that is neither settled, nor begun, nor due.
 * `begunThrough`: the newest tick handed to the kernel; `due`: the newest that the clock asks for;
 * `hashOf`: the newest tick whose hash is known; `upto`: log position of the last event.
 */
export function sealTick(
  ledger: Ledger,
  seal: {
    begunThrough: number
    due: number
    eventIds: readonly string[]
    upto: number
    hashOf: Hashed
  },
): Extract<LedgerEvent, { type: 'TickSealed' }> {
  return {
    type: 'TickSealed',
    data: {
      tick: Math.max(fixedThrough(ledger), seal.begunThrough, seal.due) + 1,
      count: seal.eventIds.length,
      digest: digestOf(seal.eventIds),
      upto: seal.upto,
      hashOf: seal.hashOf,
    },
  }
}

/** Throws `LedgerBroken` where the events of a seal are not the ones it was made over. */
export function verifySeal(seal: Seal, eventIds: readonly string[]): void {
  if (eventIds.length !== seal.count) {
    throw new LedgerBroken(
      `tick ${seal.tick} was sealed with ${seal.count} events, the log gives ${eventIds.length}`,
    )
  }
  const digest = digestOf(eventIds)
  if (digest !== seal.digest) {
    throw new LedgerBroken(
      `tick ${seal.tick} was sealed over events of digest ${seal.digest}, the log gives ${digest}`,
    )
  }
}

/** Throws `LedgerBroken`, naming the tick and both hashes, where a run differs from what was testified. */
export function verifyHash(testified: Hashed, computed: string): void {
  if (testified.hash !== computed) {
    throw new LedgerBroken(
      `the replay diverges at tick ${testified.tick}: the ledger has the state hash ${testified.hash}, this run has ${computed}`,
    )
  }
}
