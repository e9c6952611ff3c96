// `npm run check`: everything that CI holds, in order of cheapness; all are run, and the faults of each are shown.
// `npm run check -- --no-tests` leaves the tests out (CI has run them already).

import { spawnSync } from 'node:child_process'

const steps = [
  ['format and lint', 'biome', 'ci', '--error-on-warnings', '.'],
  ['types', 'tsc', '--noEmit', '-p', '.'],
  ['architecture', 'tsx', 'scripts/architecture.ts'],
  ['dead code', 'knip', '--no-progress'],
  ['rules hash', 'tsx', 'scripts/rules.ts', '--check'],
  ['GraphQL types', 'tsx', 'scripts/codegen.ts', '--check'],
  ['tests', 'vitest', 'run'],
].filter(([name]) => name !== 'tests' || !process.argv.includes('--no-tests'))

const colour = process.stdout.isTTY
  ? (code, text) => `\u001b[${code}m${text}\u001b[0m`
  : (_, text) => text
const failed = []
for (const [name, ...command] of steps) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...command], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${status === 0 ? colour(32, '✓') : colour(31, '✗')} ${name} (${seconds} s)`)
  if (status === 0) continue
  failed.push(name)
  console.log(`${stdout}${stderr}`)
}
if (failed.length > 0) console.log(colour(31, `failed: ${failed.join(', ')}`))
process.exitCode = failed.length > 0 ? 1 : 0
