// What an archive leaves in the database, and what meets it there: folds, backups, readers.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type pg from 'pg'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foldPieces } from '../../../src/commands/foldPieces.ts'
import { type Folds, foldCache } from '../../../src/commands/folds.ts'
import { snapshotFolds } from '../../../src/commands/snapshotFolds.ts'
import { player } from '../../../src/domain/player.ts'
import type { EventStore, NewEvent } from '../../../src/domain/ports/eventStore.ts'
import { playerStream } from '../../../src/domain/streams.ts'
import { archiveLog } from '../../../src/keeping.ts'
import { archive } from '../../../src/platform/postgres/archives.ts'
import { backUp, restoreBackup } from '../../../src/platform/postgres/backup.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { postgresFolds } from '../../../src/platform/postgres/folds.ts'
import { alone } from '../../../src/platform/postgres/housekeeping.ts'
import { postgresSnapshots } from '../../../src/platform/postgres/snapshots.ts'
import { accepted, event } from '../../helpers/appends.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-archives-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ann = playerStream('earth', 'ann')
const bob = playerStream('earth', 'bob')
const cy = playerStream('earth', 'cy')

let database: TestDatabase
let pool: pg.Pool
let store: EventStore

/** Partitions of 100 positions, so that some are wholly behind. */
beforeEach(async () => {
  database = await testDatabase()
  pool = database.pool(8)
  await pool.query('DROP TABLE orrery.events_0')
  await pool.query('DELETE FROM orrery.partitions')
  await pool.query('SELECT orrery.make_room(1999, 100)')
  store = postgresEventStore(pool)
})
afterEach(async () => {
  await store.close()
  await database.drop()
})

async function move(stream: string, after: number, count: number) {
  const events = Array.from(
    { length: count },
    (_, n): NewEvent => ({
      ...event(`${stream} ${after + n}`),
      type: 'MoveOrdered',
      data: { account: stream, path: [] },
    }),
  )
  const result = await store.append(stream, after, [accepted(0, { events })])
  expect(result.kind).toBe('appended')
}

/** Archives positions `first` to `last`, as `archiveLog` does. */
async function cut(first: number, last: number, on = pool) {
  const cache = foldCache(store, 100, postgresFolds(pool))
  const { rows } = await pool.query<{ stream: string }>(
    'SELECT DISTINCT stream FROM orrery.events WHERE position BETWEEN $1 AND $2',
    [first, last],
  )
  const folds = await Promise.all(
    rows.map(async ({ stream }) => {
      const { version, state } = await cache.load(stream, player)
      return { stream, version, state }
    }),
  )
  return archive(on, { first, last, folder, bases: [], folds })
}

