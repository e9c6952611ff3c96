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
    reporters: ['verbose'],
  },
})
