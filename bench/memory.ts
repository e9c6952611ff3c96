// What a world keeps in memory, and what a chunk that somebody looks at adds: `npx tsx bench/memory.ts 64 256 960` (frequencies).

import { readdirSync, readFileSync } from 'node:fs'
import { chunkCount } from '../src/domain/grid/chunk.ts'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { chooseKernel } from '../src/platform/kernel/choose.ts'
import { builtKernel } from '../src/platform/kernel/rust/built.ts'

const frequencies = process.argv.slice(2).map(Number)
const LOOKED_AT = 64

const { open } = chooseKernel(
  {
    kind: 'rust',
    threads: 1,
    signal: undefined,
    spinUs: 0,
    checkpointMs: 250,
    hangMs: 60_000,
  },
  { say: console.log, tell: () => {} },
  builtKernel(),
)

/** Bytes of this process and of those that it started: private ones, and those shared with each other. */
function memory(pid: number): { anonymous: number; shared: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) =>
    1024 * Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  return { anonymous: of('RssAnon'), shared: of('RssShmem') }
}
const workers = (): readonly number[] =>
  readdirSync(`/proc/${process.pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${process.pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter((pid) => pid !== '')
      .map(Number)
      .filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('orrery')),
  )
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

console.log(
  '| N | cells | chunks | worker MiB | shared MiB | bytes a cell | a chunk looked at, KiB |',
)
console.log('|---|---|---|---|---|---|---|')
for (const n of frequencies.length > 0 ? frequencies : [64, 256]) {
  const kernel = await open({ world: `n${n}`, seed: 7, n, ups: 20 })
  const batch = { through: 60, events: [], watch: [], hash: true, players: 'all' } as const
  await kernel.run(batch)
  const [worker] = workers()
  if (worker === undefined) throw new Error('the worker of the kernel is not there')
  const { anonymous, shared } = memory(worker)
  const looked = Math.min(LOOKED_AT, chunkCount(n))
  const views: unknown[] = []
  let bytes = 0
  for (let chunk = 0; chunk < looked; chunk++) {
    const view = await kernel.chunk(chunk)
    bytes += view.cells.byteLength
    views.push(view)
  }
  console.log(
    `| ${n} | ${cellCount(n)} | ${chunkCount(n)} | ${mib(anonymous)} | ${mib(shared)} | ${(anonymous / cellCount(n)).toFixed(1)} | ${(bytes / looked / 1024).toFixed(1)} |`,
  )
  await kernel.close()
}
process.exit(0)
