// The whole server in this process over stores in memory, which outlive it: to be stopped, and started again on the same log.

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, type Orrery } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import type { PlayerRow, ReadModels } from '../../src/domain/ports/readModels.ts'
import type { Log } from '../../src/platform/log.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { memorySnapshots } from '../../src/platform/memory/snapshots.ts'
import type { Storage } from '../../src/platform/storage.ts'
import { kernelEnvironment } from './kernelInUse.ts'

/** The tables that people read by SQL: here only those of players are kept. */
function playerRows(): ReadModels {
  const rows = new Map<string, PlayerRow>()
  return {
    saveChunks: async () => {},
    async savePlayers(players) {
      for (const row of players) {
        const key = `${row.world} ${row.id}`
        if ((rows.get(key)?.tick ?? -1) < row.tick) rows.set(key, row)
      }
    },
    savePrototypes: async () => {},
    chunk: async () => undefined,
    player: async (world, id) => rows.get(`${world} ${id}`),
    checkpoint: async () => undefined,
    saveCheckpoint: async () => {},
  }
}

export const memoryStorage = (): Storage => ({
  store: memoryEventStore(),
  personalData: memoryPersonalData(),
  readModels: playerRows(),
  snapshots: memorySnapshots(),
  progress: async () => ({ position: 0, state: undefined, reached: async () => {} }),
  close: async () => {},
})

/** Starts servers one after the other on the same storage. */
export function composedServers(
  environment: Record<string, string> = {},
  storage: Storage = memoryStorage(),
  log: Partial<Log> = {},
) {
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    WORLD_N: '8',
    DEMO_BOT: 'off',
    JOINS_PER_MINUTE: '10000',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'orrery-composed-')),
    ...kernelEnvironment,
    ...environment,
  })
  let running: Orrery | undefined
  return {
    storage,
    folder: config.dataDir,
    /** Resolves with the URL once the first world runs. */
    async start(): Promise<string> {
      running = await compose(config, { say: () => {}, ...log, storage })
      await running.ready
      return running.url
    },
    async stop(): Promise<void> {
      await running?.stop()
      running = undefined
    },
  }
}
