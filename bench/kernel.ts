// What the Rust kernel costs, and how it compares with the TypeScript rules in the same run: npm run bench:kernel

import { spawnSync } from 'node:child_process'
import { ECOLOGY_TICKS, runEcology } from '../src/domain/simulation/ecology.ts'
import { createState } from '../src/domain/simulation/state.ts'

const N = 128
const STEPS = 60

/** The best time of an ecology step of the planet that the Rust benchmark steps last, in ms. */
function typescriptStepMs(): number {
  const state = createState({ seed: 1, n: N })
  const times = Array.from({ length: STEPS }, () => {
    state.tick += ECOLOGY_TICKS
    const began = performance.now()
    runEcology(state)
    return performance.now() - began
  })
  return Math.min(...times)
}

const { status, stdout } = spawnSync(
  'cargo',
  ['bench', '--quiet', '--manifest-path', 'compute/Cargo.toml', '--bench', 'planes'],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
)
if (status !== 0) {
  console.error('cargo bench failed (is cargo there? see docs/compute.md)')
  process.exit(1)
}
console.log(stdout)
const reference = typescriptStepMs()
console.log(`N = ${N}: as generated, TypeScript ${reference.toFixed(3)} ms`)
for (const [, name, ms] of stdout.matchAll(/N = 128: as generated, (\w+) +([\d.]+) ms/g)) {
  console.log(`Rust over TypeScript, ${name}: ${(reference / Number(ms)).toFixed(0)}×`)
}
