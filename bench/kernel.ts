// What the Rust kernel costs, all in one run: npm run bench:kernel. The planes beside the memory's roof and the TypeScript
// rules; factories at work and asleep, their hash and their changes; the way to the worker, and its death. Some minutes.

import { spawn } from 'node:child_process'
import { ECOLOGY_TICKS, runEcology } from '../src/domain/simulation/ecology.ts'
import { createState } from '../src/domain/simulation/state.ts'
import { deaths, roundTrips } from './workerTrips.ts'

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

/** Runs a benchmark of the kernel crate; its lines are shown as they come, and returned. */
async function cargoBench(name: string): Promise<string> {
  const options = ['--quiet', '--manifest-path', 'compute/Cargo.toml', '-p', 'orrery-kernel']
  const child = spawn('cargo', ['bench', ...options, '--bench', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let lines = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines += text
    process.stdout.write(text)
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(-1))
    child.once('close', resolve)
  })
  if (code !== 0) {
    console.error('cargo bench failed (is cargo there? see docs/compute.md)')
    process.exit(1)
  }
  return lines
}

const part = (title: string) => console.log(`\n── ${title} ──`)

part('planes: memory roof, ecology, generation, hash')
const planes = await cargoBench('planes')
part('the same step in TypeScript')
const reference = typescriptStepMs()
console.log(`N = ${N}: as generated, TypeScript ${reference.toFixed(3)} ms`)
for (const [, name, ms] of planes.matchAll(/N = 128: as generated, (\w+) +([\d.]+) ms/g)) {
  console.log(`Rust over TypeScript, ${name}: ${(reference / Number(ms)).toFixed(0)}×`)
}
part('factories: at work and asleep, changes, hash')
await cargoBench('rules')
part('the way to the worker and back')
await roundTrips()
part('a worker is killed')
await deaths()
process.exit(0)
