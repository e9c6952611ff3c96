// Faults below JSON: HTTP and WebSocket as they stand on the wire, and documents of GraphQL that ask too much.

import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { act, type Fake, openFake, type Player, until } from './fakes.ts'

let fake: Fake
/** One that waits for nobody long. */
let hasty: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake()
  hasty = await openFake({ limits: { headersTimeoutMs: 300, requestTimeoutMs: 400 } })
  ada = await fake.enter('Ada')
})
afterEach(() => {
  fake.said.length = 0
})
afterAll(() => Promise.all([fake.api.close(), hasty.api.close()]))

/** Writes text as it is, and resolves with all that came back once the server ended the connection. */
function wire(to: Fake, ...texts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(to.url).port), '127.0.0.1', () => {
      for (const text of texts) socket.write(text)
    })
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

const post = (headers: string, body: string) =>
  `POST /mailbox/${ada.mailbox}/actions HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${ada.token}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
const claim = '{"type":"ClaimMany","world":"first","cells":[3]}'

describe('on the wire', () => {
  const requests: readonly (readonly [string, () => (string | Buffer)[], RegExp])[] = [
    ['no HTTP at all', () => ['hello\r\n\r\n'], /^HTTP\/1.1 400/],
    [
      'bytes of TLS',
      () => [Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
      /^HTTP\/1.1 400/,
    ],
    ['an HTTP of another age', () => ['GET / HTTP/9.9\r\nHost: a\r\n\r\n'], /^HTTP\/1.1 (400|505)/],
    ['no Host', () => ['GET /worlds HTTP/1.1\r\nConnection: close\r\n\r\n'], /^HTTP\/1.1 400/],
    [
      'a Host that is no name',
      () => ['GET /worlds HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
      /^HTTP\/1.1 400 .*Host/s,
    ],
    ['an unknown method', () => ['STEAL /worlds HTTP/1.1\r\nHost: a\r\n\r\n'], /^HTTP\/1.1 400/],
    [
      'headers too large',
      () => [`GET /worlds HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
      /^HTTP\/1.1 431/,
    ],
    [
      'a header with a zero byte',
      () => ['GET /worlds HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
      /^HTTP\/1.1 400/,
    ],
    ['a length that is no number', () => [post('Content-Length: many', claim)], /^HTTP\/1.1 400/],
    ['a negative length', () => [post('Content-Length: -1', claim)], /^HTTP\/1.1 400/],
    [
      'two lengths',
      () => [post('Content-Length: 1\r\nContent-Length: 48', claim)],
      /^HTTP\/1.1 400/,
    ],
    [
      'a length and chunks',
      () => [post('Content-Length: 48\r\nTransfer-Encoding: chunked', claim)],
      /^HTTP\/1.1 400/,
    ],
    [
      'chunks that are none',
      () => [post('Transfer-Encoding: chunked', `zz\r\n${claim}`)],
      /^HTTP\/1.1 400/,
    ],
    [
      'an unknown transfer encoding',
      () => [post('Transfer-Encoding: rot13', claim)],
      /^HTTP\/1.1 (400|501)/,
    ],
    [
      'rubbish after a request',
      () => ['GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n', '\x01\x02\x03\r\n\r\n'],
      /^HTTP\/1.1 (200|400)/,
    ],
    [
      'another expectation',
      () => [post('Content-Length: 48\r\nExpect: a-miracle', claim)],
      /^HTTP\/1.1 417/,
    ],
    ['CONNECT', () => ['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'], /^HTTP\/1.1 405/],
    [
      'a body in thousands of pieces',
      () => [post('Transfer-Encoding: chunked', '1\r\n \r\n'.repeat(5_000))],
      /^HTTP\/1.1 413/,
    ],
    [
      'an upgrade to nowhere',
      () => [
        'GET /worlds HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      ],
      /^HTTP\/1.1 404/,
    ],
  ]

  test.each(requests)('%s is answered and the connection ended', async (_, texts, answer) => {
    const head = await fake.store.head()
    const text = await wire(fake, ...texts())
    expect(text).toMatch(answer)
    // Whatever is refused is told in words.
    const problem = text.slice(text.lastIndexOf('\r\n\r\n') + 4)
    const { status, detail } = JSON.parse(problem)
    if (typeof status === 'number') {
      expect(text).toContain(`HTTP/1.1 ${status} `)
      expect(detail).toMatch(/\w{3}/)
    } else expect(text).toMatch(/^HTTP\/1.1 200/)
    expect(await fake.store.head()).toBe(head)
    expect(fake.said).toEqual([])
    expect((await fake.call('GET', '/healthz')).status).toBe(200)
  })

  test('a client that goes away in the middle of its body leaves nothing behind', async () => {
    const head = await fake.store.head()
    const socket = connect(Number(new URL(fake.url).port), '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.write(post('Content-Length: 48', '{"type"'), resolve))
    socket.resetAndDestroy()
    expect((await fake.call('GET', '/healthz')).status).toBe(200)
    expect(await fake.store.head()).toBe(head)
    expect(fake.said).toEqual([])
  })

  test('half a connection is no whole one: one that only listens is ended', async () => {
    const text = await new Promise<string>((resolve) => {
      let answer = ''
      const socket = connect({
        port: Number(new URL(fake.url).port),
        host: '127.0.0.1',
        allowHalfOpen: true,
      })
      socket.on('data', (data) => {
        answer += data
      })
      socket.on('error', () => {})
      socket.on('end', () => {
        socket.destroy()
        resolve(answer)
      })
      socket.end('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    })
    expect(text).toMatch(/^(HTTP\/1.1 200.*)?$/s)
  })
})

test('answers that are asked for and never read are cut, while others go on', async () => {
  const own = await openFake({ limits: { outflowStallMs: 200 } })
  const ada = await own.enter('Ada')
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
  let closed = false
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  await new Promise((opened) => socket.once('connect', opened))
  // Far more than the buffers of both ends hold; nothing of it is read.
  socket.pause()
  const asked = 'GET /rules HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3_000)
  socket.write(asked)
  let others = 0
  await until(async () => {
    others += (await own.call('GET', '/me', { token: ada.token })).status === 200 ? 1 : 0
    const text = await (await fetch(`${own.url}/metrics`)).text()
    return /orrery_subscribers_cut_total\{door="http",why="stall"\} 1/.test(text)
  })
  expect(others).toBeGreaterThan(0)
  socket.resume()
  await until(() => closed)
  await own.api.close()
})

describe('requests sent at once on one connection', () => {
  const stream = JSON.stringify({ query: 'subscription { mine(world: "first") { __typename } }' })
  const head = (line: string, token: string) =>
    `${line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n`
  const subscribe = (token: string) =>
    `${head('POST /graphql', token)}Content-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${stream.length}\r\n\r\n${stream}`

  test('are answered in turn, and leave nothing behind when it ends', async () => {
    const own = await openFake()
    const ada = await own.enter('Ada')
    await until(() => own.world.connected.length === 0)
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
    let heard = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      heard += data
    })
    const poll = `${head(`GET /poll/${ada.mailbox}`, ada.token)}\r\n`
    socket.write(`${head('GET /me', ada.token)}\r\n${poll}${subscribe(ada.token).repeat(40)}`)
    // The poll waits, so nothing behind it has begun.
    await until(() => own.world.connected.length === 1 && heard.includes('200 OK'))
    own.world.tell({ account: ada.account })
    await until(() => heard.includes('event-stream') && own.world.subscribers.size === 1)
    expect(own.world.connected).toEqual([ada.account])
    socket.destroy()
    await until(() => own.world.subscribers.size === 0)
    expect(own.world.connected).toEqual([])
    await own.api.close()
  })

  test('are all answered, however many', async () => {
    const own = await openFake()
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
    let heard = ''
    socket.on('data', (data) => {
      heard += data
    })
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(500))
    await until(() => heard.split('200 OK').length === 501)
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard.split('200 OK')).toHaveLength(502)
    await own.api.close()
  })
})

