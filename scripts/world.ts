// `npm run world -- …`, and what `orrery world` and `orrery players` do on the data folder: a server that runs on the data folder is asked; where none does, the
// database is opened here.

import { join, resolve } from 'node:path'
import type { Pool } from 'pg'
import { orrery } from '../src/cli/main.ts'
import type { KeepPlayers } from '../src/cli/players.ts'
import type { KeepWorlds, WorldAction } from '../src/cli/world.ts'
import { readConfig } from '../src/config.ts'
import { foundedWorlds, restoreLog, snapshotWorld } from '../src/keeping.ts'
import { askServer } from '../src/operator.ts'
import { archived, listed, logIsElsewhere, revoked, shown, sized } from '../src/operatorActions.ts'
import { piscinaKernel } from '../src/platform/kernel/pool.ts'
import { backUp, restoreBackup } from '../src/platform/postgres/backup.ts'
import { postgresPersonalData } from '../src/platform/postgres/personalData.ts'
import { exportLog } from '../src/platform/postgres/wholeLog.ts'
import { openDatabase } from '../src/platform/storage.ts'
import { replayTools } from './replay.ts'

/** What a running server cannot do. */
const ofNobody: readonly WorldAction[] = ['restore', 'restore-backup']
const withoutLog: readonly WorldAction[] = ['list', 'sizes']

export const keepWorlds: KeepWorlds = async (action, word, say) => {
  const config = readConfig(process.env)
  const { dataDir } = config
  // A server may stand in another folder than who asks it.
  const given = word !== undefined && action !== 'snapshot' ? resolve(word) : word
  const told = ofNobody.includes(action) ? undefined : await askServer(dataDir, action, given)
  if (told) return told
  if (config.eventStoreUrl !== undefined && !withoutLog.includes(action)) throw logIsElsewhere()
  const database = await openDatabase(config, () => {}, 0)
  try {
    return await run(database.pool, action, given, join(dataDir, 'archives'), say)
  } finally {
    await database.close()
  }
}

export const keepPlayers: KeepPlayers = async (action, nameOrId) => {
  const config = readConfig(process.env)
  const told = await askServer(config.dataDir, `players/${action}`, nameOrId)
  if (told) return told
  const database = await openDatabase(config, () => {}, 0)
  try {
    const personalData = postgresPersonalData(database.pool)
    return action === 'show'
      ? await shown(personalData, nameOrId)
      : await revoked(personalData, nameOrId, (account) => personalData.closeSessions(account))
  } finally {
    await database.close()
  }
}

async function run(
  pool: Pool,
  action: WorldAction,
  given: string | undefined,
  archives: string,
  say: (line: string) => void,
): Promise<readonly string[]> {
  switch (action) {
    case 'list':
      return listed(pool, await foundedWorlds(pool))
    case 'sizes':
      return sized(pool)
    case 'snapshot':
      return snapshots(pool, given, say)
    case 'archive':
      return archived(pool, given ?? archives)
    case 'backup':
      return [`${await backUp(pool, given!)} rows are in ${given}`]
    case 'export-log':
      return [`${await exportLog(pool, given!)} events are in ${given}`]
    case 'restore': {
      const count = await restoreLog(pool, given, say)
      return [count === 0 ? 'nothing is archived' : 'the log is whole again']
    }
    case 'restore-backup':
      return [`${await restoreBackup(pool, given!)} rows were restored from ${given}`]
  }
}

async function snapshots(pool: Pool, given: string | undefined, say: (line: string) => void) {
  const worlds = await foundedWorlds(pool)
  const wanted = worlds.filter(({ world }) => given === undefined || world === given)
  if (wanted.length === 0) throw new Error(`there is no world ${given ?? ''}`.trim())
  const lines: string[] = []
  for (const settings of wanted) {
    const { world, tick } = await snapshotWorld(pool, settings, piscinaKernel, say)
    lines.push(`world ${world}: the snapshot of tick ${tick} is kept for ever`)
  }
  return lines
}

if (process.argv[1]?.endsWith('world.ts')) {
  const words = process.argv.slice(2)
  const keep = { worlds: keepWorlds, players: keepPlayers }
  const tools = async () => replayTools()
  process.exitCode = await orrery(['world', ...words], async () => {}, keep, tools)
}
