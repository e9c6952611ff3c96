// A program that tests start, so that they can kill it: the embedded PostgreSQL of a data folder and, if asked to, a
// writer on it. It tells what happens as lines of JSON. Arguments: the data folder, and `write` or nothing.

import { writeSync } from 'node:fs'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'
import { accepted } from './appends.ts'

export type Told =
  | { say: string }
  | { ready: 'created' | 'started' | 'adopted'; host: string }
  | { refused: string }
  /** The event is on disk: `stream` has its first version. */
  | { acknowledged: string }

// Synchronous: what was told was told before any kill.
const tell = (told: Told) => writeSync(1, `${JSON.stringify(told)}\n`)

const [dataDir = '', task] = process.argv.slice(2)
try {
  const server = await startEmbeddedPostgres(dataDir, (say) => tell({ say }))
  process.once('SIGTERM', () => server.stop().then(() => process.exit(0)))
  if (task === 'write') await write(new pg.Pool(server.connection))
  tell({ ready: server.how, host: String(server.connection.host) })
  setInterval(() => {}, 60_000)
} catch (error) {
  tell({ refused: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
}

async function write(pool: pg.Pool): Promise<void> {
  await migrate(pool, () => {})
  const store = postgresEventStore(pool)
  const work = async (worker: number) => {
    for (let turn = 0; ; turn++) {
      const stream = `player-${process.pid}-${worker}-${turn}`
      const result = await store.append(stream, 0, [accepted()])
      if (result.kind === 'appended') tell({ acknowledged: stream })
    }
  }
  for (let worker = 0; worker < 64; worker++) void work(worker)
}
