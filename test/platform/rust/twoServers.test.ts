// Two servers on one machine that run a world of the same name with the same settings at the same time, and one is killed.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { builtCounter } from '../../helpers/builtKernel.ts'
import { countingWorkers, runThrough, signals } from '../../helpers/countingWorker.ts'
import type { OtherServerTold } from '../../helpers/otherServer.ts'

const { open, close } = countingWorkers()
const program = new URL('../../helpers/otherServer.ts', import.meta.url).pathname

afterEach(close)

/** The shared memories that a process has, by their inodes. */
function memoriesOf(pid: number | string): string[] {
  try {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8')
    return [...maps.matchAll(/ (\d+) +\/memfd:orrery-kernel/g)].map(([, inode]) => inode!)
  } catch {
    return []
  }
}

const inAll = (pids: readonly (number | string)[]) => [...new Set(pids.flatMap(memoriesOf))].sort()
const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

describe.skipIf(!builtCounter)('two servers with a world of the same name', () => {
  it('never meet, and one that is killed takes nothing of the other along', async () => {
    const other = fork(program, { execArgv: ['--import', 'tsx'] })
    const ours = await Promise.all(signals.map((signal) => open({ signal })))
    await once(other, 'message')
    const runBoth = async (through: number) => {
      const told = once(other, 'message')
      other.send(through)
      const digests = await Promise.all(ours.map((worker) => runThrough(worker, through)))
      const [theirs] = (await told) as [OtherServerTold]
      expect(theirs.digests).toEqual(digests)
      return theirs
    }
    for (let through = 1_000; through < 20_000; through += 1_000) await runBoth(through)
    const { pids } = await runBoth(20_000)
    const ourMemories = inAll([process.pid])
    const theirMemories = inAll([other.pid!])
    expect(inAll(ours.map(({ pid }) => pid))).toEqual(ourMemories)
    expect(inAll(pids)).toEqual(theirMemories)
    expect(ourMemories).toHaveLength(signals.length)
    expect(theirMemories).toHaveLength(signals.length)
    expect(theirMemories.filter((one) => ourMemories.includes(one))).toEqual([])

    other.kill('SIGKILL')
    await vi.waitFor(() => {
      const left = inAll(processes())
      expect(theirMemories.filter((one) => left.includes(one))).toEqual([])
    })
    expect(inAll([process.pid])).toEqual(ourMemories)
    const next = await Promise.all(ours.map((worker) => runThrough(worker, 21_000)))
    expect(new Set(next).size).toBe(1)
    for (const { pid } of ours) process.kill(pid, 'SIGKILL')
    expect(await Promise.all(ours.map((worker) => runThrough(worker, 21_000)))).toEqual(next)
    expect(ours.map(({ losses }) => losses)).toEqual([1, 1, 1])
  })
})
