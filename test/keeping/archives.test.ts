// Archives and restores of a played world, on a real PostgreSQL: nothing of it may be lost or change.

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { NewEvent } from '../../src/domain/ports/eventStore.ts'
import { archiveLog, restoreLog } from '../../src/keeping.ts'
import { askServer } from '../../src/operator.ts'
import { archivesOf } from '../../src/platform/postgres/archives.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { accepted, event } from '../helpers/appends.ts'
import { joinPlayer, type Player } from '../helpers/client.ts'
import { keptDatabase, played } from '../helpers/keptDatabase.ts'
import { until } from '../helpers/server.ts'

const kept = keptDatabase()

const claims = async (player: Player, cell: number) => player.act('ClaimMany', { cells: [cell] })

test('a world whose log is archived goes on as if it were whole, and is whole after a restore', async () => {
  const first = await kept.start()
  const ann = await kept.playedToArchive(first, 'ann')
  await kept.stop()
  const before = await kept.logOf()
  const made = await archiveLog(kept.pool(), join(kept.folder, 'archives'))
  expect(made).toMatchObject({ first: 1 })
  expect(made!.events).toBe(made!.last)
  expect(made!.last).toBeGreaterThan(20)
  const after = await kept.logOf()
  expect(after.events).toBeLessThan(before.events - 15)
  expect(await archiveLog(kept.pool(), join(kept.folder, 'archives'))).toBeUndefined()

  // Who holds what is known, though the events that say so are in the file.
  const again = await kept.start()
  const bob = await joinPlayer(again, 'bob')
  await bob.act('EnterWorld')
  expect(await claims(bob, ann.cell)).toMatchObject({ status: 'refused' })
  await ann.player.close()
  await kept.stop()

  // A second archive goes on where the first ended.
  const second = await archiveLog(kept.pool(), join(kept.folder, 'archives'))
  expect(second).toMatchObject({ first: made!.last + 1 })
  const said: string[] = []
  expect(await restoreLog(kept.pool(), undefined, (line) => said.push(line))).toBe(2)
  expect(said).toHaveLength(2)
  expect(await archivesOf(kept.pool())).toEqual([])
  const whole = await kept
    .pool()
    .query('SELECT count(*)::int AS count, max(position)::int AS last FROM orrery.events')
  expect(whole.rows[0].count).toBe(whole.rows[0].last)
  const beginning = await kept
    .pool()
    .query(
      `SELECT md5(string_agg(e::text, E'\\n' ORDER BY position)) AS digest FROM orrery.events e WHERE position <= $1`,
      [before.events],
    )
  expect(beginning.rows[0].digest).toBe(before.digest)
  // Without snapshots the whole log is run again, and proves every hash that was sealed.
  await kept.pool().query('DELETE FROM orrery.snapshots')
  const replayed = await kept.start()
  expect((await fetch(`${replayed.url}/readyz`)).status).toBe(200)
}, 120_000)

test('a log is archived and backed up while its server runs, and players notice nothing', async () => {
  const first = await kept.start()
  const ann = await kept.playedToArchive(first, 'ann')
  const said = await askServer(kept.folder, 'snapshot')
  expect(said).toEqual([expect.stringMatching(/^world first: the snapshot of tick \d+ is kept/)])
  const before = await kept.logOf()
  const archives = join(kept.folder, 'beside')
  expect(await askServer(kept.folder, 'archive', archives)).toEqual([
    expect.stringMatching(/^positions 1 to \d+ \(\d+ events\) are in .*: keep it$/),
  ])
  expect((await kept.logOf()).events).toBeLessThan(before.events)
  expect(await askServer(kept.folder, 'backup', join(kept.folder, 'beside.ndjson.gz'))).toEqual([
    expect.stringContaining('rows are in'),
  ])
  await expect(askServer(kept.folder, 'restore')).rejects.toThrow('stop it first')
  const bob = await joinPlayer(first, 'bob')
  await bob.act('EnterWorld')
  expect(await claims(bob, ann.cell)).toMatchObject({ status: 'refused' })
  expect(await ann.player.act('Craft', { recipe: 'gear', count: 1 })).toMatchObject({
    status: 'accepted',
  })
  await ann.player.close()
  await bob.close()
  await kept.stop()
  expect(await askServer(kept.folder, 'sizes')).toBeUndefined()
  // Another server goes on from there, and the log can be made whole again.
  await kept.start()
  await kept.stop()
  expect(await restoreLog(kept.pool(), undefined, () => {})).toBe(1)
  const whole = await kept
    .pool()
    .query('SELECT count(*)::int AS count, max(position)::int AS last FROM orrery.events')
  expect(whole.rows[0].count).toBe(whole.rows[0].last)
}, 120_000)

