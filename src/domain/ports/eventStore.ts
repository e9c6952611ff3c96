// The port where commands append and projections follow. Every adapter passes test/contracts/eventStore.ts.

import type { Refusal } from '../decider.ts'
import type { DomainEvent } from '../events.ts'

export type EventMetadata = {
  /** UUIDv7, unique in the log. */
  readonly eventId: string
  readonly commandId: string
  /** The account whose command it was; `system` for the server's own (ledger, process managers). */
  readonly account: string
  readonly world?: string
  readonly correlationId: string
  readonly causationId: string
  /** When it was decided: ISO 8601, UTC. */
  readonly at: string
}

/** An event to append: `version` is the version of its type, not of the stream. */
export type NewEvent = DomainEvent & { readonly version: number; readonly metadata: EventMetadata }

export type RecordedEvent = NewEvent & {
  /** Position in the log: from 1, rising; dense where the store says so. */
  readonly position: number
  readonly stream: string
  /** From 1, contiguous within the stream. */
  readonly streamVersion: number
}

/** What a command came to; kept for 48 h and given again to a retry. `position`: of its last event. */
export type Answer =
  | { readonly status: 'accepted'; readonly events: number; readonly position: number }
  | { readonly status: 'unchanged' }
  | ({ readonly status: 'refused' } & Refusal)

/** One command's share of an append: its events, or (with none) a refusal or a no-op to remember. */
export type DecidedCommand = {
  readonly account: string
  readonly commandId: string
  /** SHA-256 (hex) of the canonical payload: the same id with another hash is `CommandIdReused`. */
  readonly payloadHash: string
  readonly outcome: 'accepted' | 'unchanged' | Refusal
  readonly events: readonly NewEvent[]
}

export type AppendResult =
  /** Everything is durable. `answers[i]` belongs to `commands[i]`. */
  | {
      readonly kind: 'appended'
      readonly answers: readonly Answer[]
      readonly streamVersion: number
    }
  /** Nothing was written: the stream stands at `actual`. */
  | { readonly kind: 'conflict'; readonly actual: number }
  /** Nothing was written: these commands (indices) have an answer already, or their id was used with another payload. */
  | {
      readonly kind: 'answered'
      readonly which: readonly { index: number; remembered: Remembered }[]
    }

export type Remembered = { readonly payloadHash: string; readonly answer: Answer }

export type EventStore = {
  /** True where positions have no holes, so that a reader may assert it. */
  readonly dense: boolean
  /**
   * Appends to one stream, all or nothing. `expectedVersion` is the stream's version before (0: it does not exist).
   * Commands without events are remembered too and do not need the stream to exist.
   * `urgent` (seals) goes before whatever waits. Throws `StoreUnavailable` when the outcome is unknown or the store is
   * away, `StoreBusy` when too many appends wait, any other error when the store cannot hold what it was given.
   */
  append(
    stream: string,
    expectedVersion: number,
    commands: readonly DecidedCommand[],
    options?: { readonly urgent?: boolean },
  ): Promise<AppendResult>
  /** The remembered answer of (account, commandId), if it is younger than 48 h. */
  answer(account: string, commandId: string): Promise<Remembered | undefined>
  /** Events of a stream after `afterVersion`, oldest first, in pages of at most `limit`. */
  readStream(stream: string, afterVersion: number, limit: number): Promise<readonly RecordedEvent[]>
  /** Events of the log after `afterPosition`, oldest first. */
  readAll(afterPosition: number, limit: number): Promise<readonly RecordedEvent[]>
  /** Position of the newest event; 0 for an empty log. */
  head(): Promise<number>
  /** Catches up from `afterPosition`, then goes live, in batches without gap or repetition, until `signal` aborts. */
  subscribe(afterPosition: number, signal: AbortSignal): AsyncIterable<readonly RecordedEvent[]>
  /** Appends that wait, where the store has a queue. */
  readonly waiting?: () => number
  close(): Promise<void>
}

/** The store cannot say whether it was written: read again before you decide. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable'
}

/** Too many appends wait: this one was not even tried, and nothing was written. */
export class StoreBusy extends StoreUnavailable {
  override readonly name = 'StoreBusy'
}

/** The log has a hole or a repetition where none may be: whoever reads it stops. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken'
}