/** The pool, which does `then` once, right after a statement that begins so. */
function interrupted(statement: string, then: () => Promise<void>): pg.Pool {
  let isDone = false
  const watched = (client: pg.PoolClient) =>
    new Proxy(client, {
      get(target, name) {
        const member = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        if (name !== 'query') return member.bind(target)
        return async (...asked: unknown[]) => {
          const result = await Reflect.apply(member, target, asked)
          if (!isDone && typeof asked[0] === 'string' && asked[0].startsWith(statement)) {
            isDone = true
            await then()
          }
          return result
        }
      },
    })
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return async () => watched(await target.connect())
      const member = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

describe('a long stream whose snapshot ends where its archive does', () => {
  const saveSnapshot = async (folds: Folds) => {
    const fold = await folds.load(ann, player)
    async function* pieces() {
      for (const piece of foldPieces({ ...fold, eventId: fold.eventId! })) yield [piece]
    }
    const of = { world: 'earth', rulesHash: 'rules', stateHash: 'state', pinned: false }
    const at = { tick: 10, ledgerVersion: 1, position: 1 }
    await postgresSnapshots(pool).save({ ...of, ...at }, pieces())
  }
  const start = () =>
    foldCache(store, 100, snapshotFolds(postgresSnapshots(pool), postgresFolds(pool)))

  test('is still known when it has moved on and the log is archived further', async () => {
    await move(ann, 0, 600)
    await move(bob, 0, 10)
    await saveSnapshot(start())
    await cut(1, 605)
    await move(bob, 10, 50)
    await move(ann, 600, 3)
    await cut(606, 650)
    expect(await start().load(ann, player)).toMatchObject({ version: 603 })
  })

  test('goes on from the archive where the snapshot is of another log', async () => {
    await move(ann, 0, 600)
    await move(bob, 0, 10)
    await cut(1, 605)
    await move(ann, 600, 3)
    const folds = start()
    const fold = await folds.load(ann, player)
    fold.eventId = 'of another log'
    await saveSnapshot({ ...folds, load: async () => fold })
    expect(await start().load(ann, player)).toMatchObject({ version: 603 })
  })
})

describe('a fold that stands for archived events', () => {
  test.each([['other'], [null]])(
    'is not gone on with where another version made it (%s), and the way out is told',
    async (hash) => {
      await move(ann, 0, 5)
      await move(bob, 0, 5)
      await cut(1, 7)
      const load = async () => foldCache(store, 1, postgresFolds(pool)).load(ann, player)
      expect(await load()).toMatchObject({ version: 5 })
      await pool.query('UPDATE orrery.folds SET folds_hash = $1', [hash])
      await expect(load()).rejects.toThrow('restore the archive first (npx orrery world restore)')
    },
  )
})

describe('a backup', () => {
  /** What a backup has of a table. */
  const rowsOf = (file: string) => {
    const lines = gunzipSync(readFileSync(file)).toString().split('\n')
    return (table: string): unknown[] =>
      lines
        .filter((line) => line.startsWith(`{"table":"${table}"`))
        .flatMap((line) => JSON.parse(line).rows)
  }
  const restored = async (file: string) => {
    const other = await testDatabase()
    try {
      const fresh = other.pool(4)
      await restoreBackup(fresh, file)
      const there = postgresEventStore(fresh)
      const events = await there.readStream(ann, 0, 1_000)
      await there.close()
      return events.length
    } finally {
      await other.drop()
    }
  }

  test('has every event though an archive begins in the middle of it, and the archive is refused', async () => {
    await move(ann, 0, 600)
    await move(bob, 0, 10)
    const file = join(folder, 'met.ndjson.gz')
    const refusals: unknown[] = []
    const refused = (error: unknown) => refusals.push(error)
    const meeting = interrupted('DECLARE lines', async () => {
      await archiveLog(pool, folder).catch(refused)
      // Nor can one that knows nothing of the others.
      await cut(1, 550).catch(refused)
    })
    await backUp(meeting, file)
    expect(refusals.map(String)).toEqual([
      expect.stringContaining('an archive, a restore or a backup of this database is under way'),
      expect.stringContaining('ask again later'),
    ])
    expect(rowsOf(file)('events')).toHaveLength(610)
    expect(await restored(file)).toBe(600)
    // Afterwards the log may be archived.
    expect(await cut(1, 550)).toMatchObject({ events: 550 })
  })

  test('waits for an archive that is deleting, and is of the moment after it', async () => {
    await move(ann, 0, 600)
    await move(bob, 0, 10)
    const file = join(folder, 'after.ndjson.gz')
    let saving: Promise<number> | undefined
    const meeting = interrupted('TRUNCATE', async () => {
      saving = backUp(pool, file)
      await setTimeout(100)
    })
    await cut(1, 550, meeting)
    await saving
    const rows = rowsOf(file)
    expect(rows('archives')).toHaveLength(1)
    // The first event, and what is behind the archive.
    expect(rows('events')).toHaveLength(61)
  })

  test('is refused while housekeeping is under way', async () => {
    await move(ann, 0, 600)
    await move(bob, 0, 10)
    const file = join(folder, 'later.ndjson.gz')
    await alone(pool, async () => {
      await expect(backUp(pool, file)).rejects.toThrow('ask again when it is done')
      await expect(restoreBackup(pool, file)).rejects.toThrow('ask again when it is done')
    })
    expect(await backUp(pool, file)).toBeGreaterThan(600)
    expect(await restored(file)).toBe(600)
  })
})

describe('an archive', () => {
  /** A partition's file on the disk: it is another one once it was emptied. */
  const fileOf = async (partition: number) =>
    (await pool.query(`SELECT pg_relation_filenode('orrery.events_${partition}') AS file`)).rows[0]
      .file as number

  test('locks no partition that an earlier one has emptied, and takes out what it had left there', async () => {
    await move(cy, 0, 3)
    await move(ann, 0, 250)
    await move(bob, 0, 50)
    await cut(1, 249)
    await move(cy, 3, 1)
    await move(ann, 250, 200)
    const files = await Promise.all([0, 100, 200, 300].map(fileOf))
    await cut(250, 450)
    const then = await Promise.all([0, 100, 200, 300].map(fileOf))
    expect(then.map((file, n) => file === files[n])).toEqual([true, true, false, false])
    const { rows } = await pool.query<{ stream: string; versions: number[] }>(
      `SELECT stream, array_agg(stream_version::int ORDER BY stream_version) AS versions
       FROM orrery.events WHERE position <= 450 GROUP BY stream ORDER BY stream`,
    )
    // Each stream's first event, and its newest where that is behind.
    expect(rows).toEqual([
      { stream: ann, versions: [1] },
      { stream: bob, versions: [1, 50] },
      { stream: cy, versions: [1, 4] },
    ])
  })

  test('lets readers read while it deletes row by row', async () => {
    await move(ann, 0, 560)
    let seen: number | undefined
    const meeting = interrupted('DELETE FROM orrery.events', async () => {
      const reader = await pool.connect()
      await reader.query(`SET lock_timeout = '1s'`)
      seen = (await reader.query('SELECT count(*)::int AS count FROM orrery.events')).rows[0].count
      reader.release(true)
    })
    await cut(1, 550, meeting)
    expect(seen).toBe(560)
  })
})
