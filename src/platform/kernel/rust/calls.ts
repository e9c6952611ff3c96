// The kernel's port over calls that are bytes, wherever the Rust kernel is that answers them.

import type { Kernel, KernelBatch, RunWatch } from '../../../domain/ports/kernel.ts'
import { rulesHash } from '../../../domain/simulation/rulesHash.generated.ts'
import {
  encodeAccount,
  encodeChunk,
  encodePieces,
  encodePlain,
  encodeRun,
  encodeStructure,
} from '../wire.ts'
import {
  decodeHash,
  decodeLeaderboard,
  decodePieces,
  decodePlayer,
  decodeResult,
  decodeSnapshot,
  decodeStatistics,
  decodeStructure,
  decodeStructures,
} from '../wireReplies.ts'

/** Gives the reply's bytes, and how long the kernel itself took. Rejects with the kernel's refusal. */
export type AskBytes = {
  call(request: Uint8Array): Promise<Answered>
  /** As `call`, for what goes over the whole planet. */
  callWhole(request: Uint8Array): Promise<Answered>
  run(request: Uint8Array, batch: KernelBatch, watch?: RunWatch): Promise<Answered>
}

type Answered = { readonly bytes: Uint8Array; readonly busyMs: number }

/** All calls of the port but its end. */
export function kernelCalls({ call, callWhole, run }: AskBytes): Omit<Kernel, 'close'> {
  const bytesOf = async (request: Uint8Array) => (await call(request)).bytes
  return {
    rulesHash,
    async run(batch, watch) {
      const { bytes, busyMs } = await run(encodeRun(batch), batch, watch)
      return decodeResult(bytes, busyMs)
    },
    chunk: async (chunk) => decodeSnapshot(await bytesOf(encodeChunk(chunk)), chunk),
    player: async (account) => decodePlayer(await bytesOf(encodeAccount('player', account))),
    statistics: async (account) =>
      decodeStatistics(await bytesOf(encodeAccount('statistics', account))),
    leaderboard: async () => decodeLeaderboard(await bytesOf(encodePlain('leaderboard'))),
    structures: async (account) =>
      decodeStructures(await bytesOf(encodeAccount('structures', account))),
    structure: async (cell) => decodeStructure(await bytesOf(encodeStructure(cell))),
    hash: async () => decodeHash(await bytesOf(encodePlain('hash')), 'hash'),
    save: async () => decodeHash((await callWhole(encodePlain('save'))).bytes, 'save'),
    pieces: async (bytes) => decodePieces(await bytesOf(encodePieces(bytes))),
  }
}

/** The batch as if it had been asked for through `tick` only. */
export const shortened = (batch: KernelBatch, tick: number): KernelBatch => ({
  ...batch,
  through: tick,
  events: batch.events.filter((due) => due.tick <= tick),
})
