// A thousand workers of three worlds, one after another: the server has as many processes, descriptors and maps of memory after
// them as before.

import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { builtCounter } from '../helpers/builtKernel.ts'
import { countingWorkers, runThrough, signals } from '../helpers/countingWorker.ts'
import { childrenOf } from '../helpers/processes.ts'

const ROUNDS = 334
const { open, close } = countingWorkers()
afterAll(close)

const maps = () => (readFileSync('/proc/self/maps', 'utf8').match(/orrery-kernel/g) ?? []).length
const held = () => ({
  descriptors: readdirSync('/proc/self/fd').length,
  children: childrenOf(process.pid).length,
  maps: maps(),
})

describe.skipIf(!builtCounter)('a thousand workers that are killed and replaced', () => {
  it('leave nothing behind', async () => {
    const workers = await Promise.all(signals.map((signal) => open({ signal })))
    const round = async (through: number) => {
      for (const { pid } of workers) process.kill(pid, 'SIGKILL')
      await Promise.all(workers.map((worker) => runThrough(worker, through)))
    }
    await round(100)
    const before = held()
    for (let rounds = 2; rounds <= ROUNDS; rounds++) await round(rounds * 100)
    expect(held()).toEqual(before)
    expect(workers.map(({ losses }) => losses)).toEqual(signals.map(() => ROUNDS))
    await close()
    expect(maps()).toBe(0)
  }, 600_000)
})