describe('who keeps a door open and says nothing', () => {
  test.each([
    ['a body that never comes', () => post('Content-Length: 48', '{'), /^HTTP\/1.1 408/],
    ['headers that never end', () => 'GET /worlds HTTP/1.1\r\nHost: a\r\nX: ', /^HTTP\/1.1 408/],
    ['nothing at all', () => '', /^(HTTP\/1.1 408.*)?$/s],
  ])('%s is waited for no longer than is stated', async (_, text, answer) => {
    expect(await wire(hasty, text())).toMatch(answer)
  })

  test('a WebSocket without a greeting is closed', async () => {
    const socket = new WebSocket(
      `${hasty.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    )
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4408)
  })
})

describe('paths and methods', () => {
  const paths: readonly (readonly [string, string, readonly string[]])[] = [
    ['/players', 'POST', ['GET', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds/first', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds/first/cells/3', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds/first/chunks/0', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds/first/me', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/worlds/first/structures', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/rules', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/mailbox/x/actions', 'POST', ['GET', 'PUT', 'PATCH', 'DELETE']],
    ['/mailbox/x/messages', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/poll/x', 'GET', ['POST', 'PUT', 'PATCH', 'DELETE']],
  ]

  test.each(paths)('%s takes %s, and tells others so', async (path, right, wrong) => {
    for (const method of wrong) {
      const { status, headers, body } = await fake.call(method, path)
      expect({ status, detail: body.detail }).toEqual({
        status: 405,
        detail: expect.stringContaining(right),
      })
      expect(headers.get('allow')).toContain(right)
    }
  })

  test.each([
    '/worlds/%00',
    '/worlds/%ff',
    '/worlds/first/cells/%E0%A4%A',
    '/worlds/..%2f..%2fetc%2fpasswd',
    '/worlds/first/cells/-1',
    '/worlds/first/cells/1e3',
    '/worlds/first/cells/99999999999999999999',
    '/worlds/first/cells/NaN',
    '/worlds/first/cells/3?reach=9',
    '/worlds/first/cells/3?reach=1&reach=2',
    '/worlds/first/cells/3?reach[]=1',
    '/worlds/first/chunks/99999',
    '/worlds/first/chunks/0x0',
    '/worlds/__proto__',
    '/worlds/constructor/me',
    `/worlds/${'x'.repeat(4000)}`,
  ])('GET %s is a fault of the client', async (path) => {
    const { status, body } = await fake.call('GET', path, { token: ada.token })
    expect([400, 404]).toContain(status)
    expect(body.detail).toMatch(/\w/)
  })

  test.each([
    'after=nonsense',
    'after=-.1~-.2',
    'after=first.1.1.1.1.%00~-.0',
    'after=elsewhere.1.0.0.0.~-.0',
    'after=first.999999999.0.0.0.~-.0',
    'after=a&after=b',
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=NaN',
    'limit=1e1',
    'world=elsewhere',
    'world=first&world=first',
  ])('a mailbox asked with ?%s says which is wrong', async (query) => {
    for (const path of [`/mailbox/${ada.mailbox}/messages`, `/poll/${ada.mailbox}`]) {
      const { status, body } = await fake.call('GET', `${path}?${query}`, { token: ada.token })
      expect(status).toBe(400)
      expect(body.errors[0].field).toBe(query.slice(0, query.indexOf('=')))
    }
  })
})

describe('documents of GraphQL', () => {
  const fields = (count: number) =>
    Array.from({ length: count }, (_, at) => `a${at}: worlds { id }`).join(' ')
  const nested = (depth: number) => `${'{ a '.repeat(depth)}${'}'.repeat(depth)}`
  const bombs = Array.from(
    { length: 30 },
    (_, at) => `fragment f${at} on Query { ...f${at + 1} ...f${at + 1} }`,
  )

  const documents: Readonly<Record<string, object>> = {
    'no syntax': { query: '{' },
    'an empty text': { query: '' },
    'a zero character': { query: '{ worlds\0 { id } }' },
    'an unknown field': { query: '{ secrets }' },
    'an unknown argument': { query: '{ world(id: "first", admin: true) { id } }' },
    'an argument of the wrong type': { query: '{ world(id: { a: 1 }) { id } }' },
    'a field twice with other arguments': {
      query: '{ world(id: "a") { id } world(id: "b") { id } }',
    },
    'no selection': { query: '{ worlds }' },
    'a thousand aliases': { query: `{ ${fields(1_100)} }` },
    'fifty levels': { query: nested(50) },
    'ten thousand levels': { query: nested(10_000) },
    'ten thousand levels behind a text': {
      query: `"""a\\""" """ ${nested(10_000)}`,
    },
    'ten thousand lists in a list': {
      query: `{ world(id: ${'['.repeat(10_000)}${']'.repeat(10_000)}) { id } }`,
    },
    'a text of quotes that never ends': { query: `{ world(id: "${'\\"'.repeat(50_000)}` },
    'a fragment that spreads itself': { query: '{ ...a } fragment a on Query { ...a }' },
    'fragments that spread each other': {
      query: '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
    },
    'fragments that double thirty times': {
      query: `{ ...f0 } ${bombs.join(' ')} fragment f30 on Query { worlds { id } }`,
    },
    'a hundred mutations': {
      query: `mutation { ${Array.from({ length: 200 }, (_, at) => `a${at}: stopHarvest(world: "first") { __typename }`).join(' ')} }`,
    },
    'a directive a thousand times': {
      query: `{ worlds ${'@skip(if: false) '.repeat(1_000)} { id } }`,
    },
    'tokens without end': { query: `{ worlds { ${'id '.repeat(30_000)} } }` },
    'an unknown operation name': { query: 'query A { worlds { id } }', operationName: 'B' },
    'two operations and no name': { query: 'query A { worlds { id } } query B { worlds { id } }' },
    'a missing variable': { query: 'query ($id: ID!) { world(id: $id) { id } }' },
    'a variable of the wrong type': {
      query: 'query ($id: ID!) { world(id: $id) { id } }',
      variables: { id: { a: 1 } },
    },
    'an Int beyond 2^31': { query: '{ world(id: "first") { cell(id: 4294967296) { cell } } }' },
    'a fraction for an Int': { query: '{ world(id: "first") { cell(id: 1.5) { cell } } }' },
    'a negative reach': {
      query: '{ world(id: "first") { cellsNear(id: 0, reach: -1) { cell } } }',
    },
    'a cell that is none': { query: '{ world(id: "first") { cellsNear(id: 99999) { cell } } }' },
    'too many chunks': {
      query: `{ world(id: "first") { chunks(ids: [${Array(70)
        .fill(0)
        .map((_, at) => at)}]) { tick } } }`,
    },
    'a chat from before the beginning': {
      query: '{ world(id: "first") { chat(after: -1) { id } } }',
    },
    'variables that are a text': { query: '{ worlds { id } }', variables: 'all' },
    'a query that is a number': { query: 7 },
    'a persisted query': { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
  }

  test.each(Object.entries(documents))('with %s are refused in words', async (_, body) => {
    const head = await fake.store.head()
    // By this type the status is the answer's, too; by application/json it is 200 for a document that was read.
    const headers = { accept: 'application/graphql-response+json' }
    const { status, body: answer } = await fake.call('POST', '/graphql', {
      body,
      headers,
      token: ada.token,
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(answer.errors?.[0]?.message ?? answer.detail).toMatch(/\w/)
    expect(await fake.store.head()).toBe(head)
    expect(fake.said).toEqual([])
  })

  test('do not write by GET', async () => {
    const head = await fake.store.head()
    const query = encodeURIComponent('mutation { leaveWorld(world: "first") { __typename } }')
    const { status, body } = await fake.call('GET', `/graphql?query=${query}`, { token: ada.token })
    expect(status).toBe(405)
    expect(body.errors[0].message).toMatch(/POST/)
    expect(await fake.store.head()).toBe(head)
  })
})

describe('messages over a WebSocket', () => {
  type Send = (socket: WebSocket) => void
  const json =
    (message: unknown): Send =>
    (socket) =>
      socket.send(JSON.stringify(message))
  const text =
    (message: string | Buffer): Send =>
    (socket) =>
      socket.send(message)
  const init = json({ type: 'connection_init', payload: { token: 'TOKEN' } })
  const subscribe = (id: unknown, payload: unknown) => json({ id, type: 'subscribe', payload })
  const status = { query: 'subscription { status(world: "first") { tick } }' }

  const faults: readonly (readonly [string, readonly Send[], number])[] = [
    ['no JSON', [text('hello')], 4400],
    ['an empty message', [text('')], 4400],
    ['bytes', [text(Buffer.from([0, 1, 2, 0xff]))], 4400],
    ['a number', [json(7)], 4400],
    ['a list', [json([])], 4400],
    ['no type', [json({})], 4400],
    ['an unknown type', [json({ type: 'steal' })], 4400],
    ['a key twice', [text('{"type":"connection_init","type":"ping"}')], 4400],
    ['a key __proto__', [text('{"type":"connection_init","__proto__":{}}')], 4400],
    [
      'a hundred levels',
      [text(`{"type":"connection_init","payload":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`)],
      4400,
    ],
    ['a message too large', [text('x'.repeat(300_000))], 1009],
    ['an operation before the greeting', [subscribe('1', status)], 4401],
    ['two greetings', [init, init], 4429],
    ['an operation without an id', [init, subscribe(undefined, status)], 4400],
    ['an operation whose id is a number', [init, subscribe(1, status)], 4400],
    ['an operation without a query', [init, subscribe('1', {})], 4400],
    ['an id twice', [init, subscribe('1', status), subscribe('1', status)], 4409],
    [
      'a wrong token',
      [json({ type: 'connection_init', payload: { token: 'x'.repeat(43) } })],
      4403,
    ],
    [
      'a token that is an object',
      [json({ type: 'connection_init', payload: { token: {} } })],
      4403,
    ],
  ]

  const opened = async () => {
    const socket = new WebSocket(
      `${fake.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    )
    const send = socket.send.bind(socket) as (data: string | Buffer) => void
    socket.send = (data: unknown) => {
      send(typeof data === 'string' ? data.replace('TOKEN', ada.token) : (data as Buffer))
    }
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('open', resolve))
    return { socket, closed }
  }

  test.each(faults)('%s close the connection with a code that says so', async (_, sends, code) => {
    const { socket, closed } = await opened()
    for (const send of sends) {
      send(socket)
      // What is sent before the greeting is answered is judged as before it.
      if (send === init && sends.length > 1 && sends[1] !== init) {
        await new Promise((resolve) => socket.once('message', resolve))
      }
    }
    expect(await closed).toBe(code)
    expect(fake.said).toEqual([])
    await until(() => fake.world.subscribers.size === 0)
  })

  test('operations that ask too much are told so, and the connection stays', async () => {
    const { socket, closed } = await opened()
    const answers: { id?: string; type: string; payload: { message: string }[] }[] = []
    socket.on('message', (data) => answers.push(JSON.parse(String(data))))
    init(socket)
    await until(() => answers.length === 1)
    subscribe('deep', { query: `${'{ a '.repeat(50)}${'}'.repeat(50)}` })(socket)
    subscribe('cycle', { query: '{ ...a } fragment a on Query { ...a }' })(socket)
    subscribe('unknown', { query: '{ secrets }' })(socket)
    subscribe('syntax', { query: '{' })(socket)
    await until(() => answers.length === 5)
    expect(answers.slice(1).map(({ id, type }) => [id, type])).toEqual([
      ['deep', 'error'],
      ['cycle', 'error'],
      ['unknown', 'error'],
      ['syntax', 'error'],
    ])
    for (const { payload } of answers.slice(1)) expect(payload[0]!.message).toMatch(/\w/)
    expect(socket.readyState).toBe(WebSocket.OPEN)
    socket.close()
    await closed
  })
})

test('after all of that a player plays on', async () => {
  const answer = await act(fake.call, ada, JSON.parse(claim))
  expect(answer.body.status).toBe('accepted')
})
