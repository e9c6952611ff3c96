// The whole server on a real PostgreSQL that goes away and comes back: what goes on meanwhile, what is refused and how,
// and that everything is written once it is there again.

import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose, type Orrery } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'
import { postgresPersonalData } from '../../src/platform/postgres/personalData.ts'
import { postgresReadModels } from '../../src/platform/postgres/readModels.ts'
import { postgresSnapshots } from '../../src/platform/postgres/snapshots.ts'
import { joinPlayer, type Player } from '../helpers/client.ts'
import { dataFolder, postgresOf, removeFolder, until } from '../helpers/server.ts'

const UPS = 20
/** Ticks that may be shown beyond the last seal: docs/tick-ledger.md, "The horizon". */
const HORIZON = UPS

const folder = dataFolder()
let database: EmbeddedPostgres
let pool: pg.Pool
let orrery: Orrery
let player: Player
const said: string[] = []

beforeAll(async () => {
  database = await startEmbeddedPostgres(folder, () => {})
  // As storage.ts has it, but with less patience.
  pool = new pg.Pool({
    ...database.connection,
    max: 8,
    connectionTimeoutMillis: 1_000,
    query_timeout: 2_000,
    pipeline: true,
  })
  pool.on('error', () => {})
  await migrate(pool, () => {})
  const store = postgresEventStore(pool, { patienceMs: 500 })
  const storage = {
    store,
    personalData: postgresPersonalData(pool),
    readModels: postgresReadModels(pool),
    snapshots: postgresSnapshots(pool),
    progress: async () => ({ position: 0, state: undefined, reached: async () => {} }),
    close: () => store.close(),
  }
  const config = readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    WORLD_N: '8',
    UPS: String(UPS),
    DEMO_BOT: 'off',
    DATA_DIR: folder,
  })
  orrery = await compose(config, { say: (line) => said.push(line), storage })
  await orrery.ready
  player = await joinPlayer({ url: orrery.url }, 'ann')
  await player.act('EnterWorld')
}, 120_000)

afterAll(async () => {
  signal('SIGCONT')
  await player?.close()
  await orrery?.stop()
  await pool?.end()
  await database?.stop()
  removeFolder(folder)
})

const answered = async (path: string) => {
  const response = await fetch(`${orrery.url}${path}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const claim = (commandId: string) =>
  fetch(`${orrery.url}/mailbox/${player.mailbox}/actions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${player.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'MovePlayer', world: 'first', path: [0], commandId }),
  })
const holds = (ask: () => Promise<boolean>) => until(ask, (yes) => yes)
const worldTick = async () =>
  ((await answered('/worlds')).body.worlds as { tick: number }[])[0]!.tick

const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
  for (const pid of postgresOf(folder)) process.kill(pid, name)
}

const ways = [
  {
    way: 'is stopped and started again',
    away: () => database.stop(),
    back: async () => {
      database = await startEmbeddedPostgres(folder, () => {})
    },
  },
  {
    way: 'stands still (kill -STOP) and goes on',
    away: async () => signal('SIGSTOP'),
    back: async () => signal('SIGCONT'),
  },
]

describe.each(ways)('a database that $way', ({ away, back }) => {
  it('stops no world within its bound, refuses commands clearly, says so, and gets all that it missed', async () => {
    const rows = async () =>
      Number((await pool.query(`SELECT max(tick) AS tick FROM orrery.players`)).rows[0]?.tick)
    const commandId = randomUUID()
    await away()
    // The world is shown no further than its last seal and the horizon; it answers, and is not stopped.
    await holds(async () => (await answered('/readyz')).status === 503)
    const { body } = await answered('/readyz')
    expect(String(body.detail)).toContain('the event log is away')
    const shown = await worldTick()
    const refused = await claim(commandId)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(await refused.json()).toMatchObject({ status: 503, detail: expect.stringMatching(/\S/) })
    const later = await worldTick()
    expect(later - shown).toBeLessThanOrEqual(HORIZON)
    expect((await answered('/worlds')).status).toBe(200)

    await back()
    await holds(async () => (await answered('/readyz')).status === 200)
    // The very command that was refused is taken now, once.
    await holds(async () => (await claim(commandId)).status === 200)
    await holds(async () => (await worldTick()) > later + HORIZON)
    const events = await pool.query(
      `SELECT count(*)::int AS count FROM orrery.events WHERE metadata LIKE '%' || $1 || '%'
       AND type = 'MoveOrdered'`,
      [commandId],
    )
    expect(events.rows).toEqual([{ count: 1 }])
    await holds(async () => (await rows()) > later)
    expect(said.filter((line) => line.includes('stopped'))).toEqual([])
  }, 120_000)
})
