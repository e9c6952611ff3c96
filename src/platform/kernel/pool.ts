// The kernel port on a Piscina pool of one pinned thread per world: no other world waits for it, and only what is
// asked for crosses between the threads.

import { Piscina } from 'piscina'
import {
  type Kernel,
  KernelLost,
  type KernelResult,
  type Pieces,
  StateRefused,
  type WorldSettings,
} from '../../domain/ports/kernel.ts'
import type { KernelReply, KernelRequest } from './protocol.ts'
import { withThreadProgram } from './threadProgram.ts'
import { watchRun } from './watchRun.ts'

export type PinnedKernel = Kernel & {
  /** Kills the thread, as a crash would: for tests. */
  crash(): Promise<void>
}

/**
 * Opens a thread and the world in it, as `OpenKernel` says, or from a whole state as bytes. Calls reject with `KernelLost` once the thread has died.
 */
export function piscinaKernel(
  settings: WorldSettings,
  from?: Pieces | Uint8Array,
): Promise<PinnedKernel> {
  return withThreadProgram((program) => openKernel(program, settings, from))
}

async function openKernel(
  filename: string,
  settings: WorldSettings,
  from?: Pieces | Uint8Array,
): Promise<PinnedKernel> {
  const pool = new Piscina<KernelRequest, KernelReply>({
    filename,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    // Not the server's own: a loader of TypeScript would only cost here.
    execArgv: [],
  })
  // A thread that dies idle reports here, and to whoever calls next.
  let lost: KernelLost | undefined
  let closing: Promise<void> | undefined
  const lose = (error: Error) => {
    lost ??= new KernelLost(`the kernel's thread died: ${error.message}`, { cause: error })
  }
  pool.on('error', lose)

  const ask = async <Value>(request: KernelRequest): Promise<Value> => {
    if (lost) throw lost
    const reply = await pool.run(request).catch((error: Error): KernelReply => {
      lose(error)
      return { kind: 'empty' }
    })
    if (reply.kind === 'answer') return reply.value as Value
    if (reply.kind === 'failed') throw new Error(reply.message)
    if (reply.kind === 'refused') throw new StateRefused(reply.message)
    throw lost ?? new KernelLost("the kernel's thread was replaced by one without a world")
  }
  const rulesHash = await ask<string>({ call: 'open', asked: [settings, from] }).catch(
    async (error) => {
      await pool.destroy()
      throw error
    },
  )
  return {
    rulesHash,
    async run(batch, watch) {
      if (!watch) return ask({ call: 'run', asked: [batch], watched: undefined })
      // The thread does not listen while it runs: it looks at shared memory after each tick.
      const watched = new Float64Array(new SharedArrayBuffer(16))
      const stop = watchRun(watch, {
        progress: () => watched[1]!,
        cancel: () => {
          watched[0] = 1
        },
      })
      return ask<KernelResult>({ call: 'run', asked: [batch], watched }).finally(stop)
    },
    chunk: (chunk) => ask({ call: 'chunk', asked: [chunk] }),
    player: (account) => ask({ call: 'player', asked: [account] }),
    statistics: (account) => ask({ call: 'statistics', asked: [account] }),
    leaderboard: () => ask({ call: 'leaderboard', asked: [] }),
    structures: (account) => ask({ call: 'structures', asked: [account] }),
    structure: (cell) => ask({ call: 'structure', asked: [cell] }),
    hash: () => ask({ call: 'hash', asked: [] }),
    save: () => ask({ call: 'save', asked: [] }),
    pieces: (bytes) => ask({ call: 'pieces', asked: [bytes] }),
    async close() {
      lost ??= new KernelLost('the kernel was closed')
      closing ??= pool.destroy()
      await closing
    },
    async crash() {
      for (const thread of pool.threads) await thread.terminate()
    },
  }
}
