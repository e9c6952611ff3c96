// A kernel in two lives: by its worker, and where the workers are given up, by another kernel at the same state.

import { type Kernel, KernelLost } from '../../../domain/ports/kernel.ts'
import { WorkersGivenUp } from './supervision.ts'

type Calls = Omit<Kernel, 'close'>
type Question = Exclude<keyof Kernel, 'rulesHash' | 'run' | 'close'>

export type SecondKernel = Kernel & {
  /** Whether the other kernel has taken over. */
  tookOver(): boolean
}

/**
 * Calls `first` until it rejects with `WorkersGivenUp`, and from then on what `open` gives, also for the call that was
 * rejected. `close` ends the first.
 */
export function withSecondKernel(
  first: Calls,
  open: (why: string) => Promise<Kernel>,
  close: () => Promise<void>,
): SecondKernel {
  let second: Promise<Kernel> | undefined
  let closed = false
  const either = async <Value>(ask: (kernel: Calls) => Promise<Value>): Promise<Value> => {
    if (closed) throw new KernelLost('the kernel was closed')
    if (second) return ask(await second)
    try {
      return await ask(first)
    } catch (error) {
      if (closed) throw new KernelLost('the kernel was closed', { cause: error })
      if (!(error instanceof WorkersGivenUp)) throw error
      second ??= open(error.message)
      return ask(await second)
    }
  }
  const question =
    <Call extends Question>(call: Call) =>
    (...asked: Parameters<Kernel[Call]>) =>
      either((kernel) => (kernel[call] as (...asked: unknown[]) => Promise<unknown>)(...asked))
  return {
    rulesHash: first.rulesHash,
    run: (batch, watch) => either((kernel) => kernel.run(batch, watch)),
    chunk: question('chunk') as Kernel['chunk'],
    player: question('player') as Kernel['player'],
    statistics: question('statistics') as Kernel['statistics'],
    leaderboard: question('leaderboard') as Kernel['leaderboard'],
    structures: question('structures') as Kernel['structures'],
    structure: question('structure') as Kernel['structure'],
    hash: question('hash') as Kernel['hash'],
    save: question('save') as Kernel['save'],
    pieces: question('pieces') as Kernel['pieces'],
    tookOver: () => second !== undefined,
    async close() {
      closed = true
      await close()
      await (await second?.catch(() => undefined))?.close()
    },
  }
}