test('an archive empties the partitions that are wholly behind it', async () => {
  await kept.pool().query('DROP TABLE orrery.events_0')
  await kept.pool().query('DELETE FROM orrery.partitions')
  await kept.pool().query('SELECT orrery.make_room(500, 10)')
  await kept.playedToArchive(await kept.start(), 'ann', 30)
  await kept.stop()
  const before = await kept.logOf()
  const made = (await archiveLog(kept.pool(), join(kept.folder, 'cut')))!
  expect(made.last).toBeGreaterThan(25)
  const { rows } = await kept.pool().query<{ first: number; size: number }>(
    `SELECT p.first::int AS first, pg_relation_size('orrery.events_' || p.first)::int AS size
     FROM orrery.partitions p WHERE p.ends <= $1 ORDER BY 1`,
    [made.last],
  )
  // A page where the first event of a stream stays, or its newest; else nothing.
  expect(rows.length).toBeGreaterThan(2)
  expect(Math.min(...rows.map(({ size }) => size))).toBe(0)
  expect(await restoreLog(kept.pool(), undefined, () => {})).toBe(1)
  expect((await kept.logOf()).digest).toBe(before.digest)
}, 60_000)

test('a log whose beginning is archived says so to whoever needs it, and damaged files change nothing', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  const made = (await archiveLog(kept.pool(), join(kept.folder, 'harmed')))!
  const store = postgresEventStore(kept.pool())
  await expect(store.readAll(0, 1_000)).rejects.toThrow(
    `the log through position ${made.last} is archived, and has to be read (npm run world -- restore)`,
  )
  await expect(store.readStream('ledger-first', 0, 1_000)).rejects.toThrow('is archived')
  await store.close()
  const archived = await kept.logOf()
  const whole = readFileSync(made.file)
  truncateSync(made.file, whole.length - 100)
  await expect(restoreLog(kept.pool(), undefined, () => {})).rejects.toThrow('cannot be read')
  rmSync(made.file)
  await expect(restoreLog(kept.pool(), undefined, () => {})).rejects.toThrow('cannot be read')
  expect(await kept.logOf()).toEqual(archived)
  const moved = mkdtempSync(join(kept.folder, 'moved-'))
  writeFileSync(join(moved, basename(made.file)), whole)
  expect(await restoreLog(kept.pool(), moved, () => {})).toBe(1)
}, 120_000)

test('nothing is archived without a good snapshot of every world', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  await kept.pool().query('DELETE FROM orrery.snapshots')
  const before = await kept.logOf()
  await expect(archiveLog(kept.pool(), kept.folder)).rejects.toThrow(
    'world first has no good snapshot, and 2 are needed in case that one is damaged later: make one more and try again',
  )
  expect(await kept.logOf()).toEqual(before)
}, 60_000)

test('nothing is archived behind a world with one good snapshot only', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  await kept.damageNewest()
  const before = await kept.logOf()
  await expect(archiveLog(kept.pool(), kept.folder)).rejects.toThrow(
    'world first has one good snapshot',
  )
  expect(await kept.logOf()).toEqual(before)
}, 60_000)

