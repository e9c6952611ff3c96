import { defineConfig } from 'vitest/config'

// Two projects of one suite: `npm test` runs all but test/long and test/e2e.
export default defineConfig({
  // Node and its packages take graphql's main file; Vite would take another, and two copies know not each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/e2e/**', 'test/long/**'],
    pool: 'forks',
    setupFiles: ['test/helpers/restWatch.ts'],
    globalSetup: [
      'test/helpers/foldersGlobal.ts',
      'test/helpers/pageGlobal.ts',
      'test/helpers/computeGlobal.ts',
      'test/helpers/postgresGlobal.ts',
    ],
    // Many tests wait for a disk, a process or a lock: every core has something to do.
    maxWorkers: '100%',
    // A Piscina worker written in TypeScript needs the loader in the process that starts it.
    execArgv: ['--import', 'tsx'],
    // Tests that kill real processes share CI's machine with who knows what: a second failure is one.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
