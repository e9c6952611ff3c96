// The oldest part of the log, moved into files and back: docs/adr/0008-archives.md. Beside a running server, too.

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Pool, PoolClient } from 'pg'
import { foldsHash } from '../../domain/foldsHash.generated.ts'
import type { SavedFold } from '../../domain/ports/folds.ts'
import { foldText } from '../foldText.ts'
import { gzipLines, writeGzipLines } from '../gzipLines.ts'

export type Archive = {
  /** Positions. */
  readonly first: number
  readonly last: number
  readonly events: number
  readonly digest: Buffer
  readonly file: string
}

/** An archive is not what was written, or cannot be made. */
export class ArchiveFault extends Error {
  override readonly name = 'ArchiveFault'
}

/** position, stream, stream_version, type, version, data, metadata: as the log has them. */
export type Line = readonly [number, string, number, string, number, string, string]

const PAGE = 5_000
const LOCK_TIMEOUT_MS = 2_000
/** A snapshot that is being written: seconds, of a large world. */
const SNAPSHOT_TIMEOUT_MS = 60_000
const LOCK_NOT_AVAILABLE = '55P03'
const columns = 'position::float8, stream, stream_version::float8, type, version, data, metadata'

/** Oldest first. */
export async function archivesOf(pool: Pool): Promise<readonly Archive[]> {
  const { rows } = await pool.query<Archive>(
    `SELECT first::float8 AS first, last::float8 AS last, events::float8 AS events, digest, file
     FROM orrery.archives ORDER BY archives.first`,
  )
  return rows
}

/** Streams with events in the range that are not all that was kept of them, and where each stands. */
export async function streamsIn(pool: Pool, first: number, last: number): Promise<string[]> {
  const { rows } = await pool.query<{ stream: string }>(
    'SELECT DISTINCT stream FROM orrery.events WHERE position BETWEEN $1 AND $2 ORDER BY stream',
    [first, last],
  )
  return rows.map(({ stream }) => stream)
}

/** From this snapshot on, those of its world stand for all that is archived. */
export type Base = { readonly world: string; readonly tick: number }

export type ArchiveOrder = {
  /** Positions. */
  readonly first: number
  readonly last: number
  readonly folder: string
  readonly bases: readonly Base[]
  readonly folds: readonly SavedFold[]
}

/**
 * Moves the log from `first` through `last` into a new file of `folder`. The file is on the disk and proved before
 * anything is deleted, which is one transaction with `folds`. Throws `ArchiveFault`.
 */
export async function archive(pool: Pool, order: ArchiveOrder): Promise<Archive> {
  const { first, last, folder, bases, folds } = order
  const file = join(folder, `events-${first}-${last}.ndjson.gz`)
  const written = await writeArchive(file, linesOf(pool, first, last))
  const proved = await provedLines(file)
  if (proved.events !== written.events || !proved.digest.equals(written.digest)) {
    throw new ArchiveFault(`${file} does not hold what was written to it: nothing was deleted`)
  }
  const made = { first, last, ...written, file }
  try {
    await inTransaction(pool, async (client) => {
      await client.query(
        'INSERT INTO orrery.archives (first, last, events, digest, file) VALUES ($1, $2, $3, $4, $5)',
        [first, last, made.events, made.digest, file],
      )
      await saveFolds(client, folds)
      await leaveOut(client, first, last, bases)
    })
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error
    throw new ArchiveFault(
      'the log or its snapshots are in use by somebody who lets nobody else: nothing was deleted, ask again later',
    )
  }
  return made
}

async function saveFolds(client: PoolClient, folds: readonly SavedFold[]): Promise<void> {
  await client.query(
    `INSERT INTO orrery.folds (stream, version, state, folds_hash)
     SELECT *, $4 FROM unnest($1::text[], $2::bigint[], $3::text[])
     ON CONFLICT (stream) DO UPDATE SET
       version = excluded.version, state = excluded.state, folds_hash = excluded.folds_hash`,
    [
      folds.map(({ stream }) => stream),
      folds.map(({ version }) => version),
      folds.map(({ state }) => foldText(state)),
      foldsHash,
    ],
  )
}

/**
 * Takes the log through `last` out of its tables, but for each stream's first event and its newest. A partition that is
 * wholly behind is emptied, which gives its space back to the disk at once; those that an archive before has emptied are not
 * locked again. What takes long comes first: readers wait from the first emptying to the commit.
 */