test('a world whose newest snapshot is damaged after an archive goes on from the one before, and names those it cannot use', async () => {
  const first = await kept.start()
  await kept.playedToArchive(first, 'ann')
  await kept.playedToArchive(first, 'bob')
  await kept.stop()
  const ticks = (await postgresSnapshots(kept.pool()).list('first')).map(({ tick }) => tick)
  expect(ticks).toHaveLength(3)
  const { last } = (await archiveLog(kept.pool(), join(kept.folder, 'second newest')))!
  expect(last).toBeGreaterThan(40)
  await kept.damageNewest()
  const said: string[] = []
  const again = await kept.start(kept.pool(), said)
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
  expect(said).toContain(`world first: goes on from its snapshot of tick ${ticks[1]}`)
  await kept.stop()
  // With all that could be gone on from damaged, the reason and the way out are told.
  await kept.pool().query('DELETE FROM orrery.snapshots WHERE tick > $1', [ticks[1]])
  await kept.damageNewest()
  await kept.begin(kept.pool(), said)
  await until(
    async () => said,
    (lines) => lines.some((line) => line.includes(`through position ${last} is archived`)),
  )
  expect(said).toContain(
    `world first: its snapshot of tick ${ticks[2]} is passed over: what came after it is archived, through position ${last}: npx orrery world restore`,
  )
}, 60_000)

test('a world that idles, while others fill the log, is opened at snapshots of before and after an archive', async () => {
  const first = await kept.start()
  const { player } = await played(first, 'ann')
  const newest = [...player.acknowledged.values()].at(-1)!.answer.position!
  await player.close()
  // Events of no world, and then one of the ledger: the archive ends far behind the newest event of this world.
  for (const name of ['bob', 'cy', 'dan']) await (await joinPlayer(first, name)).close()
  await kept.stop()
  await kept.start()
  for (let times = 0; times < 3; times++) await askServer(kept.folder, 'snapshot')
  expect(await askServer(kept.folder, 'archive', join(kept.folder, 'idle'))).toEqual([
    expect.stringMatching(/^positions 1 to \d+ /),
  ])
  await kept.stop()
  const [archived] = await archivesOf(kept.pool())
  expect(archived!.last).toBeGreaterThan(newest + 2)
  // The newest is of the stop; the one before was there when the log was archived.
  for (let damaged = 0; damaged < 2; damaged++) {
    const ticks = (await postgresSnapshots(kept.pool()).list('first')).map(({ tick }) => tick)
    const said: string[] = []
    const again = await kept.start(kept.pool(), said)
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200)
    expect(said).toContain(`world first: goes on from its snapshot of tick ${ticks[0]}`)
    await kept.stop()
    await kept.pool().query('DELETE FROM orrery.snapshots WHERE tick >= $1', [ticks[0]])
  }
}, 60_000)

test('a world that is founded while an archive begins keeps all its events', async () => {
  await kept.playedToArchive(await kept.start(), 'ann')
  await kept.stop()
  let isFounded = false
  let before = 0
  const meeting = new Proxy(kept.pool(), {
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
  const made = await archiveLog(meeting, join(kept.folder, 'late'))
  expect(isFounded).toBe(true)
  expect(made!.last).toBeLessThanOrEqual(before)
}, 60_000)

/** Founds a world, and runs the first one on to two snapshots behind that; gives the log's end before. */
async function foundLate(): Promise<number> {
  const store = postgresEventStore(kept.pool())
  const end = await store.head()
  const metadata = { ...event('found').metadata, world: 'late' }
  const data = { world: 'late', seed: 1, n: 4, ups: 20 }
  const founded: NewEvent = { type: 'WorldFounded', version: 1, data, metadata }
  await store.append('world-late', 0, [accepted(0, { events: [founded] })])
  await store.close()
  const again = await kept.start()
  await kept.playedToArchive(again, 'bob')
  await kept.stop()
  return end
}
