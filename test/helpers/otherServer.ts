// A server beside the test's own, as far as it has workers: of the same world with the same settings, by every signal. Asked to
// run through a tick it does so with each, and tells their processes and digests.

import { countingWorkers, runThrough, signals } from './countingWorker.ts'

export type OtherServerTold = {
  readonly pids: readonly number[]
  readonly digests: readonly string[]
}

const { open } = countingWorkers()
const workers = await Promise.all(signals.map((signal) => open({ signal })))

process.on('message', async (through: number) => {
  const digests = await Promise.all(workers.map((worker) => runThrough(worker, through)))
  process.send?.({ pids: workers.map(({ pid }) => pid), digests } satisfies OtherServerTold)
})
process.send?.('ready')
