import { defineConfig } from 'vitest/config'

// `npm run test:long`: what takes longer than CI should wait.
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    pool: 'forks',
    setupFiles: ['test/helpers/restWatch.ts'],
    globalSetup: [
      'test/helpers/foldersGlobal.ts',
      'test/helpers/pageGlobal.ts',
      'test/helpers/computeGlobal.ts',
      'test/helpers/postgresGlobal.ts',
    ],
    execArgv: ['--import', 'tsx'],
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    reporters: ['verbose'],
  },
})
