// The bounds that no other test reaches: how often one may ask, how many WebSockets there may be, how much may wait on one, and how
// slowly one may send.

import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { type Fake, FakeWorld, openFake, type Player, until } from './fakes.ts'

let fake: Fake
afterEach(() => fake.api.close())

const socketOf = ({ url }: Fake) =>
  new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')

/** A greeted connection, with what came over it. */
async function greeted(to: Fake, token?: string) {
  const socket = socketOf(to)
  const heard: { id?: string; type: string; payload?: unknown }[] = []
  socket.on('error', () => {})
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'connection_init', ...(token ? { payload: { token } } : {}) }))
  await until(() => heard.some(({ type }) => type === 'connection_ack'))
  const ask = (id: string, query: string) =>
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }))
  return { socket, heard, closed, ask }
}

describe('how often one may ask', () => {
  test('an address without a token is told to wait; a player from there plays on', async () => {
    fake = await openFake({ limits: { requestsPerMinute: 20 } })
    const ada = await fake.enter('Ada')
    const get = (token?: string) => fake.call('GET', '/worlds', token ? { token } : {})
    let last = await get()
    for (let asked = 0; asked < 20 && last.status === 200; asked++) last = await get()
    expect(last).toMatchObject({ status: 429, body: { detail: expect.stringMatching(/too many/) } })
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await fake.graphql('{ worlds { id } }')).status).toBe(429)
    expect((await get(ada.token)).status).toBe(200)
    // Whoever sends any token is not somebody by that.
    expect((await get(`orrery_${'0'.repeat(43)}`)).status).toBe(429)
    expect((await fake.call('GET', '/healthz')).status).toBe(200)
  })

  test('a player is told to wait, over a WebSocket too, and others are not', async () => {
    fake = await openFake({ limits: { requestsPerMinute: 20 } })
    const ada = await fake.enter('Ada')
    const bob = await fake.enter('Bob')
    const { socket, heard, ask } = await greeted(fake, ada.token)
    for (let asked = 0; asked < 25; asked++) ask(`a${asked}`, '{ me { account } }')
    await until(() => heard.some(({ type }) => type === 'error'))
    const told = heard.find(({ type }) => type === 'error')!.payload
    expect(told).toMatchObject([{ extensions: { code: 'TOO_MANY' } }])
    expect((await fake.call('GET', '/me', { token: ada.token })).status).toBe(429)
    expect((await fake.call('GET', '/me', { token: bob.token })).status).toBe(200)
    socket.terminate()
  })
})

test('a WebSocket that floods with messages which are no operations is closed in words', async () => {
  fake = await openFake({ limits: { requestsPerMinute: 20 } })
  const pinging = await greeted(fake)
  for (let sent = 0; sent < 25; sent++) pinging.socket.send('{"type":"ping"}')
  expect(await pinging.closed).toEqual({
    code: 1013,
    reason: expect.stringMatching(/too many messages/i),
  })
  expect(pinging.heard.filter(({ type }) => type === 'pong').length).toBeLessThan(20)
})

test('a message in ever so many pieces ends its WebSocket', async () => {
  fake = await openFake()
  const { socket, closed, heard } = await greeted(fake)
  const pieces = ['{"type":"ping"', ...Array<string>(3_000).fill(' ')]
  for (const piece of pieces) socket.send(piece, { fin: false })
  socket.send('}')
  await until(() => heard.some(({ type }) => type === 'pong'))
  for (let sent = 0; sent < 5_000; sent++) socket.send('', { fin: false })
  // 1008: ws’s own code for it.
  expect((await closed).code).toBe(1008)
})

test('operations that are no requests at all count, too', async () => {
  fake = await openFake({ limits: { requestsPerMinute: 20 } })
  const { socket, heard } = await greeted(fake)
  for (let sent = 0; sent < 25; sent++) {
    const payload = { query: '{ me { account } }', strange: 1 }
    socket.send(JSON.stringify({ id: `a${sent}`, type: 'subscribe', payload }))
  }
  await until(() => heard.filter(({ type }) => type === 'error').length === 25)
  expect(heard.at(-1)!.payload).toMatchObject([{ extensions: { code: 'TOO_MANY' } }])
  socket.terminate()
})

test('there are so many WebSockets and no more, and one that ends makes room', async () => {
  fake = await openFake({ limits: { socketsMax: 2 } })
  const first = await greeted(fake)
  const second = await greeted(fake)
  const refused = () =>
    new Promise<number>((resolve) => {
      const socket = socketOf(fake)
      socket.on('error', () => {})
      socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
      socket.once('open', () => {
        socket.terminate()
        resolve(101)
      })
    })
  expect(await refused()).toBe(503)
  first.socket.terminate()
  await until(async () => (await refused()) === 101)
  second.socket.terminate()
})

test('more bytes than may wait on a WebSocket end it, while another goes on', async () => {
  fake = await openFake({ limits: { outflowBytesMax: 100_000, outflowStallMs: 60_000 } })
  const ada = await fake.enter('Ada')
  const slow = await greeted(fake, ada.token)
  const other = await greeted(fake, ada.token)
  // It reads no more, and asks for far more than the buffers of both ends hold.
  slow.socket.pause()
  for (let asked = 0; asked < 3_000; asked++) slow.ask(`a${asked}`, rulesInFull)
  other.ask('b', '{ worlds { id } }')
  await until(async () =>
    /orrery_subscribers_cut_total\{door="websocket",why="bytes"\} 1/.test(
      (await fake.call('GET', '/metrics')).body,
    ),
  )
  await until(() => other.heard.some(({ id, type }) => id === 'b' && type === 'next'))
  expect(other.socket.readyState).toBe(WebSocket.OPEN)
  slow.socket.resume()
  await slow.closed
  other.socket.terminate()
})
const rulesInFull = `{ rules { prototypes { name description cost { item count } }
  recipes { name inputs { item count } outputs { item count } machines }
  researches { name requires packs recipes prototypes } } }`

