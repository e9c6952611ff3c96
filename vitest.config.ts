import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** What a world's kernel decides about: run by the best kernel that there is, and once more by TypeScript. */
const kernelSuites = [
  'test/api/resume.test.ts',
  'test/api/worlds.test.ts',
  'test/bots/firstPack.test.ts',
  'test/server/start.test.ts',
]

const suite = (name: string, include: string[], more: { env?: Record<string, string> } = {}) => ({
  // Node and its packages take graphql's main file; Vite would take another, and two copies know not each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    name,
    include,
    exclude: [...configDefaults.exclude, 'test/e2e/**', 'test/long/**'],
    pool: 'forks' as const,
    setupFiles: ['test/helpers/restWatch.ts'],
    // A Piscina worker written in TypeScript needs the loader in the process that starts it.
    execArgv: ['--import', 'tsx'],
    // Tests that kill real processes share CI's machine with who knows what: a second failure is one.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    ...more,
  },
})

// `npm test` runs all but test/long and test/e2e, and what hangs on the kernel on both: KERNEL=rust in CI, so that a Rust
// kernel which cannot be built fails there.
export default defineConfig({
  test: {
    globalSetup: [
      'test/helpers/foldersGlobal.ts',
      'test/helpers/pageGlobal.ts',
      'test/helpers/computeGlobal.ts',
      'test/helpers/postgresGlobal.ts',
    ],
    // Many tests wait for a disk, a process or a lock: one more than there are cores keeps them all at work.
    maxWorkers: availableParallelism() + 1,
    projects: [
      suite('all', ['test/**/*.test.{ts,tsx}']),
      ...(process.env.KERNEL === 'typescript'
        ? []
        : [suite('typescript', kernelSuites, { env: { KERNEL: 'typescript' } })]),
    ],
  },
})
