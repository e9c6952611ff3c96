// The whole database in one file, and back into an empty one: for those who have no pg_dump at hand. JSON lines, gzipped:
// a head with the schema's version, rows table by table, and an end with their digest. Beside a running server, too.

import { createHash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { gzipLines, writeGzipLines } from '../gzipLines.ts'
import { alone } from './housekeeping.ts'
import { headPosition, makeRoom, PARTITION_EVENTS } from './statements.ts'

/** A backup cannot be made, or is not what was written; nothing was changed. */
class BackupFault extends Error {
  override readonly name = 'BackupFault'
}

type Head = { readonly orrery: 1; readonly migrations: string }
type End = { readonly digest: string; readonly rows: number }

/** In an order that foreign keys allow. */
export const backedUp = [
  'head',
  'events',
  'streams',
  'answers',
  'folds',
  'archives',
  'names',
  'sessions',
  'chat_head',
  'chat',
  'chat_cuts',
  'refusal_heads',
  'refusals',
  'acknowledgements',
  'snapshots',
  'snapshot_parts',
  'chunks',
  'players',
  'prototypes',
  'checkpoints',
] as const

const PAGE = 500

/** Writes all rows as of one moment; gives their number. Throws where an archive, a restore or a backup is under way. */
export async function backUp(pool: Pool, file: string): Promise<number> {
  return alone(pool, () => writeBackup(pool, file))
}

async function writeBackup(pool: Pool, file: string): Promise<number> {
  const client = await pool.connect()
  let count = 0
  async function* lines() {
    const hash = createHash('sha256')
    const head: Head = { orrery: 1, migrations: await schemaOf(client) }
    yield `${JSON.stringify(head)}\n`
    for (const table of backedUp) {
      await client.query(
        `DECLARE lines NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM orrery.${table} t`,
      )
      for (;;) {
        const { rows } = await client.query<{ line: string }>(`FETCH ${PAGE} FROM lines`)
        if (rows.length === 0) break
        count += rows.length
        // As text: numbers of JSON beyond 2^53 would lose digits on their way through a parser.
        const line = `{"table":"${table}","rows":[${rows.map((row) => row.line).join(',')}]}\n`
        hash.update(line)
        yield line
      }
      await client.query('CLOSE lines')
    }
    const end: End = { digest: hash.digest('hex'), rows: count }
    yield `${JSON.stringify(end)}\n`
  }
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    // Before the moment is fixed: what is emptied by TRUNCATE later would be empty as of that moment, too.
    await client.query('LOCK TABLE orrery.events IN ACCESS SHARE MODE')
    await writeGzipLines(file, lines())
    await client.query('COMMIT')
    client.release()
    return count
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** Fills an empty database, all or nothing; gives the number of rows. Throws `BackupFault`. */
export async function restoreBackup(pool: Pool, file: string): Promise<number> {
  return alone(pool, () => readBackup(pool, file))
}

async function readBackup(pool: Pool, file: string): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await assertEmpty(client)
    const count = await fill(client, file)
    await client.query(
      `SELECT setval(pg_get_serial_sequence('orrery.names', 'kept'), (SELECT max(kept) FROM orrery.names))`,
    )
    await client.query('COMMIT')
    client.release()
    return count
  } catch (error) {
    client.release(true)
    throw error
  }
}

async function fill(client: PoolClient, file: string): Promise<number> {
  const hash = createHash('sha256')
  let count = 0
  let end: End | undefined
  let isFirst = true
  for await (const line of textLines(file)) {
    if (isFirst) {
      isFirst = false
      const head = JSON.parse(line) as Partial<Head>
      if (head.orrery !== 1) throw new BackupFault(`${file} is no backup`)
      if (head.migrations !== (await schemaOf(client))) {
        throw new BackupFault(
          `${file} has another version of the schema: restore it by the version that made it`,
        )
      }
    } else if (line.startsWith('{"table":')) {
      hash.update(`${line}\n`)
      count += await insert(client, line)
    } else end = JSON.parse(line)
  }
  if (end?.digest !== hash.digest('hex') || end.rows !== count) {
    throw new BackupFault(`${file} is cut off or damaged: nothing was restored`)
  }
  return count
}

async function insert(client: PoolClient, line: string): Promise<number> {
  const table = backedUp.find((name) => line.startsWith(`{"table":"${name}",`))
  if (!table) throw new BackupFault(`a table of the backup is unknown: ${line.slice(0, 60)}`)
  const { rowCount } = await client.query(
    `INSERT INTO orrery.${table} OVERRIDING SYSTEM VALUE
     SELECT * FROM json_populate_recordset(null::orrery.${table}, $1::json -> 'rows')`,
    [line],
  )
  // The next to come are events.
  if (table === 'head') {
    const { rows } = await client.query<{ position: number }>(headPosition)
    await client.query(makeRoom(rows[0]?.position ?? 0, PARTITION_EVENTS))
  }
  return rowCount ?? 0
}

/** A fresh database has its two single rows, and nothing else. */
async function assertEmpty(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    `SELECT position > 0 OR EXISTS (SELECT FROM orrery.sessions) OR EXISTS (SELECT FROM orrery.answers)
       AS used FROM orrery.head FOR UPDATE`,
  )
  if (rows[0]?.used !== false) {
    throw new BackupFault('this database is in use: a backup is restored into a fresh one only')
  }
  for (const table of ['head', 'chat_head', 'prototypes', 'checkpoints']) {
    await client.query(`DELETE FROM orrery.${table}`)
  }
}

async function schemaOf(client: PoolClient): Promise<string> {
  const { rows } = await client.query<{ migrations: string }>(
    `SELECT string_agg(number || ':' || hash, ' ' ORDER BY number) AS migrations FROM orrery.migrations`,
  )
  return rows[0]?.migrations ?? ''
}

async function* textLines(file: string): AsyncGenerator<string> {
  try {
    yield* gzipLines(file)
  } catch (error) {
    throw new BackupFault(`${file} cannot be read: ${(error as Error).message}`)
  }
}
