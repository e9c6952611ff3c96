// Whose request it is, behind proxies that are trusted and behind none.

import type { IncomingMessage } from 'node:http'
import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { openAddresses } from '../../src/api/address.ts'
import { type Fake, openFake } from './fakes.ts'

const loopback = [{ address: '127.0.0.0', prefix: 8 }]
const proxies = openAddresses([...loopback, { address: 'fd00::', prefix: 8 }])
const from = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

describe('the caller of a request', () => {
  test.each([
    ['is the connection’s, where no proxy stands', '192.0.2.1', undefined, '192.0.2.1'],
    ['is the connection’s, whatever a stranger claims', '192.0.2.1', '10.0.0.1', '192.0.2.1'],
    ['is whom the proxy heard', '127.0.0.1', '203.0.113.9', '203.0.113.9'],
    [
      'is whom the proxy heard, by IPv4 inside IPv6',
      '::ffff:127.0.0.1',
      '203.0.113.9',
      '203.0.113.9',
    ],
    ['is nothing the caller made up before', '127.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['is found through a row of proxies', 'fd00::1', '203.0.113.9, fd00::2', '203.0.113.9'],
    ['is the proxy, where it tells none', '127.0.0.1', undefined, '127.0.0.1'],
    ['is the proxy, where it tells nonsense', '127.0.0.1', '203.0.113.9, unknown', '127.0.0.1'],
  ] as const)('%s', (_, remote, forwarded, caller) => {
    expect(proxies.of(from(remote, forwarded))).toBe(caller)
  })
})

describe('limits by address', () => {
  let fake: Fake
  afterEach(() => fake.api.close())
  const join = (caller: string) =>
    fake.call('POST', '/players', { body: { name: 'Ada' }, headers: { 'x-forwarded-for': caller } })

  test('count players behind a trusted proxy one by one', async () => {
    fake = await openFake({ trustedProxies: loopback, limits: { joinsPerMinute: 1 } })
    expect((await join('203.0.113.1')).status).toBe(201)
    expect((await join('203.0.113.1')).status).toBe(429)
    expect((await join('203.0.113.2')).status).toBe(201)
  })

  test('count the connection itself where the proxy is not trusted', async () => {
    fake = await openFake({ limits: { joinsPerMinute: 1 } })
    expect((await join('203.0.113.1')).status).toBe(201)
    expect((await join('203.0.113.2')).status).toBe(429)
  })

  test('hold each player behind a proxy to so many WebSockets, and not the proxy', async () => {
    fake = await openFake({ trustedProxies: loopback, limits: { connectionsPerAddressMax: 2 } })
    const open = (caller: string) =>
      new Promise<WebSocket | number>((resolve) => {
        const url = `${fake.url.replace('http', 'ws')}/graphql`
        const headers = { 'x-forwarded-for': caller }
        const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
        socket.once('open', () => resolve(socket))
        socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
        socket.once('error', () => {})
      })
    const opened = [await open('203.0.113.1'), await open('203.0.113.1')]
    expect(await open('203.0.113.1')).toBe(429)
    opened.push(await open('203.0.113.2'), await open('203.0.113.2'))
    for (const socket of opened) {
      expect(socket).toBeInstanceOf(WebSocket)
      ;(socket as WebSocket).terminate()
    }
  })

  test('a join over a WebSocket counts for whom the proxy heard', async () => {
    fake = await openFake({ trustedProxies: loopback, limits: { joinsPerMinute: 1 } })
    const joinBy = async (caller: string) => {
      class Forwarded extends WebSocket {
        constructor(url: string, protocols: string) {
          super(url, protocols, { headers: { 'x-forwarded-for': caller } })
        }
      }
      const client = createClient({
        url: `${fake.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: Forwarded,
        retryAttempts: 0,
      })
      const query = 'mutation { joinPlayer(name: "Ada") { __typename } }'
      const { value } = await client.iterate({ query }).next()
      await client.dispose()
      return value.errors?.[0]?.extensions?.code ?? value.data.joinPlayer.__typename
    }
    expect(await joinBy('203.0.113.1')).toBe('Joined')
    expect(await joinBy('203.0.113.1')).toBe('TOO_MANY')
    expect(await joinBy('203.0.113.2')).toBe('Joined')
  })
})
