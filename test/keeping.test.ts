// Archives, restores and backups of a played world, on a real PostgreSQL: nothing of it may be lost or change.

import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type pg from 'pg'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { compose, type Orrery } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import type { NewEvent } from '../src/domain/ports/eventStore.ts'
import { archiveLog, restoreLog } from '../src/keeping.ts'
import { askServer } from '../src/operator.ts'
import { archivesOf } from '../src/platform/postgres/archives.ts'
import { backUp, restoreBackup } from '../src/platform/postgres/backup.ts'
import { postgresEventStore } from '../src/platform/postgres/eventStore.ts'
import { postgresFolds } from '../src/platform/postgres/folds.ts'
import { postgresPersonalData } from '../src/platform/postgres/personalData.ts'
import { postgresReadModels } from '../src/platform/postgres/readModels.ts'
import { tableSizes } from '../src/platform/postgres/sizes.ts'
import { postgresSnapshots } from '../src/platform/postgres/snapshots.ts'
import { progressOf } from '../src/platform/progress.ts'
import type { Storage } from '../src/platform/storage.ts'
import { accepted, event } from './helpers/appends.ts'
import { joinPlayer, type Player } from './helpers/client.ts'
import { type TestDatabase, testDatabase } from './helpers/postgres.ts'
import { until } from './helpers/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'orrery-keeping-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let database: TestDatabase
let pool: pg.Pool
const running: Orrery[] = []

beforeEach(async () => {
  database = await testDatabase()
  pool = database.pool(8)
})
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
  await database.drop()
})

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

const start = async (on: pg.Pool = pool, said: string[] = []) => {
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    WORLD_N: '8',
    DEMO_BOT: 'off',
    DATA_DIR: folder,
  })
  const orrery = await compose(config, { say: (line) => said.push(line), storage: storageOf(on) })
  running.push(orrery)
  await orrery.ready
  return orrery
}
const stop = async () => {
  for (const one of running.splice(0)) await one.stop()
}

/** The log as one value. */
const logOf = async (on: pg.Pool = pool) =>
  (
    await on.query<{ digest: string; events: number }>(
      `SELECT md5(string_agg(e::text, E'\\n' ORDER BY position)) AS digest, count(*)::int AS events
       FROM orrery.events e`,
    )
  ).rows[0]!

/** A player with a cell of their own, who then orders a lot. */
async function played(address: { url: string }, name: string, steps = 20) {
  const player = await joinPlayer(address, name)
  const { landing } = await player.act('EnterWorld')
  const claimed = await player.act('ClaimMany', { cells: [landing] })
  expect(claimed.status).toBe('accepted')
  for (let step = 0; step < steps; step++)
    await player.act('Craft', { recipe: 'gear', count: step + 1 })
  return { player, cell: landing! }
}

/** The same, with a snapshot behind it: an archive needs two, this one and that of the stop. */
async function playedToArchive(address: { url: string }, name: string, steps?: number) {
  const made = await played(address, name, steps)
  await askServer(folder, 'snapshot')
  await made.player.act('Craft', { recipe: 'gear', count: 1 })
  return made
}

const claims = async (player: Player, cell: number) => player.act('ClaimMany', { cells: [cell] })

test('a world whose log is archived goes on as if it were whole, and is whole after a restore', async () => {
  const first = await start()
  const ann = await playedToArchive(first, 'ann')
  await stop()
  const before = await logOf()
  const made = await archiveLog(pool, join(folder, 'archives'))
  expect(made).toMatchObject({ first: 1 })
  expect(made!.events).toBe(made!.last)
  expect(made!.last).toBeGreaterThan(20)
  const after = await logOf()
  expect(after.events).toBeLessThan(before.events - 15)
  expect(await archiveLog(pool, join(folder, 'archives'))).toBeUndefined()

  // Who holds what is known, though the events that say so are in the file.
  const again = await start()
  const bob = await joinPlayer(again, 'bob')
  await bob.act('EnterWorld')
  expect(await claims(bob, ann.cell)).toMatchObject({ status: 'refused' })
  await ann.player.close()
  await stop()

  // A second archive goes on where the first ended.
  const second = await archiveLog(pool, join(folder, 'archives'))
  expect(second).toMatchObject({ first: made!.last + 1 })
  const said: string[] = []
  expect(await restoreLog(pool, undefined, (line) => said.push(line))).toBe(2)
  expect(said).toHaveLength(2)
  expect(await archivesOf(pool)).toEqual([])
  const whole = await pool.query(
    'SELECT count(*)::int AS count, max(position)::int AS last FROM orrery.events',
  )
  expect(whole.rows[0].count).toBe(whole.rows[0].last)
  const beginning = await pool.query(
    `SELECT md5(string_agg(e::text, E'\\n' ORDER BY position)) AS digest FROM orrery.events e WHERE position <= $1`,
    [before.events],
  )
  expect(beginning.rows[0].digest).toBe(before.digest)
  // Without snapshots the whole log is run again, and proves every hash that was sealed.
  await pool.query('DELETE FROM orrery.snapshots')
  const replayed = await start()
  expect((await fetch(`${replayed.url}/readyz`)).status).toBe(200)
}, 120_000)

