// The largest planet on a machine that has no time for it: opening it takes as long as it takes, and no worker is taken for lost;
// one that is killed then is replaced once.

import { type ChildProcess, spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KernelStatus } from '../../src/domain/ports/kernel.ts'
import { rustWorker } from '../../src/platform/kernel/rust/rustWorker.ts'
import { batchThrough } from '../contracts/kernel.ts'
import { built } from '../helpers/builtKernel.ts'

const N = 2_048
/** As src/config.ts has it where nothing else is said. */
const HANG_MS = 5_000
const HOGS_A_CORE = 4

let hogs: ChildProcess[] = []
beforeAll(() => {
  hogs = Array.from({ length: HOGS_A_CORE * cpus().length }, () =>
    spawn('/bin/sh', ['-c', 'while :; do :; done']),
  )
})
afterAll(() => {
  for (const hog of hogs) hog.kill('SIGKILL')
})

it.skipIf(!built)(
  `a planet of N = ${N} is made and loaded beside ${HOGS_A_CORE * cpus().length} busy processes without a loss`,
  async () => {
    const told: KernelStatus[] = []
    const kernel = await rustWorker(
      {
        built: built!,
        threads: 1,
        signal: 'futex',
        spinUs: 0,
        checkpointMs: 1,
        hangMs: HANG_MS,
        say: console.log,
        tell: (status) => told.push(status),
      },
      { world: 'earth', seed: 7, n: N, ups: 20 },
    )
    expect(told).toMatchObject([{ kernel: 'rust', workersLost: 0 }])
    const { hash } = await kernel.run(batchThrough(8))
    process.kill(kernel.pid(), 'SIGKILL')
    expect((await kernel.hash()).hash).toBe(hash)
    expect(kernel.status()).toMatchObject({ kernel: 'rust', workersLost: 1 })
    await kernel.close()
  },
)
