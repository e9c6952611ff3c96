import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { systemClock } from '../../src/platform/clock.ts'
import { act, type Fake, openFake, until } from './fakes.ts'

let fake: Fake
afterEach(() => fake.api.close())

const wrongToken = (number: number) => `orrery_${String(number).padStart(43, '0')}`
const claim = (cell: number) => ({ type: 'ClaimMany', world: 'first', cells: [cell] })

describe('how often', () => {
  test('an address that guesses tokens is told to wait; whoever plays there plays on', async () => {
    fake = await openFake({ limits: { wrongTokensPerMinute: 3 } })
    const ada = await fake.enter()
    const me = (token: string) => fake.call('GET', '/worlds/first/me', { token })
    await me(ada.token)
    for (let guess = 0; guess < 3; guess++) expect((await me(wrongToken(guess))).status).toBe(401)
    const fourth = await me(wrongToken(3))
    expect(fourth).toMatchObject({ status: 429, body: { detail: expect.stringMatching(/wrong/) } })
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await me(ada.token)).status).toBe(200)
    const { status, errors } = await fake.graphql('{ me { account } }', { token: wrongToken(4) })
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({
      status: 429,
      code: 'TOO_MANY',
    })
  })

  describe('from one address with guessers', () => {
    let aheadMs = 0
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs }
    const me = (token: string) => fake.call('GET', '/worlds/first/me', { token })
    const guess = async () => {
      for (let number = 0; (await me(wrongToken(number))).status !== 429; number += 1);
    }
    const greeted = (token: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(
          `${fake.url.replace('http', 'ws')}/graphql`,
          'graphql-transport-ws',
        )
        socket.once('open', () =>
          socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })),
        )
        socket.once('message', () => socket.close(1000))
        socket.once('close', resolve)
      })

    test('whoever plays there plays on after a minute’s pause, by HTTP and by WebSocket', async () => {
      const limits = { wrongTokensPerMinute: 3, tokenLookUpsPerMinute: 1 }
      fake = await openFake({ limits, clock })
      const ada = await fake.enter()
      aheadMs += 60_000
      await guess()
      await guess()
      expect((await me(ada.token)).status).toBe(200)
      aheadMs += 31_000
      await guess()
      expect(await greeted(ada.token)).toBe(1000)
    })

    test('a token that is new here is good at once', async () => {
      fake = await openFake({ limits: { wrongTokensPerMinute: 3 }, clock })
      await guess()
      const bob = await fake.join('Bob')
      expect((await fake.graphql('{ me { name } }', bob)).data).toEqual({ me: { name: 'Bob' } })
    })

    test('a new token that cannot be looked up now is told to come again, never that it is wrong', async () => {
      fake = await openFake({
        limits: { wrongTokensPerMinute: 3, tokenLookUpsPerMinute: 1 },
        clock,
      })
      const bob = await fake.join('Bob')
      await guess()
      expect((await me(bob.token)).status).toBe(429)
      expect(await greeted(bob.token)).toBe(1013)
      aheadMs += 60_000
      expect(await greeted(bob.token)).toBe(1000)
    })
  })

  test('a player who sends too many commands is told to wait, and others are not', async () => {
    fake = await openFake({ limits: { commandsPerMinute: 4 } })
    const ada = await fake.enter('Ada')
    const bob = await fake.enter('Bob')
    const batch = await act(fake.call, ada, [3, 4, 5, 6, 7].map(claim))
    expect(batch.body.map(({ status }: { status: string }) => status)).toEqual([
      'accepted',
      ...Array(2).fill(expect.stringMatching(/accepted|refused/)),
      'tooMany',
      'tooMany',
    ])
    const head = await fake.store.head()
    const next = await act(fake.call, ada, { ...claim(8), commandId: 'again' })
    expect(next).toMatchObject({ status: 429, body: { commandId: 'again' } })
    expect(next.headers.get('retry-after')).toBe('15')
    const { errors } = await fake.graphql(
      'mutation { stopHarvest(world: "first") { __typename } }',
      { token: ada.token },
    )
    expect(errors).toMatchObject([{ extensions: { code: 'TOO_MANY' } }])
    expect(await fake.store.head()).toBe(head)
    expect((await act(fake.call, bob, claim(30))).body.status).toBe('accepted')
  })

  test('an address holds so many connections and no more, and gets another when one ends', async () => {
    fake = await openFake({ limits: { connectionsPerAddressMax: 3 } })
    const sockets: Socket[] = []
    const open = () => {
      const socket = connect(Number(new URL(fake.url).port), '127.0.0.1')
      sockets.push(socket)
      const told = { text: '', ended: false }
      socket.on('error', () => {})
      socket.on('data', (data) => {
        told.text += data
      })
      socket.on('close', () => {
        told.ended = true
      })
      return { socket, told, connected: new Promise((resolve) => socket.once('connect', resolve)) }
    }
    const held = [open(), open(), open()]
    await Promise.all(held.map(({ connected }) => connected))
    const fourth = open()
    await until(() => fourth.told.ended)
    expect(fourth.told.text).toMatch(/^HTTP\/1.1 429 .*at most 3 connections/s)
    held[0]!.socket.destroy()
    await until(async () => {
      const next = open()
      await next.connected
      next.socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
      await until(() => next.told.ended)
      return next.told.text.startsWith('HTTP/1.1 200')
    })
    for (const socket of sockets) socket.destroy()
  })
})

