import { defineConfig } from 'vitest/config'

// `npm run test:e2e`: the whole server in its own process, and a real browser.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    pool: 'forks',
    setupFiles: ['test/helpers/restWatch.ts'],
    globalSetup: ['test/helpers/foldersGlobal.ts', 'test/helpers/pageGlobal.ts'],
    execArgv: ['--import', 'tsx'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A machine that others use as well starves a browser now and then; the report names what took two tries.
    retry: process.env.CI ? 1 : 0,
    reporters: ['verbose'],
  },
})
