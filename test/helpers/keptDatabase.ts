// A server on a real PostgreSQL whose log is looked after: archived, backed up, carried away.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, afterEach, beforeEach, expect } from 'vitest'
import { compose, type Orrery } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { askServer } from '../../src/operator.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { postgresFolds } from '../../src/platform/postgres/folds.ts'
import { postgresPersonalData } from '../../src/platform/postgres/personalData.ts'
import { postgresReadModels } from '../../src/platform/postgres/readModels.ts'
import { tableSizes } from '../../src/platform/postgres/sizes.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { progressOf } from '../../src/platform/progress.ts'
import type { Storage } from '../../src/platform/storage.ts'
import { joinPlayer } from './client.ts'
import { type TestDatabase, testDatabase } from './postgres.ts'

/** Each test has a database of its own; what is started in it is stopped at its end. */
export function keptDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-keeping-'))
  const running: Orrery[] = []
  let database: TestDatabase
  let pool: pg.Pool
  beforeEach(async () => {
    database = await testDatabase()
    pool = database.pool(8)
  })
  const stop = async () => {
    for (const one of running.splice(0)) await one.stop()
  }
  afterEach(async () => {
    await stop()
    await database.drop()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function storageOf(on: pg.Pool): Storage {
    const store = postgresEventStore(on)
    const readModels = postgresReadModels(on)
    return {
      store,
      readModels,
      personalData: postgresPersonalData(on),
      snapshots: postgresSnapshots(on),
      openPool: () => database.pool(),
      sizes: () => tableSizes(on),
      archivedFolds: postgresFolds(on),
      progress: async (name) => progressOf(readModels, name, await store.head()),
      close: () => store.close(),
    }
  }

  /** Begins to start a server, and tells nothing of how far it is. */
  async function begin(on: pg.Pool = pool, said: string[] = []): Promise<Orrery> {
    const config = readConfig({
      HOST: '127.0.0.1',
      PORT: '0',
      WORLD_N: '8',
      DEMO_BOT: 'off',
      DATA_DIR: folder,
    })
    const orrery = await compose(config, { say: (line) => said.push(line), storage: storageOf(on) })
    running.push(orrery)
    return orrery
  }

  return {
    /** Where the server keeps its socket, and tests their files. */
    folder,
    pool: () => pool,
    begin,
    /** A server whose world runs. */
    async start(on?: pg.Pool, said?: string[]): Promise<Orrery> {
      const orrery = await begin(on, said)
      await orrery.ready
      return orrery
    },
    stop,
    /** The log as one value. */
    async logOf(on: pg.Pool = pool) {
      const { rows } = await on.query<{ digest: string; events: number }>(
        `SELECT md5(string_agg(e::text, E'\\n' ORDER BY position)) AS digest, count(*)::int AS events
         FROM orrery.events e`,
      )
      return rows[0]!
    },
    /** The same as `played`, with a snapshot behind it: an archive needs two, this one and that of the stop. */
    async playedToArchive(address: { url: string }, name: string, steps?: number) {
      const made = await played(address, name, steps)
      await askServer(folder, 'snapshot')
      await made.player.act('Craft', { recipe: 'gear', count: 1 })
      return made
    },
    async damageNewest() {
      await pool.query(
        `UPDATE orrery.snapshot_parts SET deflated = '\\x00' WHERE tick = (SELECT max(tick) FROM orrery.snapshots)`,
      )
    },
  }
}

/** A player with a cell of their own, who then orders a lot. */
export async function played(address: { url: string }, name: string, steps = 20) {
  const player = await joinPlayer(address, name)
  const { landing } = await player.act('EnterWorld')
  const claimed = await player.act('ClaimMany', { cells: [landing] })
  expect(claimed.status).toBe('accepted')
  for (let step = 0; step < steps; step++)
    await player.act('Craft', { recipe: 'gear', count: step + 1 })
  return { player, cell: landing! }
}