test('a log is archived and backed up while its server runs, and players notice nothing', async () => {
  const first = await start()
  const ann = await playedToArchive(first, 'ann')
  const said = await askServer(folder, 'snapshot')
  expect(said).toEqual([expect.stringMatching(/^world first: the snapshot of tick \d+ is kept/)])
  const before = await logOf()
  const archives = join(folder, 'beside')
  expect(await askServer(folder, 'archive', archives)).toEqual([
    expect.stringMatching(/^positions 1 to \d+ \(\d+ events\) are in .*: keep it$/),
  ])
  expect((await logOf()).events).toBeLessThan(before.events)
  expect(await askServer(folder, 'backup', join(folder, 'beside.ndjson.gz'))).toEqual([
    expect.stringContaining('rows are in'),
  ])
  await expect(askServer(folder, 'restore')).rejects.toThrow('stop it first')
  const bob = await joinPlayer(first, 'bob')
  await bob.act('EnterWorld')
  expect(await claims(bob, ann.cell)).toMatchObject({ status: 'refused' })
  expect(await ann.player.act('Craft', { recipe: 'gear', count: 1 })).toMatchObject({
    status: 'accepted',
  })
  await ann.player.close()
  await bob.close()
  await stop()
  expect(await askServer(folder, 'sizes')).toBeUndefined()
  // Another server goes on from there, and the log can be made whole again.
  await start()
  await stop()
  expect(await restoreLog(pool, undefined, () => {})).toBe(1)
  const whole = await pool.query(
    'SELECT count(*)::int AS count, max(position)::int AS last FROM orrery.events',
  )
  expect(whole.rows[0].count).toBe(whole.rows[0].last)
}, 120_000)

test('an archive empties the partitions that are wholly behind it', async () => {
  await pool.query('DROP TABLE orrery.events_0')
  await pool.query('DELETE FROM orrery.partitions')
  await pool.query('SELECT orrery.make_room(500, 10)')
  await playedToArchive(await start(), 'ann', 30)
  await stop()
  const before = await logOf()
  const made = (await archiveLog(pool, join(folder, 'cut')))!
  expect(made.last).toBeGreaterThan(25)
  const { rows } = await pool.query<{ first: number; size: number }>(
    `SELECT p.first::int AS first, pg_relation_size('orrery.events_' || p.first)::int AS size
     FROM orrery.partitions p WHERE p.ends <= $1 ORDER BY 1`,
    [made.last],
  )
  // A page where the first event of a stream stays, or its newest; else nothing.
  expect(rows.length).toBeGreaterThan(2)
  expect(Math.min(...rows.map(({ size }) => size))).toBe(0)
  expect(await restoreLog(pool, undefined, () => {})).toBe(1)
  expect((await logOf()).digest).toBe(before.digest)
}, 60_000)

test('a log whose beginning is archived says so to whoever needs it, and damaged files change nothing', async () => {
  await playedToArchive(await start(), 'ann')
  await stop()
  const made = (await archiveLog(pool, join(folder, 'harmed')))!
  const store = postgresEventStore(pool)
  await expect(store.readAll(0, 1_000)).rejects.toThrow(
    `the log through position ${made.last} is archived, and has to be read (npm run world -- restore)`,
  )
  await expect(store.readStream('ledger-first', 0, 1_000)).rejects.toThrow('is archived')
  await store.close()
  const archived = await logOf()
  const whole = readFileSync(made.file)
  truncateSync(made.file, whole.length - 100)
  await expect(restoreLog(pool, undefined, () => {})).rejects.toThrow('cannot be read')
  rmSync(made.file)
  await expect(restoreLog(pool, undefined, () => {})).rejects.toThrow('cannot be read')
  expect(await logOf()).toEqual(archived)
  const moved = mkdtempSync(join(folder, 'moved-'))
  writeFileSync(join(moved, basename(made.file)), whole)
  expect(await restoreLog(pool, moved, () => {})).toBe(1)
}, 120_000)

