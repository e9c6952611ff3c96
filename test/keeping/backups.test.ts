// Backups of a played world on a real PostgreSQL, and what its tables take.

import { copyFileSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askServer } from '../../src/operator.ts'
import { backedUp, backUp, restoreBackup } from '../../src/platform/postgres/backup.ts'
import { tableSizes } from '../../src/platform/postgres/sizes.ts'
import { joinPlayer } from '../helpers/client.ts'
import { keptDatabase, played } from '../helpers/keptDatabase.ts'
import { testDatabase } from '../helpers/postgres.ts'
import { until } from '../helpers/server.ts'

const kept = keptDatabase()

test('a backup brings everything into a fresh database, and no other', async () => {
  const first = await kept.start()
  const { player } = await played(first, 'ann')
  await player.act('Say', { text: 'good bye ⬡' })
  await kept.stop()
  const file = join(kept.folder, 'backup.ndjson.gz')
  const rows = await backUp(kept.pool(), file)
  expect(rows).toBeGreaterThan(50)
  await expect(restoreBackup(kept.pool(), file)).rejects.toThrow('this database is in use')

  const other = await testDatabase()
  try {
    const fresh = other.pool(8)
    const cut = join(kept.folder, 'cut.ndjson.gz')
    copyFileSync(file, cut)
    truncateSync(cut, readFileSync(file).length - 50)
    await expect(restoreBackup(fresh, cut)).rejects.toThrow('cannot be read')
    expect(await restoreBackup(fresh, file)).toBe(rows)
    expect(await kept.logOf(fresh)).toEqual(await kept.logOf())
    const names = 'SELECT account, name FROM orrery.names ORDER BY kept'
    expect((await fresh.query(names)).rows).toEqual((await kept.pool().query(names)).rows)
    // The token of a backed up session opens the door of the restored world.
    const restored = await kept.start(fresh)
    const response = await fetch(`${restored.url}/worlds/first/me`, {
      headers: { authorization: `Bearer ${player.token}` },
    })
    expect(await response.json()).toMatchObject({ here: true })
    expect((await joinPlayer(restored, 'bob')).account).not.toBe(player.account)
    await kept.stop()
  } finally {
    await other.drop()
  }
}, 120_000)

test('a backup holds every table that there is, but for what each database makes for itself', async () => {
  const { rows } = await kept.pool().query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
     WHERE s.nspname = 'orrery' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
  )
  const ownOnes = ['migrations', 'partitions']
  expect(rows.map(({ name }) => name).filter((name) => !ownOnes.includes(name))).toEqual(
    [...backedUp].sort(),
  )
})

test('sizes tell of every table, the largest first', async () => {
  const sizes = await tableSizes(kept.pool())
  expect(sizes.map(({ table }) => table)).toEqual(expect.arrayContaining(['events', 'snapshots']))
  expect(sizes.find(({ table }) => table === 'events')?.partitions).toBe(1)
  expect(sizes.map(({ bytes }) => bytes)).toEqual(
    sizes.map(({ bytes }) => bytes).sort((a, b) => b - a),
  )
})

test('the metrics tell what tables and the newest snapshot take, and what is not saved yet', async () => {
  const orrery = await kept.start()
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
  await askServer(kept.folder, 'snapshot')
  expect(seriesValue(await scrape(), 'orrery_snapshot_tick{world="first"}')).toBeGreaterThan(0)
}, 60_000)
