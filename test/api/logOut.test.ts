// Logging out of a running server: the player's row is in the tables before the answer, in memory and in PostgreSQL.

import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { Storage } from '../../src/platform/storage.ts'
import { composedServers, memoryStorage } from '../helpers/composed.ts'
import { type PostgresStorage, postgresStorage } from '../helpers/postgresStorage.ts'
import { until } from './fakes.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

type Player = { readonly account: string; readonly token: string; readonly mailbox: string }

async function open({ storage }: { readonly storage: Storage }) {
  const servers = composedServers({}, storage)
  const url = await servers.start()
  closing.push(() => servers.stop())
  const call = (method: string, path: string, token?: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const join = async () =>
    (await (await call('POST', '/players', undefined, { name: 'Ada' })).json()) as Player
  const act = async ({ mailbox, token }: Player, body: object) =>
    (await call('POST', `/mailbox/${mailbox}/actions`, token, { world: 'first', ...body })).json()
  const presence = async ({ account }: Player) => {
    const { presence: all } = await (await call('GET', '/worlds/first/presence')).json()
    return all.find((one: { account: string }) => one.account === account)?.state ?? 'gone'
  }
  return { url, call, join, act, presence }
}
type Server = Awaited<ReturnType<typeof open>>

/** Each answers true where the session has ended. */
const doors = {
  'DELETE /sessions/current': async ({ call }: Server, { token }: Player) =>
    (await call('DELETE', '/sessions/current', token)).status === 204,
  'the mutation logOut': async ({ call }: Server, { token }: Player) => {
    const answer = await call('POST', '/graphql', token, { query: 'mutation { logOut }' })
    return (await answer.json()).data?.logOut === true
  },
}

async function postgres(): Promise<PostgresStorage> {
  const opened = await postgresStorage()
  closing.push(() => opened.close())
  return opened
}
const storages: Record<string, () => Promise<{ readonly storage: Storage }>> = {
  memory: async () => ({ storage: memoryStorage() }),
  PostgreSQL: postgres,
}

describe.each(Object.entries(storages))('with tables in %s', (_, openStorage) => {
  test.each(Object.entries(doors))(
    '%s answers when the row has all that was accepted before',
    async (_door, logOut) => {
      const opened = await openStorage()
      const server = await open(opened)
      const ada = await server.join()
      const { landing } = await server.act(ada, { type: 'EnterWorld' })
      await server.act(ada, { type: 'Craft', recipe: 'wire', count: 1 })
      expect(await logOut(server, ada)).toBe(true)
      const row = await opened.storage.readModels.player('first', ada.account)
      expect(row).toMatchObject({ world: 'first', id: ada.account, position: landing })
      expect(Object.values(row!.inventory).some((count) => count > 0)).toBe(true)
      expect((await server.call('GET', '/me', ada.token)).status).toBe(401)
    },
  )
})

test('a player is connected while she watches, away once she has logged out, and gone once she has left', async () => {
  const server = await open({ storage: memoryStorage() })
  const [ada, bob] = [await server.join(), await server.join()]
  for (const one of [ada, bob]) {
    await server.act(one, { type: 'EnterWorld' })
    await until(async () => (await server.presence(one)) === 'connected')
  }
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
    retryAttempts: 0,
  })
  closing.push(async () => client.dispose())
  const query = 'subscription { mine(world: "first") { __typename } }'
  const stream = client.iterate({ query })
  await stream.next()
  const polling = server.call('GET', `/poll/${ada.mailbox}`, ada.token)
  expect(await server.presence(ada)).toBe('connected')
  expect(await doors['DELETE /sessions/current'](server, ada)).toBe(true)
  // At once: neither the stream nor the poll nor her last command keeps her here.
  expect(await server.presence(ada)).toBe('away')
  // The poll was there before her logging out, or came too late: either way it is over.
  expect([200, 204, 401]).toContain((await polling).status)
  expect(await server.presence(ada)).toBe('away')
  await server.act(bob, { type: 'LeaveWorld' })
  expect(await doors['DELETE /sessions/current'](server, bob)).toBe(true)
  expect(await server.presence(bob)).toBe('gone')
})

test('while the database is away nobody is logged out; it is said in bounded time, and done when it is back', async () => {
  const opened = await postgres()
  const server = await open(opened)
  const ada = await server.join()
  await server.act(ada, { type: 'EnterWorld' })
  await until(async () => (await server.presence(ada)) === 'connected')
  expect((await server.call('GET', '/me', ada.token)).status).toBe(200)
  opened.away(true)
  const refused = await server.call('DELETE', '/sessions/current', ada.token)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('log out again') })
  opened.away(false)
  await until(() => doors['DELETE /sessions/current'](server, ada))
  expect((await server.call('GET', '/me', ada.token)).status).toBe(401)
  expect(await opened.storage.readModels.player('first', ada.account)).toBeDefined()
})
