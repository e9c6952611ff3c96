// What crosses between the server and a kernel's thread: one call, one reply.

import type { Pieces, WorldSettings } from '../../domain/ports/kernel.ts'
import type { KernelHost } from './kernelHost.ts'

type KernelCall = Exclude<keyof KernelHost, 'rulesHash'>

export type KernelRequest =
  | { readonly call: 'open'; readonly asked: readonly [WorldSettings, Pieces | undefined] }
  | { readonly call: KernelCall; readonly asked: readonly unknown[] }

export type KernelReply =
  | { readonly kind: 'answer'; readonly value: unknown }
  /** The call failed; the state stands. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The state to open with is none. */
  | { readonly kind: 'refused'; readonly message: string }
  /** This thread has no world: it was started in place of one that died. */
  | { readonly kind: 'empty' }
