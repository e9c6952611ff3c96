// What crosses between the server and a kernel's thread: one call, one reply.

import type { KernelBatch, Pieces, WorldSettings } from '../../domain/ports/kernel.ts'
import type { KernelHost } from './kernelHost.ts'

type KernelCall = Exclude<keyof KernelHost, 'rulesHash' | 'run'>

export type KernelRequest =
  | {
      readonly call: 'open'
      readonly asked: readonly [WorldSettings, Pieces | Uint8Array | undefined]
    }
  | {
      readonly call: 'run'
      readonly asked: readonly [KernelBatch]
      /** Of two words: not 0 to end the batch; the tick that it is at. */
      readonly watched: Float64Array | undefined
    }
  | { readonly call: KernelCall; readonly asked: readonly unknown[] }

export type KernelReply =
  | { readonly kind: 'answer'; readonly value: unknown }
  /** The call failed; the state stands. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The state to open with is none. */
  | { readonly kind: 'refused'; readonly message: string }
  /** This thread has no world: it was started in place of one that died. */
  | { readonly kind: 'empty' }
