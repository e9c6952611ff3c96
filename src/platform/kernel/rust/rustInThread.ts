// The kernel port by Rust in a Piscina thread of the server itself: the least overhead, and no protection. A panic is
// noticed; a crash takes the server with it, and a batch that hangs hangs for ever.

import { Piscina } from 'piscina'
import {
  type Kernel,
  KernelLost,
  type Pieces,
  StateRefused,
  type WorldSettings,
} from '../../../domain/ports/kernel.ts'
import { tablesAsBytes } from '../../../domain/simulation/tableBytes.ts'
import { watchRun } from '../watchRun.ts'
import { encodeSaved } from '../wire.ts'
import { loadAddon } from './addon.ts'
import type { BuiltKernel } from './built.ts'
import { kernelCalls } from './calls.ts'

/** What the thread (inThread.mjs) is asked. */
export type Asked = { readonly addon: string } & (
  | {
      readonly kind: 'open'
      readonly tables: Uint8Array
      readonly seed: number
      readonly n: number
      readonly threads: number
      readonly pieces: Uint8Array | undefined
    }
  | { readonly kind: 'call'; readonly handle: number; readonly request: Uint8Array }
)

type Told =
  | { readonly kind: 'opened'; readonly handle: number }
  | { readonly kind: 'done'; readonly bytes: Uint8Array; readonly busyMs: number }
  | { readonly kind: 'fault' | 'lost'; readonly text: string }

/** Opens a thread and the world in it, as `OpenKernel` says. */
export async function rustInThread(
  { built, threads }: { readonly built: BuiltKernel; readonly threads: number },
  { seed, n }: WorldSettings,
  from?: Pieces,
): Promise<Kernel> {
  const addon = loadAddon(built.addon)
  const pool = new Piscina<Asked, Told>({
    filename: new URL('./inThread.mjs', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    execArgv: [],
  })
  const { addon: path } = built
  const tables = tablesAsBytes()
  const pieces = from && encodeSaved(from)
  const opened = await pool.run({ addon: path, kind: 'open', tables, seed, n, threads, pieces })
  if (opened.kind !== 'opened') {
    await pool.destroy()
    const text = opened.kind === 'done' ? '' : opened.text
    throw from ? new StateRefused(text) : new RangeError(text)
  }
  const { handle } = opened
  let closed = false
  const ask = async (request: Uint8Array) => {
    if (closed) throw new KernelLost('the kernel was closed')
    const told = await pool.run({ addon: path, kind: 'call', handle, request })
    if (told.kind === 'done') return told
    if (told.kind === 'lost') throw new KernelLost(told.text)
    throw new Error(told.kind === 'fault' ? told.text : 'it was opened twice')
  }
  return {
    ...kernelCalls({
      call: ask,
      callWhole: ask,
      run(request, _, watch) {
        const stop = watchRun(watch, {
          progress: () => addon.worldProgress(handle),
          cancel: () => addon.cancelWorld(handle),
        })
        return ask(request).finally(stop)
      },
    }),
    async close() {
      if (closed) return
      closed = true
      // The thread is in the kernel until the batch has ended, or about to begin it.
      addon.endWorld(handle)
      await pool.close({ force: true })
      addon.closeWorld(handle)
    },
  }
}