describe('what browsers are told', () => {
  const guarded = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
  }
  const json = { 'content-type': 'application/json' }

  test('no answer may be framed, sniffed or told of elsewhere: of no route, no page, no fault', async () => {
    const clientDir = mkdtempSync(join(tmpdir(), 'orrery-client-'))
    mkdirSync(join(clientDir, 'assets'))
    writeFileSync(join(clientDir, 'index.html'), '<!doctype html>')
    writeFileSync(join(clientDir, 'assets', 'page-1.js'), 'void 0')
    fake = await openFake({ clientDir, limits: { pollWaitMs: 1 } })
    const { token, mailbox } = await fake.enter('Ada')
    const document = (await fake.call('GET', '/openapi.json')).body
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => {
        const there = path.replace(/\{(id|session)\}/, mailbox).replace('{world}', 'first')
        return [method.toUpperCase(), there.replaceAll(/\{\w+\}/g, '0'), { token }] as const
      }),
    )
    expect(routes.length).toBeGreaterThan(20)
    // The session ends with the last of them.
    const inOrder = routes.sort(([a], [b]) => (a < b ? 1 : -1))
    const large = 'x'.repeat(300_000)
    const faults: readonly (readonly [number, string, string, Parameters<Fake['call']>[2]])[] = [
      [404, 'GET', '/nowhere', {}],
      [400, 'GET', '/worlds/%ff', {}],
      [405, 'PUT', '/worlds', {}],
      [400, 'POST', '/players', { body: [] }],
      [415, 'POST', '/players', { body: {}, headers: { 'content-type': 'text/plain' } }],
      [413, 'POST', '/players', { body: { name: large } }],
      [415, 'POST', '/players', { body: {}, headers: { ...json, 'content-encoding': 'rot13' } }],
      [401, 'GET', '/me', {}],
      [403, 'GET', '/mailbox/another/messages', { token }],
      [400, 'GET', '/graphql', {}],
      [400, 'POST', '/graphql', { body: { query: '{' } }],
    ]
    const paths = [
      '/',
      '/index.html',
      '/assets/page-1.js',
      '/assets/none.js',
      '/graphql?query={me{name}}',
    ]
    for (const [status, method, path, given] of faults) {
      const { headers, ...told } = await fake.call(method, path, given)
      expect({ method, path, status: told.status }).toEqual({ method, path, status })
      expect(Object.fromEntries(headers), `${method} ${path}`).toMatchObject(guarded)
    }
    for (const [method, path, given] of [
      ...paths.map((path) => ['GET', path, {}] as const),
      ['OPTIONS', '/worlds', {}] as const,
      ['HEAD', '/worlds', {}] as const,
      ...inOrder,
    ]) {
      const { headers } = await fake.call(method, path, given)
      expect(Object.fromEntries(headers), `${method} ${path}`).toMatchObject(guarded)
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  test('nor may the 429 to who asks too often', async () => {
    fake = await openFake({ limits: { requestsPerMinute: 1 } })
    await fake.call('GET', '/worlds')
    const { status, headers } = await fake.call('GET', '/worlds')
    expect(status).toBe(429)
    expect(Object.fromEntries(headers)).toMatchObject(guarded)
  })

  const upgrade = (more: string) =>
    `GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n${more}\r\n\r\n`
  const websocket = 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  test.each([
    [400, 'no HTTP', 'hello\r\n\r\n', /request/],
    [431, 'headers too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`, /16384/],
    [405, 'CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', /CONNECT/],
    [417, 'an expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\n\r\n', /Expect/],
    [408, 'half a request', 'GET / HTTP/1.1\r\nHost: a\r\n', /in time/],
    [400, 'a WebSocket without a key', upgrade(websocket), /Sec-WebSocket-Key/],
    [
      400,
      'a WebSocket of another version',
      upgrade(`Upgrade: websocket\r\n${key}Sec-WebSocket-Version: 7`),
      /Version/,
    ],
    [
      403,
      'a WebSocket of another site',
      upgrade(`${websocket}${key}Origin: https://evil.example`),
      /Origin/,
    ],
    [
      404,
      'a WebSocket elsewhere',
      upgrade(`${websocket}${key}`).replace('graphql', 'else'),
      /graphql/,
    ],
  ])('nor may the %i to %s', async (status, _, bytes, names) => {
    fake = await openFake({ limits: { headersTimeoutMs: 300, requestTimeoutMs: 400 } })
    const [head = '', body = ''] = (await answered(bytes)).split('\r\n\r\n')
    const [line, ...lines] = head.split('\r\n')
    expect(line).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const headers = lines.map((each) => {
      const [name = '', value = ''] = each.split(/: (.*)/)
      return [name.toLowerCase(), value]
    })
    const json = { 'content-type': 'application/problem+json' }
    expect(Object.fromEntries(headers)).toMatchObject({ ...guarded, ...json })
    expect(JSON.parse(body)).toMatchObject({ status, detail: expect.stringMatching(names) })
  })

  const answered = (bytes: string) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(Number(new URL(fake.url).port), '127.0.0.1', () => socket.write(bytes))
      socket.on('error', () => {})
      socket.on('data', (data) => {
        text += data
      })
      socket.on('close', () => resolve(text))
    })

  test('an upgrade to what is not spoken here is ignored, with a body and among other requests, and counts once', async () => {
    fake = await openFake({ limits: { connectionsPerAddressMax: 1 } })
    const h2c =
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
    const body = JSON.stringify({ name: 'Eve' })
    const json = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    const chunks = `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const text = await answered(
      [
        'GET /worlds HTTP/1.1\r\nHost: a\r\n\r\n',
        `GET /worlds/first HTTP/1.1\r\nHost: a\r\n${h2c}\r\n`,
        `POST /players HTTP/1.1\r\nHost: a\r\n${h2c}${json}\r\n${body}`,
        `POST /players HTTP/1.1\r\nHost: a\r\n${h2c}${chunks}`,
        `GET /nowhere HTTP/1.1\r\nHost: a\r\n${h2c}\r\n`,
        'GET /me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      ].join(''),
    )
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
    expect(statuses, text).toEqual([200, 200, 201, 201, 404, 401])
  })

  test('the page runs its own scripts and no inline one, the playground its inline ones', async () => {
    const clientDir = mkdtempSync(join(tmpdir(), 'orrery-client-'))
    writeFileSync(join(clientDir, 'index.html'), '<!doctype html>')
    fake = await openFake({ clientDir })
    const page = (await fake.call('GET', '/')).headers.get('content-security-policy')
    expect(page).toContain("script-src 'self';")
    const html = { headers: { accept: 'text/html' } }
    const { headers, body } = await fake.call('GET', '/graphql', html)
    expect(body).toContain('<script')
    expect(headers.get('content-security-policy')).toContain("script-src 'unsafe-inline'")
    expect(headers.get('content-security-policy')).toContain("connect-src 'self'")
  })
})

/** The keys of each object that stands under `key`, however deep. */
function namesUnder(json: unknown, key: string): string[] {
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([name, value]) => [
    ...(name === key ? Object.keys(value) : []),
    ...namesUnder(value, key),
  ])
}

describe('pages of other sites', () => {
  const allowed = 'https://tools.example'
  const from = (origin: string, more = {}) => ({ headers: { origin, ...more } })

  test('may call by configuration, and without it none may', async () => {
    fake = await openFake()
    const { headers } = await fake.call('GET', '/worlds', from(allowed))
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('of the configured origins may read answers, others may not', async () => {
    fake = await openFake({ corsOrigins: [allowed] })
    const ours = await fake.call('GET', '/worlds', from(allowed))
    expect(ours.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(ours.headers.get('vary')).toMatch(/Origin/)
    const theirs = await fake.call('GET', '/worlds', from('https://evil.example'))
    expect(theirs.headers.get('access-control-allow-origin')).toBeNull()
    const ask = { 'access-control-request-method': 'POST' }
    for (const path of ['/players', '/graphql']) {
      const preflight = await fake.call('OPTIONS', path, from(allowed, ask))
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-headers')).toMatch(/Authorization/)
      const refused = await fake.call('OPTIONS', path, from('https://evil.example', ask))
      expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('read every header of which the OpenAPI document tells', async () => {
    fake = await openFake({ corsOrigins: ['*'] })
    const { body, headers } = await fake.call('GET', '/openapi.json', from(allowed))
    const names = new Set(namesUnder(body, 'headers'))
    expect([...names]).toEqual(expect.arrayContaining(['Orrery-Tick', 'Orrery-Commit', 'ETag']))
    const exposed = headers.get('access-control-expose-headers')!.split(', ')
    expect(exposed).toEqual(expect.arrayContaining([...names]))
  })

  test('open a WebSocket only where they may call', async () => {
    fake = await openFake({ corsOrigins: [allowed] })
    const opens = (origin?: string) =>
      new Promise<boolean>((resolve) => {
        const socket = new WebSocket(
          `${fake.url.replace('http', 'ws')}/graphql`,
          'graphql-transport-ws',
          origin === undefined ? {} : { origin },
        )
        socket.once('open', () => {
          socket.close()
          resolve(true)
        })
        socket.once('error', () => resolve(false))
      })
    expect(await opens()).toBe(true)
    expect(await opens(fake.url)).toBe(true)
    expect(await opens(allowed)).toBe(true)
    expect(await opens('https://evil.example')).toBe(false)
    expect(await opens('null')).toBe(false)
  })
})
