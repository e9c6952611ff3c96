// What persistence costs and gives, in one run and one table: `npm run bench -- persistence`, or a part of it:
// `npx tsx bench/persistence.ts [log] [cache] [snapshots] [recovery]`.
//
// On the embedded PostgreSQL in a folder of its own; DATABASE_URL names another server, on which databases are made and dropped.

import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '../src/platform/postgres/embedded/launcher.ts'
import { migrate } from '../src/platform/postgres/migrate.ts'
import { measureCache } from './persistence/cache.ts'
import { measureLog } from './persistence/log.ts'
import { measureRecovery } from './persistence/recovery.ts'
import type { Measured } from './persistence/row.ts'
import { measureSnapshots } from './persistence/snapshots.ts'

const parts: Record<string, (pool: pg.Pool) => AsyncIterable<Measured>> = {
  log: measureLog,
  cache: measureCache,
  snapshots: measureSnapshots,
  recovery: measureRecovery,
}
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(
    `no part is called ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`,
  )
  process.exit(2)
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-bench-'))
const url = process.env.DATABASE_URL
const server = url === undefined ? await startEmbeddedPostgres(folder, () => {}) : undefined
const connection: pg.ClientConfig = server?.connection ?? { connectionString: url }
const admin = new pg.Pool({ ...connection, max: 1 })
const load = () => os.loadavg()[0]?.toFixed(1)
const began = performance.now()
try {
  const version = await admin.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  )
  console.log(
    `PostgreSQL ${version.rows[0]?.version} (${server ? `embedded, ${server.how}` : 'by DATABASE_URL'}), fsync on; load ${load()}\n`,
  )
  console.log('| what | measured |\n|---|---|')
  for (const [name, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const database = `orrery_bench_${process.pid}_${name}`
    await admin.query(`CREATE DATABASE ${database} TEMPLATE template0`)
    const pool = new pg.Pool({ ...inDatabase(database), max: 8, pipeline: true })
    // The database is dropped under connections that have just been told to end.
    pool.on('error', () => {})
    try {
      await migrate(pool, () => {})
      for await (const [what, measured] of measure(pool)) console.log(`| ${what} | ${measured} |`)
    } finally {
      await pool.end()
      await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
    }
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`\nAll of it took ${seconds} s; load at the end ${load()}`)
} finally {
  await admin.end()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
}

function inDatabase(database: string): pg.ClientConfig {
  if (url === undefined) return { ...connection, database }
  const own = new URL(url)
  own.pathname = `/${database}`
  return { connectionString: own.href }
}
