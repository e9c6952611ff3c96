// A process that has little memory, in a control group of its own, and a worker in it that is asked for more than there is. Tells its
// parent what came of it, or that such a group cannot be made here. `wantOfMemory.test.ts` in test/long starts it.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countingWorkers, runThrough } from './countingWorker.ts'

export type ScarceServerTold =
  | { readonly skipped: string }
  | {
      readonly losses: number
      readonly said: readonly string[]
      readonly starved: readonly string[]
      /** After ticks 500 and 1,000, and those of a worker that was never disturbed. */
      readonly digests: readonly string[]
      readonly undisturbed: readonly string[]
    }

/** Enough for this process, not for what the worker has to copy as well. */
const LITTLE_MIB = 280
const ENOUGH_MIB = 2_000
const LARGE = 60 << 20

const groups = readFileSync('/proc/self/cgroup', 'utf8')
const [, first = ''] = /^\d+:memory:(.*)$/m.exec(groups) ?? []
const [, second = ''] = /^0::(.*)$/m.exec(groups) ?? []
/** By version 1 of control groups, else by version 2. */
const [parent, bound] = first
  ? [join('/sys/fs/cgroup/memory', first), 'memory.limit_in_bytes']
  : [join('/sys/fs/cgroup', second), 'memory.max']
const group = join(parent, `orrery-scarce-${process.pid}`)

const limitTo = (mib: number) => writeFileSync(join(group, bound), String(mib * 2 ** 20))
const moveTo = (folder: string) => writeFileSync(join(folder, 'cgroup.procs'), String(process.pid))

async function play(): Promise<ScarceServerTold> {
  const { said, open, close } = countingWorkers()
  const starved: string[] = []
  const worker = await open({
    pauseMs: 20,
    starved(why) {
      starved.push(why)
      limitTo(ENOUGH_MIB)
    },
  })
  const digests = [await runThrough(worker, 500)]
  await worker.echo(new Uint8Array(LARGE).fill(7))
  digests.push(await runThrough(worker, 1_000))
  const { losses } = worker
  const other = await open()
  const undisturbed = [await runThrough(other, 500), await runThrough(other, 1_000)]
  await close()
  return { losses, said, starved, digests, undisturbed }
}

function whyNot(): string | undefined {
  try {
    mkdirSync(group)
    if (!existsSync(join(group, bound))) return 'memory is not bounded by control groups here'
    limitTo(LITTLE_MIB)
    moveTo(group)
    return undefined
  } catch (error) {
    return `no control group can be made: ${error}`
  }
}

const skipped = whyNot()
const told: ScarceServerTold = skipped === undefined ? await play() : { skipped }
if (existsSync(group)) {
  if (skipped === undefined) moveTo(parent)
  rmdirSync(group)
}
process.send?.(told, () => process.disconnect())