/** Owners of more than the buffers of both ends hold. */
class CrowdedWorld extends FakeWorld {
  override async structures() {
    return Array.from({ length: 60_000 }, (_, at) => ({
      cell: at,
      prototype: 'kiln',
      direction: 0,
      owner: 1,
      status: 'working' as const,
      contents: { plate: at, gear: at },
    }))
  }
}

test.each([
  ['a long poll', ({ mailbox }: Player) => `/poll/${mailbox}`],
  ['a page', () => '/worlds/first/structures'],
])(
  '%s whose answer is not read is cut at the stated time, while another goes on',
  async (_, path) => {
    fake = await openFake({ world: new CrowdedWorld(), limits: { outflowStallMs: 300 } })
    const [ada, bob] = [await fake.enter('Ada'), await fake.enter('Bob')]
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1')
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.pause()
    socket.write(
      `GET ${path(ada)} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ada.token}\r\n\r\n`,
    )
    await until(async () =>
      /orrery_subscribers_cut_total\{door="http",why="stall"\} 1/.test(
        (await fake.call('GET', '/metrics')).body,
      ),
    )
    const { status, body } = await fake.call('GET', path(bob), { token: bob.token })
    expect({ status, cell: JSON.stringify(body).includes('59999') }).toEqual({
      status: 200,
      cell: true,
    })
    // What the kernel has taken already is read, and then there is no more.
    socket.resume()
    await ended
  },
)

describe('what waits unread on all connections together', () => {
  const cut = async () =>
    Number(
      /cut_total\{door="http",why="bytes"\} (\d+)/.exec(
        (await fake.call('GET', '/metrics')).body,
      )?.[1] ?? 0,
    )
  /** Asks for some 9 MB and reads nothing. */
  const ask = ({ token }: Player, header = '') => {
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write(
      `GET /worlds/first/structures HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n${header}\r\n`,
    )
    return socket
  }

  test('has a bound: so many are cut that the others stay within it', async () => {
    fake = await openFake({ world: new CrowdedWorld(), limits: { outflowTotalBytesMax: 20e6 } })
    const ada = await fake.enter('Ada')
    const asked = [ask(ada), ask(ada), ask(ada)]
    await until(async () => (await cut()) > 0)
    // Of the two that stay nothing more is cut at the next counts.
    asked.push(ask(ada))
    await until(async () => (await cut()) > 1)
    expect(await cut()).toBe(2)
    for (const socket of asked) socket.destroy()
  })

  test('counts answers that wait for being compressed', async () => {
    fake = await openFake({ world: new CrowdedWorld(), limits: { outflowTotalBytesMax: 5e6 } })
    const ada = await fake.enter('Ada')
    const asked: ReturnType<typeof ask>[] = []
    await until(async () => {
      asked.push(ask(ada, 'Accept-Encoding: gzip\r\n'))
      return (await cut()) > 0
    })
    for (const socket of asked) socket.destroy()
  })
})

describe('who sends one byte after the other, and never rests,', () => {
  /** Writes the head, then byte after byte, until the connection ends. */
  function drip(head: string, body: string): Promise<string> {
    return new Promise((resolve) => {
      let answer = ''
      const socket = connect({
        port: Number(new URL(fake.url).port),
        host: '127.0.0.1',
        // Like a client that has lost the other half: it never ends its own.
        allowHalfOpen: true,
      })
      socket.write(head)
      let at = 0
      const dripping = setInterval(() => socket.write(body[at++ % body.length]!), 10)
      socket.on('data', (data) => {
        answer += data
      })
      socket.on('error', () => {})
      const over = () => {
        clearInterval(dripping)
        socket.destroy()
        resolve(answer)
      }
      socket.on('end', over)
      socket.on('close', over)
    })
  }

  const heads: readonly (readonly [string, (ada: Player) => string, string])[] = [
    [
      'of a body',
      ({ mailbox, token }) =>
        `POST /mailbox/${mailbox}/actions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`,
      ' ',
    ],
    [
      'of a body in chunks',
      () =>
        'POST /players HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\n \r\n',
    ],
    [
      'of a document',
      () =>
        'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
      ' ',
    ],
    ['of a header', () => 'GET /worlds HTTP/1.1\r\nHost: a\r\nX: ', 'x'],
    ['of a target', () => 'GET /worlds?', 'x'],
  ]

  test.each(heads)('%s is cut at the stated time, in words', async (_, head, body) => {
    fake = await openFake({ limits: { headersTimeoutMs: 300, requestTimeoutMs: 500 } })
    const ada = await fake.enter('Ada')
    const before = await fake.store.head()
    const text = await drip(head(ada), body)
    expect(text).toMatch(/^HTTP\/1.1 408 /)
    expect(text).toMatch(/"detail":"the request did not end in time"/)
    expect(await fake.store.head()).toBe(before)
    expect((await fake.call('GET', '/healthz')).status).toBe(200)
  })

  test('of a WebSocket’s message, and so answers no ping, is cut', async () => {
    fake = await openFake({ limits: { pingMs: 150 } })
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1')
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write(
      'GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    )
    socket.resume()
    // A masked text of 50,000 bytes, of which one comes at a time.
    socket.write(Buffer.from([0x81, 0xfe, 0xc3, 0x50, 0, 0, 0, 0]))
    const dripping = setInterval(() => socket.write(' '), 10)
    await ended
    clearInterval(dripping)
    expect((await fake.call('GET', '/metrics')).body).toMatch(
      /cut_total\{door="websocket",why="ping"\} 1/,
    )
  })
})
