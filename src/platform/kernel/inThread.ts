// The kernel port in the caller's own thread: for tests, and where a thread is not worth its start.

import { setImmediate } from 'node:timers/promises'
import { KernelLost, type OpenKernel } from '../../domain/ports/kernel.ts'
import { createKernelHost } from './kernelHost.ts'

/** A batch lets everybody else have a turn first; other calls are answered in their order with it. */
export const inThreadKernel: OpenKernel = async (settings, from) => {
  const host = createKernelHost(settings, () => performance.now(), from)
  let closed = false
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(call: () => Value): Promise<Value> => {
    const answer = last.then(async () => {
      await setImmediate()
      if (closed) throw new KernelLost('the kernel was closed')
      return call()
    })
    last = answer.catch(() => {})
    return answer
  }
  return {
    rulesHash: host.rulesHash,
    run: (batch, watch) =>
      inTurn(() =>
        host.run(batch, (tick) => {
          watch?.progress?.(tick)
          return !watch?.signal?.aborted
        }),
      ),
    chunk: (chunk) => inTurn(() => host.chunk(chunk)),
    player: (account) => inTurn(() => host.player(account)),
    statistics: (account) => inTurn(() => host.statistics(account)),
    leaderboard: () => inTurn(() => host.leaderboard()),
    structures: (account) => inTurn(() => host.structures(account)),
    structure: (cell) => inTurn(() => host.structure(cell)),
    hash: () => inTurn(() => host.hash()),
    save: () => inTurn(() => host.save()),
    pieces: (bytes) => inTurn(() => host.pieces(bytes)),
    async close() {
      closed = true
    },
  }
}
