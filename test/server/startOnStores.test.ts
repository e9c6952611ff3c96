// The whole server with its log in EventStoreDB, and with its database behind a WebSocket as Neon's is.

import { afterAll, afterEach, expect, test } from 'vitest'
import { prototypes } from '../../src/domain/prototypes.ts'
import { joinPlayer, request } from '../helpers/client.ts'
import { eventStoreDbServer } from '../helpers/eventStoreDb.ts'
import { testDatabase } from '../helpers/postgres.ts'
import { dataFolder, removeFolder, startServer, until } from '../helpers/server.ts'
import { statusOf } from '../helpers/watchers.ts'
import { webSocketProxy } from '../helpers/webSocketProxy.ts'

const folder = dataFolder()
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => removeFolder(folder))

/** Plays, stops and starts again: the world and its player are there. */
async function playAcrossARestart(environment: Record<string, string>) {
  const settings = { WORLD_N: '16', DEMO_BOT: 'off', ...environment }
  const server = await startServer(folder, settings)
  closing.push(() => server.kill())
  const player = await joinPlayer(server, 'Ada')
  expect(await player.act('EnterWorld')).toMatchObject({ status: 'accepted' })
  // Who has just been let in is there from the next tick on.
  await until(
    () => request(server, 'GET', '/worlds/first/me', { token: player.token }),
    ({ status }) => status === 200,
  )
  const { tick } = await statusOf(server)
  expect(await server.stop()).toBe(0)

  const again = await startServer(folder, settings)
  closing.push(() => again.kill())
  expect((await statusOf(again)).tick).toBeGreaterThanOrEqual(tick)
  expect(await again.stop()).toBe(0)
}

async function database() {
  const made = await testDatabase({ migrated: false })
  closing.push(made.drop)
  return made
}

/** What people may ask by SQL. */
async function rowsOf({ pool }: Awaited<ReturnType<typeof database>>) {
  const { rows } = await pool().query(`
    SELECT (SELECT count(*)::int FROM orrery.players) AS players,
      (SELECT count(*)::int FROM orrery.prototypes) AS prototypes,
      (SELECT count(*)::int FROM orrery.events) AS events`)
  return rows[0]
}

test('EVENTSTORE_URL: the log is in EventStoreDB, and a restart goes on from it', async () => {
  const made = await database()
  const { host = '', port, user, password, database: name } = made.connection
  const log = await eventStoreDbServer()
  closing.push(() => log.close())
  await playAcrossARestart({
    DATABASE_URL: `postgres://${user}:${password ?? ''}@localhost:${port}/${name}?host=${host}`,
    EVENTSTORE_URL: log.connectionString,
  })
  expect(await rowsOf(made)).toEqual({ players: 1, prototypes: prototypes.length, events: 0 })
}, 90_000)

test('NEON_PROXY: the database is reached over WebSocket, and a restart goes on from it', async () => {
  const made = await database()
  const { host = '', port = 5432, user, password, database: name } = made.connection
  const proxy = await webSocketProxy(
    host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
  )
  closing.push(() => proxy.close())
  await playAcrossARestart({
    DATABASE_URL: `postgres://${user}:${password ?? ''}@neon.test/${name}`,
    NEON_PROXY: proxy.address,
  })
  expect(await rowsOf(made)).toMatchObject({ players: 1, events: expect.any(Number) })
  expect((await rowsOf(made)).events).toBeGreaterThan(3)
}, 90_000)