test('nothing is archived without a good snapshot of every world', async () => {
  await playedToArchive(await start(), 'ann')
  await stop()
  await pool.query('DELETE FROM orrery.snapshots')
  const before = await logOf()
  await expect(archiveLog(pool, folder)).rejects.toThrow(
    'world first has no good snapshot, and 2 are needed in case that one is damaged later: make one more and try again',
  )
  expect(await logOf()).toEqual(before)
}, 60_000)

test('nothing is archived behind a world with one good snapshot only', async () => {
  await playedToArchive(await start(), 'ann')
  await stop()
  await damageNewest()
  const before = await logOf()
  await expect(archiveLog(pool, folder)).rejects.toThrow('world first has one good snapshot')
  expect(await logOf()).toEqual(before)
}, 60_000)

test('a world whose newest snapshot is damaged after an archive goes on from the one before, and names those it cannot use', async () => {
  const first = await start()
  await playedToArchive(first, 'ann')
  await playedToArchive(first, 'bob')
  await stop()
  const ticks = (await postgresSnapshots(pool).list('first')).map(({ tick }) => tick)
  expect(ticks).toHaveLength(3)
  const { last } = (await archiveLog(pool, join(folder, 'second newest')))!
  expect(last).toBeGreaterThan(40)
  await damageNewest()
  const said: string[] = []
  const again = await start(pool, said)
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  expect(said).toContain(`world first: goes on from its snapshot of tick ${ticks[1]}`)
  await stop()
  // With all that could be gone on from damaged, the reason and the way out are told.
  await pool.query('DELETE FROM orrery.snapshots WHERE tick > $1', [ticks[1]])
  await damageNewest()
  const config = readConfig({ HOST: '127.0.0.1', PORT: '0', DEMO_BOT: 'off', DATA_DIR: folder })
  const say = (line: string) => said.push(line)
  running.push(await compose(config, { say, storage: storageOf(pool) }))
  await until(
    async () => said,
    (lines) => lines.some((line) => line.includes(`through position ${last} is archived`)),
  )
  expect(said).toContain(
    `world first: its snapshot of tick ${ticks[2]} is passed over: what came after it is archived, through position ${last}: npx orrery world restore`,
  )
}, 60_000)

test('a world that idles, while others fill the log, is opened at snapshots of before and after an archive', async () => {
  const first = await start()
  const { player } = await played(first, 'ann')
  const newest = [...player.acknowledged.values()].at(-1)!.answer.position!
  await player.close()
  // Events of no world, and then one of the ledger: the archive ends far behind the newest event of this world.
  for (const name of ['bob', 'cy', 'dan']) await (await joinPlayer(first, name)).close()
  await stop()
  await start()
  for (let times = 0; times < 3; times++) await askServer(folder, 'snapshot')
  expect(await askServer(folder, 'archive', join(folder, 'idle'))).toEqual([
    expect.stringMatching(/^positions 1 to \d+ /),
  ])
  await stop()
  const [archived] = await archivesOf(pool)
  expect(archived!.last).toBeGreaterThan(newest + 2)
  // The newest is of the stop; the one before was there when the log was archived.
  for (let damaged = 0; damaged < 2; damaged++) {
    const ticks = (await postgresSnapshots(pool).list('first')).map(({ tick }) => tick)
    const said: string[] = []
    const again = await start(pool, said)
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
    expect(said).toContain(`world first: goes on from its snapshot of tick ${ticks[0]}`)
    await stop()
    await pool.query('DELETE FROM orrery.snapshots WHERE tick >= $1', [ticks[0]])
  }
}, 60_000)

test('a world that is founded while an archive begins keeps all its events', async () => {
  await playedToArchive(await start(), 'ann')
  await stop()
  let isFounded = false
  let before = 0
  const meeting = new Proxy(pool, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'query') return member.bind(target)
      return async (...asked: unknown[]) => {
        const text = typeof asked[0] === 'string' ? asked[0] : ''
        // By now it was read which worlds there are.
        if (!isFounded && text.includes('FROM orrery.archives ORDER BY')) {
          isFounded = true
          before = await foundLate()
        }
        return Reflect.apply(member, target, asked)
      }
    },
  })
  const made = await archiveLog(meeting, join(folder, 'late'))
  expect(isFounded).toBe(true)
  expect(made!.last).toBeLessThanOrEqual(before)
}, 60_000)

