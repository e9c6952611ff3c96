// `npm run bench`: every benchmark, one after the other, on an otherwise quiet machine; `npm run bench -- engine` runs one.
// What they print is kept in docs/benchmarks.md, with the command and the machine.

import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

const benches = {
  grid: ['vitest', 'bench', '--run', 'bench/grid.bench.ts'],
  simulation: ['vitest', 'bench', '--run', 'bench/simulation.bench.ts'],
  persistence: ['tsx', 'bench/persistence.ts'],
  commands: ['tsx', 'bench/commands.ts'],
  engine: ['tsx', 'bench/engine.ts'],
  worker: ['tsx', 'bench/worker.ts'],
  replay: ['tsx', 'bench/replay.ts'],
  memory: ['tsx', 'bench/memory.ts'],
  server: ['tsx', 'bench/server.ts'],
  page: ['tsx', 'bench/page.ts'],
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(
    `no benchmark is called ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`,
  )
  process.exit(2)
}
console.log(`${cpus().length} cores, ${cpus()[0]?.model}; Node ${process.versions.node}`)
for (const [name, command] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log(`\n── ${name} ──`)
  const { status } = spawnSync('npx', ['--no-install', ...command], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
