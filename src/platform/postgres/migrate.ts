// Brings a database to this version's schema: numbered files, forward only, each once.

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { type Say, StartRefused } from '../startRefused.ts'
import { isStoreFault } from './failures.ts'

const shipped = new URL('../../../migrations/', import.meta.url)
/** Any number that nobody else locks in this database. */
const lockKey = 7_267_735_119

type Migration = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly hash: string
}

/** How long a database may be away during a start: a server that was killed is up again by then. */
const LONGEST_AWAY_MS = 60_000
const PAUSE_MS = 100

/**
 * Runs the migrations that the database lacks, in one transaction, while others who start at the same time wait; again
 * from the beginning where the database goes away meanwhile.
 * Throws `StartRefused` where the database was written by a newer version, or by another text of a migration.
 */
export async function migrate(pool: Pool, say: Say, folder: URL = shipped): Promise<void> {
  const migrations = await readMigrations(folder)
  const deadline = performance.now() + LONGEST_AWAY_MS
  for (;;) {
    try {
      await runMissing(pool, migrations, say)
      return
    } catch (error) {
      const isAway = isStoreFault(error) && !(error instanceof StartRefused)
      if (!isAway || performance.now() > deadline) throw error
      await sleep(PAUSE_MS)
    }
  }
}

async function runMissing(pool: Pool, migrations: readonly Migration[], say: Say): Promise<void> {
  const client = await pool.connect()
  // Nobody else listens while it is ours: a connection that breaks is told by the query under way.
  client.on('error', ignore)
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey])
    const missing = await findMissing(client, migrations)
    for (const { number, name, sql, hash } of missing) {
      say(`Migrating the database: ${name} (${number} of ${migrations.length})`)
      await client.query(sql)
      await client.query('INSERT INTO orrery.migrations (number, name, hash) VALUES ($1, $2, $3)', [
        number,
        name,
        hash,
      ])
    }
    await client.query('COMMIT')
    client.off('error', ignore)
    client.release()
  } catch (error) {
    // Its end takes the transaction back.
    client.release(true)
    throw error
  }
}

const ignore = () => {}

async function findMissing(client: PoolClient, migrations: readonly Migration[]) {
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS orrery;
    CREATE TABLE IF NOT EXISTS orrery.migrations (
      number integer PRIMARY KEY, name text NOT NULL, hash text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`)
  const { rows } = await client.query<{ number: number; name: string; hash: string }>(
    'SELECT number, name, hash FROM orrery.migrations ORDER BY number',
  )
  for (const row of rows) {
    const known = migrations.find(({ number }) => number === row.number)
    if (!known) {
      throw new StartRefused(
        `The database was written by a newer version of this program: it has migration ${row.number} (${row.name}), and this version knows ${migrations.length}. Start the newer version.`,
      )
    }
    if (known.hash !== row.hash) {
      throw new StartRefused(
        `Migration ${row.number} (${known.name}) was another text when this database was made (${row.hash.slice(0, 12)}, now ${known.hash.slice(0, 12)}). A migration never changes once it ran: restore the file.`,
      )
    }
  }
  return migrations.slice(rows.length)
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(name.slice(0, 4))
      if (number !== index + 1) throw new Error(`${name} should be migration ${index + 1}`)
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { number, name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}
