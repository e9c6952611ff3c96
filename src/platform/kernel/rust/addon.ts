// The Node addon (compute/node): loads it, and says what it offers.

import { createRequire } from 'node:module'

/** How server and worker wake one another. */
export type Signal = 'futex' | 'eventfd' | 'signal'

export type RegionOptions = {
  /** u32 both. */
  readonly n: number
  readonly seed: number
  readonly signal: Signal
  readonly spinUs: number
  /** How much work may be lost with a worker; 0: no checkpoints but those that are asked for. */
  readonly checkpointMs: number
  /** A child may take so long to save; twice as long after each that did not get done. */
  readonly saveMs: number
  /** Room for requests, for answers and for a saved state. Memory that is not written costs nothing. */
  readonly requestBytes: number
  readonly responseBytes: number
  readonly slotBytes: number
}

export type Operation = 'create' | 'load' | 'resume' | 'call' | 'echo' | 'checkpoint'

/** Of a request: commit a checkpoint soon after it. */
export const WANT_CHECKPOINT = 1

type Waited =
  /** The heartbeat moves as long as the worker does. */
  | { readonly kind: 'pending'; readonly heartbeat: number }
  | {
      readonly kind: 'done'
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly tick: number
      readonly busyMs: number
    }
  /** Refused; the world stands. */
  | { readonly kind: 'fault'; readonly text: string }
  /** The worker has died, or what it wrote can not be trusted. */
  | { readonly kind: 'lost'; readonly text: string }

export type Told = Exclude<Waited, { kind: 'pending' }>

/** What the waiting thread (waiting.mjs) is asked. */
export type Asked = {
  /** Path of the addon. */
  readonly addon: string
  readonly handle: number
  /** The worker's process. */
  readonly pid: number
  /** `ready` is no request: it is answered, with nothing, once the worker takes any. */
  readonly operation: Operation | 'ready'
  readonly flags: number
  readonly payload: Uint8Array
  /** A worker that has been at work for so long without moving is taken for hanging. */
  readonly hangMs: number
}

export type SavedState = {
  readonly tick: number
  /** 16 hex digits. */
  readonly hash: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Handles are good in all threads of this process. All throw for a handle that is none. */
export type Addon = {
  /** Signals that work here, the best first; whether a wait sees a death at once. */
  abilities(): { readonly signals: readonly Signal[]; readonly waitv: boolean }
  openRegion(options: RegionOptions): number
  closeRegion(handle: number): void
  /** The region's, the worker's bell, the server's bell; -1: none. */
  regionDescriptors(handle: number): readonly [number, number, number]
  /** Makes the region ready for the next worker; the last one must have ended. */
  handOver(handle: number): void
  workerStarted(handle: number, pid: number): void
  /** Wakes who waits for an answer that will not come. */
  workerEnded(handle: number): void
  workerIsReady(handle: number): boolean
  /** The request's number, or why there will be no answer. Throws where there is no room for it. */
  submit(handle: number, operation: Operation, flags: number, payload: Uint8Array): number | string
  /** Blocks the calling thread. */
  wait(handle: number, seq: number, sliceMs: number): Waited
  /** The batch that was submitted last ends with the tick that it is at. */
  cancel(handle: number): void
  /** The tick that the batch under way has come to. */
  progress(handle: number): number
  committed(handle: number): Omit<SavedState, 'bytes'> | null
  /** The last committed state, copied out; null: there is none, or it was damaged. */
  committedState(handle: number): SavedState | null
  /** States that were to be saved and were not, in all; why the last one was not. */
  unsaved(handle: number): { readonly count: number; readonly why: string }
  /** For the next worker to load; only while there is none. */
  commitState(handle: number, bytes: Uint8Array, tick: number): void
  /** A world in this process: new, or the one that `pieces` keep. Throws its refusal; a message of `lost: …`: it is gone. */
  openWorld(
    tables: Uint8Array,
    seed: number,
    n: number,
    threads: number,
    pieces?: Uint8Array,
  ): number
  /** In the calling thread. Throws as `openWorld`. */
  callWorld(handle: number, request: Uint8Array): Uint8Array<ArrayBuffer>
  /** The batch under way ends with the tick that it is at. */
  cancelWorld(handle: number): void
  /** So does every batch from here on, also one that has not begun: before `closeWorld`. */
  endWorld(handle: number): void
  worldProgress(handle: number): number
  closeWorld(handle: number): void
}

/** Throws where the addon is not for this Node. */
export function loadAddon(path: string): Addon {
  return createRequire(import.meta.url)(path) as Addon
}
