// One worker's process, from its start to its end.

import { type ChildProcess, spawn } from 'node:child_process'
import type { Addon } from './addon.ts'

/** What a worker says on its way out: the end of it is enough. */
const WORDS_KEPT = 2_000

export type WorkerProcess = {
  readonly pid: number
  /** Ends it, if it has not ended; resolves once it has. */
  kill(): Promise<void>
  /** What is known of its end. */
  lastWords(): string
}

/**
 * Starts a worker on the region behind `handle`; the addon tells once it takes requests. It ends by itself when this process does.
 * Rejects where there is no such program.
 */
export async function startWorker(options: {
  readonly program: string
  readonly addon: Addon
  readonly handle: number
  readonly world: string
  readonly threads: number
}): Promise<WorkerProcess> {
  const { program, addon, handle, world, threads } = options
  const given = addon.regionDescriptors(handle)
  // The worker finds them as 3, 4 and 5.
  const names = given.map((descriptor, place) => String(descriptor < 0 ? -1 : place + 3))
  const [region = '', worker = '', server = ''] = names
  const numbers = ['--region', region, '--worker', worker, '--server', server]
  const rest = ['--parent', String(process.pid), '--threads', String(threads), '--world', world]
  const child = spawn(program, [...numbers, ...rest], {
    stdio: ['ignore', 'ignore', 'pipe', ...given.map((fd) => (fd < 0 ? 'ignore' : fd))],
    env: {},
  })
  await started(child)
  const pid = child.pid ?? 0
  let words = ''
  let ended = false
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-WORDS_KEPT)
  })
  const end = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true
      words ||= signal ? `it was ended by ${signal}` : `it ended with code ${code}`
      try {
        addon.workerEnded(handle)
      } catch {
        // The region is closed: nobody waits at it any more.
      }
      resolve()
    })
  })
  addon.workerStarted(handle, pid)
  return {
    pid,
    async kill() {
      if (!ended) child.kill('SIGKILL')
      await end
    },
    lastWords: () => words.trim(),
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
}
