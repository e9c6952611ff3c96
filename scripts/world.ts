// `npm run world -- <what>`: what an operator does to worlds and their log while no server runs. Without a word it tells
// what there is.

import { join } from 'node:path'
import { readConfig } from '../src/config.ts'
import { piscinaKernel } from '../src/platform/kernel/pool.ts'
import { archivesOf } from '../src/platform/postgres/archives.ts'
import { backUp, restoreBackup } from '../src/platform/postgres/backup.ts'
import { tableSizes } from '../src/platform/postgres/sizes.ts'
import { postgresSnapshots } from '../src/platform/postgres/snapshots.ts'
import { openDatabase } from '../src/platform/storage.ts'
import { archiveLog, foundedWorlds, restoreLog, snapshotWorld } from './keeping.ts'

const usage = `npm run world -- …
  list               worlds and their snapshots
  sizes              what the tables and archives take
  snapshot [world]   run a world (all of them) to its end and keep a snapshot of it for ever
  archive [folder]   move the log behind the newest snapshots into a file (default: DATA_DIR/archives)
  restore [folder]   bring all archived events back (folder: where the files are now)
  backup <file>      everything into one file
  restore-backup <file>   a backup into a fresh database
The server must not run: these need the database for themselves.`

const say = (line: string) => console.log(line)
const size = (bytes: number) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const [what = '', given] = process.argv.slice(2)
const known = ['list', 'sizes', 'snapshot', 'archive', 'restore', 'backup', 'restore-backup']
const needsFile = what === 'backup' || what === 'restore-backup'
if (!known.includes(what) || (needsFile && given === undefined)) {
  console.error(usage)
  process.exit(2)
}

try {
  const config = readConfig(process.env)
  if (config.eventStoreUrl !== undefined && what !== 'list' && what !== 'sizes') {
    throw new Error(
      'with EVENTSTORE_URL the log is kept by EventStoreDB: back it up and scavenge it there',
    )
  }
  const database = await openDatabase(config, () => {}, 0)
  try {
    await run(database.pool, config.dataDir)
  } finally {
    await database.close()
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 3
}

async function run(pool: Parameters<typeof archiveLog>[0], dataDir: string): Promise<void> {
  switch (what) {
    case 'list':
      return list(pool)
    case 'sizes': {
      for (const { table, rows, bytes, partitions } of await tableSizes(pool)) {
        const parts = partitions > 1 ? ` in ${partitions} partitions` : ''
        say(`${table.padEnd(18)} ${String(rows).padStart(10)} rows  ${size(bytes)}${parts}`)
      }
      for (const { first, last, file } of await archivesOf(pool)) {
        say(`archived: positions ${first} to ${last} in ${file}`)
      }
      return
    }
    case 'snapshot': {
      const worlds = await foundedWorlds(pool)
      const wanted = worlds.filter(({ world }) => given === undefined || world === given)
      if (wanted.length === 0) throw new Error(`there is no world ${given ?? ''}`.trim())
      for (const settings of wanted) {
        const { world, tick } = await snapshotWorld(pool, settings, piscinaKernel, say)
        say(`world ${world}: the snapshot of tick ${tick} is kept for ever`)
      }
      return
    }
    case 'archive': {
      const made = await archiveLog(pool, given ?? join(dataDir, 'archives'))
      if (!made) return say('there is nothing to archive')
      const { first, last, events, file } = made
      return say(`positions ${first} to ${last} (${events} events) are in ${file}: keep it`)
    }
    case 'restore': {
      const count = await restoreLog(pool, given, say)
      return say(count === 0 ? 'nothing is archived' : 'the log is whole again')
    }
    case 'backup':
      return say(`${await backUp(pool, given!)} rows are in ${given}`)
    default:
      return say(`${await restoreBackup(pool, given!)} rows were restored from ${given}`)
  }
}

async function list(pool: Parameters<typeof archiveLog>[0]): Promise<void> {
  const snapshots = postgresSnapshots(pool)
  for (const { world, seed, n, ups } of await foundedWorlds(pool)) {
    say(`world ${world}: seed ${seed}, N ${n}, ${ups} UPS`)
    for (const { tick, pieces, bytes, pinned, rulesHash } of await snapshots.list(world)) {
      const kept = pinned ? ', kept for ever' : ''
      say(`  snapshot of tick ${tick}: ${pieces} pieces, ${size(bytes)}, rules ${rulesHash}${kept}`)
    }
  }
}
