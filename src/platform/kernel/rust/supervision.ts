// What whoever has a supervised worker says and is told.

import type { WorldSettings } from '../../../domain/ports/kernel.ts'
import type { Signal } from './addon.ts'
import type { BuiltKernel } from './built.ts'
import type { KeptBounds } from './keptBatches.ts'

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
  /** A worker that has been at work for so long without a heartbeat is taken for hanging. */
  readonly hangMs: number
  /** What the answer to a run says of the state: whoever runs the same again says the same. */
  readonly proof: (answer: Uint8Array) => string
  readonly say: (line: string) => void
  /** A worker was lost, and another one has taken its place. */
  readonly replaced?: (lossesInAll: number) => void
  /** States that were to be saved and were not, in all. */
  readonly unsaved?: (inAll: number) => void
  /** No worker can be had for want of memory, and none is given up for it. */
  readonly starved?: (why: string) => void
  /** Once it aborts, nobody waits for memory any more. */
  readonly stopping?: AbortSignal | undefined
  /** A child that saves may take so long; without it, as long as what goes over the whole planet. */
  readonly saveMs?: number
  /** How much is kept of what came after a checkpoint. */
  readonly keep?: KeptBounds
  /** Between a second loss in a row and the next worker; twice as long after each further one. */
  readonly pauseMs?: number
  /** How many processes the machine has ended for want of memory. */
  readonly endedForMemory?: () => number
}

/** What a world begins with: a whole state and its tick, or pieces (`encodeSaved`); a new one without. */
export type From =
  | { readonly state: Uint8Array; readonly tick: number }
  | { readonly pieces: Uint8Array }

/** A call that changes the state: it is kept, to be run again. */
export type Run<Batch> = {
  readonly batch: Batch
  /** Whether it was asked for through this tick. */
  endsWith(tick: number): boolean
  /** The same, ended with an earlier tick. */
  shortened(tick: number): { readonly batch: Batch; readonly payload: Uint8Array }
}

/** A whole state, and what is to be run on top of it. */
export type Remains<Batch> = {
  /** undefined: the world as its seed makes it. */
  readonly state: Uint8Array | undefined
  readonly runs: readonly { readonly batch: Batch; readonly proof: string }[]
}

/** The worker refused to open the world. */
export class OpenRefused extends Error {
  override readonly name = 'OpenRefused'
}

/** Worker after worker was lost without getting any further. `remains` tells how to go on by other means. */
export class WorkersGivenUp extends Error {
  override readonly name = 'WorkersGivenUp'
  /** Workers that were lost. */
  readonly losses: number

  constructor(why: string, losses: number) {
    super(why)
    this.losses = losses
  }
}

/** What is said where the same was run again and came out otherwise. */
export const determinismBroken = (through: number, before: string, after: string): string =>
  `DETERMINISM IS BROKEN: the ticks through ${through}, run again, came to ${after}; before the worker was lost they had come to ${before}`