async function leaveOut(
  client: PoolClient,
  first: number,
  last: number,
  bases: readonly Base[],
): Promise<void> {
  await client.query('CREATE TEMPORARY TABLE kept (LIKE orrery.events) ON COMMIT DROP')
  await client.query(
    `INSERT INTO kept SELECT e.* FROM orrery.events e JOIN (
       SELECT stream, max(stream_version) AS newest FROM orrery.events GROUP BY stream) s USING (stream)
     WHERE e.position <= $1 AND (e.stream_version = 1 OR e.stream_version = s.newest)`,
    [last],
  )
  const { rows: emptied } = await client.query<{ first: string; ends: string }>(
    'SELECT first, ends FROM orrery.partitions WHERE ends > $1 AND ends <= $2 + 1 ORDER BY partitions.first',
    [first, last],
  )
  const from = emptied[0]?.first ?? last + 1
  const ends = emptied.at(-1)?.ends ?? last + 1
  for (const range of [
    [0, from],
    [ends, last + 1],
  ]) {
    await client.query(
      `DELETE FROM orrery.events e WHERE position >= $1 AND position < $2
         AND NOT EXISTS (SELECT FROM kept k WHERE k.position = e.position)`,
      range,
    )
  }
  await moveSnapshotsOn(client, last, bases)
  // Emptying a partition waits for its readers, and whoever comes then waits behind it: not for long.
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`)
  for (const partition of emptied) {
    await client.query(`TRUNCATE orrery.events_${partition.first}`)
    await client.query(
      'INSERT INTO orrery.events SELECT * FROM kept WHERE position >= $1 AND position < $2',
      [partition.first, partition.ends],
    )
  }
}

/**
 * Snapshots from a base on stand for everything through `last`, as nothing of their world lies between: a start reads on behind
 * it. One that is being written is waited for; those that come later find the archive (`postgresSnapshots`).
 */
async function moveSnapshotsOn(client: PoolClient, last: number, bases: readonly Base[]) {
  await client.query(`SET LOCAL lock_timeout = '${SNAPSHOT_TIMEOUT_MS}ms'`)
  await client.query('LOCK TABLE orrery.snapshots IN SHARE ROW EXCLUSIVE MODE')
  await client.query(
    `UPDATE orrery.snapshots s SET position = $1
     FROM unnest($2::text[], $3::bigint[]) AS b (world, tick)
     WHERE s.world = b.world COLLATE "C" AND s.tick >= b.tick AND s.position < $1`,
    [last, bases.map(({ world }) => world), bases.map(({ tick }) => tick)],
  )
}

/**
 * Brings an archive's events back from its file. Throws `ArchiveFault`, with nothing changed, where the file is missing or
 * not what was archived.
 */
export async function restore(pool: Pool, { first, digest, events, file }: Archive): Promise<void> {
  const proved = await provedLines(file).catch((error: Error) => {
    throw new ArchiveFault(`${file} cannot be read: ${error.message}`)
  })
  if (proved.events !== events || !proved.digest.equals(digest)) {
    throw new ArchiveFault(`${file} is not what was archived: nothing was restored`)
  }
  await inTransaction(pool, async (client) => {
    let lines: Line[] = []
    const flush = async () => {
      await client.query(
        `INSERT INTO orrery.events (position, stream, stream_version, type, version, data, metadata)
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::integer[],
           $6::text[], $7::text[])
         ON CONFLICT (position) DO NOTHING`,
        Array.from({ length: 7 }, (_, column) => lines.map((line) => line[column])),
      )
      lines = []
    }
    for await (const line of gzipLines(file)) {
      lines.push(JSON.parse(line))
      if (lines.length === PAGE) await flush()
    }
    await flush()
    await client.query('DELETE FROM orrery.archives WHERE first = $1', [first])
    await client.query('DELETE FROM orrery.folds WHERE NOT EXISTS (SELECT FROM orrery.archives)')
  })
}

async function* linesOf(pool: Pool, first: number, last: number): AsyncGenerator<string> {
  for (let after = first - 1; after < last; ) {
    const { rows } = await pool.query<Line[]>({
      text: `SELECT ${columns} FROM orrery.events WHERE position > $1 AND position <= $2
             ORDER BY events.position LIMIT ${PAGE}`,
      values: [after, last],
      rowMode: 'array',
    })
    const page = rows as unknown as Line[]
    for (const [place, line] of page.entries()) {
      if (line[0] !== after + 1 + place) {
        throw new ArchiveFault(`the log has no position ${after + 1 + place}: nothing is archived`)
      }
      yield `${JSON.stringify(line)}\n`
    }
    if (page.length === 0) throw new ArchiveFault(`the log ends before position ${last}`)
    after = page.at(-1)![0]
  }
}

async function writeArchive(file: string, lines: AsyncIterable<string>) {
  const hash = createHash('sha256')
  let events = 0
  async function* counted() {
    for await (const line of lines) {
      hash.update(line)
      events++
      yield line
    }
  }
  await writeGzipLines(file, counted())
  return { events, digest: hash.digest() }
}

async function provedLines(file: string) {
  const hash = createHash('sha256')
  let events = 0
  for await (const line of gzipLines(file)) {
    hash.update(`${line}\n`)
    events++
  }
  return { events, digest: hash.digest() }
}

async function inTransaction(pool: Pool, work: (client: PoolClient) => Promise<void>) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await work(client)
    await client.query('COMMIT')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}