/** Founds a world, and runs the first one on to two snapshots behind that; gives the log's end before. */
async function foundLate(): Promise<number> {
  const store = postgresEventStore(pool)
  const end = await store.head()
  const metadata = { ...event('found').metadata, world: 'late' }
  const data = { world: 'late', seed: 1, n: 4, ups: 20 }
  const founded: NewEvent = { type: 'WorldFounded', version: 1, data, metadata }
  await store.append('world-late', 0, [accepted(0, { events: [founded] })])
  await store.close()
  const again = await start()
  await playedToArchive(again, 'bob')
  await stop()
  return end
}

async function damageNewest() {
  await pool.query(
    `UPDATE orrery.snapshot_parts SET deflated = '\\x00' WHERE tick = (SELECT max(tick) FROM orrery.snapshots)`,
  )
}

test('a backup brings everything into a fresh database, and no other', async () => {
  const first = await start()
  const { player } = await played(first, 'ann')
  await player.act('Say', { text: 'good bye ⬡' })
  await stop()
  const file = join(folder, 'backup.ndjson.gz')
  const rows = await backUp(pool, file)
  expect(rows).toBeGreaterThan(50)
  await expect(restoreBackup(pool, file)).rejects.toThrow('this database is in use')

  const other = await testDatabase()
  try {
    const fresh = other.pool(8)
    const cut = join(folder, 'cut.ndjson.gz')
    copyFileSync(file, cut)
    truncateSync(cut, readFileSync(file).length - 50)
    await expect(restoreBackup(fresh, cut)).rejects.toThrow('cannot be read')
    expect(await restoreBackup(fresh, file)).toBe(rows)
    expect(await logOf(fresh)).toEqual(await logOf())
    const names = 'SELECT account, name FROM orrery.names ORDER BY kept'
    expect((await fresh.query(names)).rows).toEqual((await pool.query(names)).rows)
    // The token of a backed up session opens the door of the restored world.
    const restored = await start(fresh)
    const response = await fetch(`${restored.url}/worlds/first/me`, {
      headers: { authorization: `Bearer ${player.token}` },
    })
    expect(await response.json()).toMatchObject({ here: true })
    expect((await joinPlayer(restored, 'bob')).account).not.toBe(player.account)
    await stop()
  } finally {
    await other.drop()
  }
}, 120_000)

test('sizes tell of every table, the largest first', async () => {
  const sizes = await tableSizes(pool)
  expect(sizes.map(({ table }) => table)).toEqual(expect.arrayContaining(['events', 'snapshots']))
  expect(sizes.find(({ table }) => table === 'events')?.partitions).toBe(1)
  expect(sizes.map(({ bytes }) => bytes)).toEqual(
    sizes.map(({ bytes }) => bytes).sort((a, b) => b - a),
  )
})

test('the metrics tell what tables and the newest snapshot take, and what is not saved yet', async () => {
  const orrery = await start()
  await played(orrery, 'ann')
  const scrape = async () => (await fetch(`${orrery.url}/metrics`)).text()
  const seriesValue = (text: string, series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(series))
        ?.split(' ')
        .at(-1),
    )
  const text = await until(
    scrape,
    (told) => seriesValue(told, 'orrery_table_bytes{table="events"}') > 0,
  )
  expect(seriesValue(text, 'orrery_log_partitions')).toBe(1)
  expect(seriesValue(text, 'orrery_snapshot_tick{world="first"}')).toBe(0)
  expect(seriesValue(text, 'orrery_snapshot_failed{world="first"}')).toBe(0)
  for (const rows of ['players', 'chunks']) {
    expect(
      seriesValue(text, `orrery_rows_dirty{world="first",rows="${rows}"}`),
    ).toBeGreaterThanOrEqual(0)
    expect(seriesValue(text, `orrery_rows_failing{world="first",rows="${rows}"}`)).toBe(0)
  }
  await askServer(folder, 'snapshot')
  expect(seriesValue(await scrape(), 'orrery_snapshot_tick{world="first"}')).toBeGreaterThan(0)
}, 60_000)
