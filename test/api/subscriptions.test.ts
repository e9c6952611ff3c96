import { type IncomingMessage, request } from 'node:http'
import { type Client, createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import { act, type Fake, FakeWorld, openFake, until, worldsAmong } from './fakes.ts'

let fake: Fake
const clients: Client[] = []
beforeEach(async () => {
  fake = await openFake()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
  await fake.api.close()
})

function connect(connectionParams?: Record<string, unknown>, to = fake): Client {
  const client = createClient({
    url: `${to.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    // The connection stays when its last operation ends.
    lazy: false,
    onNonLazyError: () => {},
    ...(connectionParams ? { connectionParams } : {}),
  })
  clients.push(client)
  return client
}

/** Reads a subscription item by item; `next` rejects with the errors of a result that has some. */
function items(client: Client, query: string) {
  const results = client.iterate({ query })
  return {
    async next() {
      const { value, done } = await results.next()
      if (done) return undefined
      if (value.errors) throw Object.assign(new Error(value.errors[0]?.message), value.errors[0])
      return Object.values(value.data ?? {})[0] as Record<string, never>
    },
    end: () => results.return?.(undefined),
  }
}

const chunks = `subscription { chunks(world: "first", chunks: [0, 1]) { __typename
  ... on Chunk { chunk tick cells } ... on ChunkChanges { chunk tick cells removed }
  ... on Heartbeat { tick hash hashTick } } }`

test('a subscriber to chunks gets a snapshot of each, then every change once, then heartbeats', async () => {
  const stream = items(connect(), chunks)
  expect(await stream.next()).toMatchObject({ __typename: 'Chunk', chunk: 0 })
  expect(await stream.next()).toMatchObject({ __typename: 'Chunk', chunk: 1 })
  const { tick } = fake.world.change(3, 7)
  const change = await stream.next()
  expect(change).toMatchObject({ __typename: 'ChunkChanges', chunk: 0, tick })
  const bytes = Buffer.from(String(change?.cells), 'base64')
  expect(decodeCells(bytes).cells).toMatchObject([{ offset: expect.any(Number), owner: 7 }])
  fake.world.change(30, 7)
  fake.world.beat()
  expect(await stream.next()).toMatchObject({
    __typename: 'Heartbeat',
    tick: fake.world.tick,
    hash: expect.stringMatching(/^[0-9a-f]{16}$/),
  })
  await stream.end()
  await until(() => fake.world.subscribers.size === 0)
})

test('what changes while the snapshots are read is not lost', async () => {
  const read = fake.world.chunk.bind(fake.world)
  fake.world.chunk = async (chunk) => {
    const snapshot = await read(chunk)
    if (chunk === 1) fake.world.change(3, 9)
    return snapshot
  }
  const stream = items(connect(), chunks)
  expect(await stream.next()).toMatchObject({ chunk: 0 })
  expect(await stream.next()).toMatchObject({ chunk: 1 })
  expect(await stream.next()).toMatchObject({ __typename: 'ChunkChanges', chunk: 0 })
})

/** As the subscription of a world gives them, with no line of chat told. */
const cursorAt = ({ tick, index }: { tick: number; index: number }, world = 'first') =>
  `${tick}.${index}.0.2.${world}`

const mine = (after = '') => `subscription { mine(world: "first"${after}) { __typename
  ... on Outcome { cursor commandId reason } ... on PlayerView { cell }
  ... on Contents { structures { cell } } ... on ChatMessage { name text }
  ... on TakeSnapshot { cursor } ... on Cursor { cursor } } }`

test('a player follows her own outcomes and the chat, and counts as connected meanwhile', async () => {
  const ada = await fake.enter('Ada')
  const bob = await fake.enter('Bob')
  const stream = items(connect({ token: ada.token }), mine())
  expect(await stream.next()).toMatchObject({ __typename: 'Cursor' })
  expect(await stream.next()).toMatchObject({ __typename: 'PlayerView' })
  expect(await stream.next()).toMatchObject({ __typename: 'Contents', structures: [] })
  expect(fake.world.connected).toEqual([ada.account])
  fake.world.tell({ account: bob.account, commandId: 'bobs' })
  fake.world.tell({ account: ada.account, commandId: 'adas' })
  expect(await stream.next()).toMatchObject({ __typename: 'Outcome', commandId: 'adas' })
  await act(fake.call, bob, { type: 'Say', world: 'first', text: 'hello' })
  expect(await stream.next()).toMatchObject({ name: 'Bob', text: 'hello' })
  await stream.end()
  await until(() => fake.world.connected.length === 0)
})

test('with a cursor a player first gets the outcomes that she missed', async () => {
  const ada = await fake.enter('Ada')
  const seen = fake.world.tell({ account: ada.account, commandId: 'seen' })
  fake.world.tell({ account: ada.account, commandId: 'missed' })
  const after = `, after: "${cursorAt(seen)}"`
  const stream = items(connect({ Authorization: `Bearer ${ada.token}` }), mine(after))
  await stream.next()
  await stream.next()
  await stream.next()
  expect(await stream.next()).toMatchObject({ commandId: 'missed', reason: 'Done' })
})

/** Reads on until an item of the kind, and gives all that came. */
async function through(stream: ReturnType<typeof items>, kind: string) {
  const came: Record<string, string>[] = []
  for (let item = await stream.next(); item; item = await stream.next()) {
    came.push(item)
    if (item.__typename === kind) break
  }
  return came
}
const cursorOf = (came: Record<string, string>[]) =>
  String(came.findLast((item) => item.cursor !== undefined)?.cursor)
const say = (player: { mailbox: string; token: string; account: string }, text: string) =>
  act(fake.call, player, { type: 'Say', world: 'first', text })
const linesOf = (came: Record<string, string>[]) => came.flatMap(({ text }) => text ?? [])

test('a cursor comes at once: who drops before the first outcome misses neither outcomes nor chat', async () => {
  const ada = await fake.enter('Ada')
  await say(ada, 'before')
  const first = items(connect({ token: ada.token }), mine())
  const cursor = cursorOf(await through(first, 'Cursor'))
  await first.end()
  fake.world.tell({ account: ada.account, commandId: 'missed' })
  for (const text of ['one', 'two']) await say(ada, text)
  const again = items(connect({ token: ada.token }), mine(`, after: "${cursor}"`))
  const came = await through(again, 'Outcome')
  expect(came.at(-1)).toMatchObject({ commandId: 'missed' })
  expect(linesOf(came)).toEqual(['one', 'two'])
  // What is said now comes once, behind it.
  await say(ada, 'three')
  expect(linesOf(await through(again, 'ChatMessage'))).toEqual(['three'])
})

test('the cursor behind a chat line goes on after that line, and over outcomes that were told', async () => {
  const ada = await fake.enter('Ada')
  const first = items(connect({ token: ada.token }), mine())
  await through(first, 'Contents')
  fake.world.tell({ account: ada.account, commandId: 'told' })
  await say(ada, 'heard')
  const came = await through(first, 'Cursor')
  expect(linesOf(came)).toEqual(['heard'])
  await first.end()
  await say(ada, 'missed')
  const after = mine(`, after: "${cursorOf(came)}"`)
  const again = await through(items(connect({ token: ada.token }), after), 'ChatMessage')
  expect(linesOf(again)).toEqual(['missed'])
  expect(again.filter(({ __typename }) => __typename === 'Outcome')).toEqual([])
})

test.each([
  ['outcomes', ''],
  ['outcomes and chat', '.0'],
])(
  'a cursor of %s that names no world, as it was once given, asks for a snapshot and goes on',
  async (_, behind) => {
    const ada = await fake.enter('Ada')
    const { tick, index } = fake.world.tell({ account: ada.account, commandId: 'told' })
    fake.world.tell({ account: ada.account, commandId: 'missed' })
    const after = mine(`, after: "${tick}.${index}${behind}"`)
    const came = await through(items(connect({ token: ada.token }), after), 'Outcome')
    expect(came[0]).toMatchObject({ __typename: 'TakeSnapshot' })
    expect(came[0]?.cursor).toMatch(/\.first$/)
    expect(came.at(-1)).toMatchObject({ commandId: 'missed' })
  },
)

test('a cursor that one world gave is refused by another, which names the field and both', async () => {
  const [first, second] = [new FakeWorld('first'), new FakeWorld('second')]
  const both = await openFake({ world: first, worlds: worldsAmong([first, second]) })
  const client = connect({ token: (await both.enter()).token }, both)
  const cursor = cursorOf(await through(items(client, mine()), 'Cursor'))
  const elsewhere = mine(`, after: "${cursor}"`).replace('"first"', '"second"')
  await expect(items(client, elsewhere).next()).rejects.toMatchObject({
    message: expect.stringContaining('is of the world first, not of second'),
    extensions: { code: 'BAD_INPUT', errors: [{ field: 'after' }] },
  })
  await both.api.close()
})

test('whose backlog is gone is told to take a snapshot, and goes on from its cursor', async () => {
  const ada = await fake.enter('Ada')
  const old = fake.world.tell({ account: ada.account, commandId: 'old' })
  fake.world.gone = fake.world.tell({ account: ada.account, commandId: 'gone' })
  fake.world.tell({ account: ada.account, commandId: 'kept' })
  const after = mine(`, after: "${cursorAt(old)}"`)
  const stream = items(connect({ token: ada.token }), after)
  const came = await through(stream, 'TakeSnapshot')
  const cursor = cursorOf(came)
  expect(cursor).toMatch(`${fake.world.gone.tick}.${fake.world.gone.index}.`)
  expect(await stream.next()).toMatchObject({ __typename: 'Outcome', commandId: 'kept' })
  const again = items(connect({ token: ada.token }), mine(`, after: "${cursor}"`))
  expect((await through(again, 'Outcome')).at(-1)).toMatchObject({ commandId: 'kept' })
})

test('who missed more chat than is told again is told to take a snapshot, and hears what is new', async () => {
  const ada = await fake.enter('Ada')
  const first = items(connect({ token: ada.token }), mine())
  const cursor = cursorOf(await through(first, 'Cursor'))
  await first.end()
  for (let line = 0; line < 3; line++) {
    const batch = Array.from({ length: 70 }, (_, at) => ({
      ...{ type: 'Say', world: 'first', text: `line ${line}.${at}` },
    }))
    await act(fake.call, ada, batch)
  }
  const again = items(connect({ token: ada.token }), mine(`, after: "${cursor}"`))
  expect(linesOf(await through(again, 'TakeSnapshot'))).toEqual([])
  await say(ada, 'new')
  expect(linesOf(await through(again, 'ChatMessage'))).toEqual(['new'])
})

test.each([
  ['of a tick that the world has not shown', '900000.0.0.2.first'],
  ['behind a line that was never said', '0.0.900000.2.first'],
])('a cursor %s is of another history: a snapshot is asked for', async (_, cursor) => {
  const ada = await fake.enter('Ada')
  const stream = items(connect({ token: ada.token }), mine(`, after: "${cursor}"`))
  const first = (await stream.next()) as Record<string, string> | undefined
  expect(first?.__typename).toBe('TakeSnapshot')
  expect(Number(first?.cursor?.split('.')[0])).toBeLessThanOrEqual(fake.world.tick)
  // From there on all is told as ever.
  fake.world.tell({ account: ada.account, commandId: 'new' })
  await say(ada, 'hello')
  expect(linesOf(await through(stream, 'ChatMessage'))).toEqual(['hello'])
})

test.each([
  '',
  'here',
  '1',
  '1.2.3.4',
  '1.2.3.2',
  '1.2.3.3.first',
  '1.2.3.2.First',
  '-1.0',
  '1.0.x',
])('a cursor "%s" is refused as bad input', async (cursor) => {
  const ada = await fake.enter('Ada')
  const stream = items(connect({ token: ada.token }), mine(`, after: "${cursor}"`))
  await expect(stream.next()).rejects.toMatchObject({ extensions: { code: 'BAD_INPUT' } })
})

test('status comes at once and with every heartbeat; presence comes for all, then as it changes', async () => {
  const ada = await fake.enter('Ada')
  const client = connect({ token: ada.token })
  const status = items(client, 'subscription { status(world: "first") { tick state hash } }')
  expect(await status.next()).toMatchObject({ tick: 1, state: 'RUNNING' })
  fake.world.beat()
  expect(await status.next()).toMatchObject({ tick: 2 })
  const presence = items(client, 'subscription { presence(world: "first") { account state } }')
  expect(await presence.next()).toMatchObject({ account: ada.account, state: 'connected' })
  fake.world.emit({
    kind: 'presence',
    presence: { account: ada.account, index: 1, cell: 3, state: 'away' },
  })
  expect(await presence.next()).toMatchObject({ state: 'away' })
})

test.each([
  ['mine without a token', mine(), 'UNAUTHENTICATED'],
  ['an unknown world', 'subscription { status(world: "nowhere") { tick } }', 'BAD_INPUT'],
  [
    'a chunk that is none',
    'subscription { chunks(world: "first", chunks: [12]) { __typename } }',
    'BAD_INPUT',
  ],
  [
    'too many chunks',
    `subscription { chunks(world: "first", chunks: [${[...Array(12).keys()]}]) { __typename } }`,
    'BAD_INPUT',
  ],
])('a subscription to %s is refused with a code', async (_, query, code) => {
  const small = await openFake({ limits: { chunksMax: 3 } })
  const refused = await connect(undefined, small)
    .iterate({ query })
    .next()
    .then(
      ({ value }) => value.errors,
      (errors: unknown) => errors,
    )
  expect(refused).toMatchObject([{ extensions: { code } }])
  expect(JSON.stringify(refused)).not.toContain('stack')
  await small.api.close()
})

test('a wrong token closes the connection', async () => {
  const wrong = connect({ token: 'orrery_000000000000000000000000' })
  await expect(wrong.iterate({ query: '{ worlds { id } }' }).next()).rejects.toMatchObject({
    code: 4403,
  })
})

test('queries and commands work over the same connection', async () => {
  const ada = await fake.join('Ada')
  const client = connect({ token: ada.token })
  const ask = async (query: string) => (await client.iterate({ query }).next()).value.data
  const enter = 'mutation { enterWorld(world: "first") { __typename ... on Entered { landing } } }'
  expect(await ask(enter)).toMatchObject({ enterWorld: { __typename: 'Entered' } })
  expect(await ask('{ me { account } }')).toEqual({ me: { account: ada.account } })
})

test('an erased account’s subscriptions end and its connection may do nothing more', async () => {
  const eve = await fake.enter('Eve')
  const client = connect({ token: eve.token })
  const open = connect({ token: eve.token })
  await open.iterate({ query: '{ me { account } }' }).next()
  const stream = items(client, mine())
  await through(stream, 'Contents')
  await act(fake.call, eve, { type: 'EraseAccount' })
  expect(await stream.next()).toBeUndefined()
  await expect(open.iterate({ query: '{ me { account } }' }).next()).rejects.toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
})

test('a subscriber that falls behind is told SLOW_CONSUMER, and its subscription ends', async () => {
  await fake.api.close()
  fake = await openFake({ world: new FakeWorld('first', 2, 5) })
  const stream = items(connect(), chunks)
  await stream.next()
  await stream.next()
  for (let count = 0; count < 20; count += 1) fake.world.change(3, count)
  const code = async () => {
    for (;;) await stream.next()
  }
  await expect(code()).rejects.toMatchObject({ extensions: { code: 'SLOW_CONSUMER' } })
  await until(() => fake.world.subscribers.size === 0)
})

test('a connection that never reads is cut at the bound, while others go on', async () => {
  await fake.api.close()
  fake = await openFake({
    world: new FakeWorld('first', 64, 1_000_000),
    limits: { outflowStallMs: 300 },
  })
  const good = items(connect(), chunks)
  await good.next()
  await good.next()
  const socket = new WebSocket(`${fake.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await new Promise((resolve) => socket.once('open', resolve))
  const send = (message: unknown) => socket.send(JSON.stringify(message))
  send({ type: 'connection_init' })
  await new Promise((resolve) => socket.once('message', resolve))
  const all = `subscription { chunks(world: "first", chunks: [0]) { ... on Chunk { cells } ... on ChunkChanges { cells } } }`
  send({ type: 'subscribe', id: '1', payload: { query: all } })
  await until(() => fake.world.subscribers.size === 2)
  socket.pause()
  const closed = new Promise((resolve) => socket.once('close', resolve))
  const { cells } = await fake.world.chunk(0)
  let tick = fake.world.tick
  await until(() => {
    tick += 1
    const changes = { chunk: 0, tick, cells, structures: [], removed: [] }
    if (fake.world.subscribers.size === 2) fake.world.emit({ kind: 'chunk', changes })
    return fake.world.subscribers.size === 1
  })
  fake.world.tick = tick
  fake.world.change(3, 7)
  for (let item = await good.next(); item?.tick !== fake.world.tick; item = await good.next())
    expect(item?.__typename).toBe('ChunkChanges')
  socket.resume()
  await closed
  expect(socket.readyState).toBe(WebSocket.CLOSED)
})

test('one connection may hold so many operations and no more', async () => {
  const few = await openFake({ limits: { subscriptionsPerSocketMax: 2 } })
  const client = connect(undefined, few)
  const status = 'subscription { status(world: "first") { tick } }'
  await items(client, status).next()
  await items(client, status).next()
  await expect(client.iterate({ query: status }).next()).rejects.toMatchObject([
    { extensions: { code: 'TOO_MANY' } },
  ])
  await few.api.close()
})

test('subscriptions come over server-sent events too, and end when the reader leaves', async () => {
  const leaving = new AbortController()
  const response = await fetch(`${fake.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { status(world: "first") { tick } }' }),
    signal: leaving.signal,
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body!.getReader()
  let text = ''
  const read = async (part: string) => {
    while (!text.includes(part)) {
      const { value } = await reader.read()
      text += new TextDecoder().decode(value)
    }
  }
  await read('{"data":{"status":{"tick":1}}}')
  fake.world.beat()
  await read('{"data":{"status":{"tick":2}}}')
  expect((await fake.call('GET', '/metrics')).body).toContain('orrery_subscribers{door="sse"} 1')
  leaving.abort()
  await until(() => fake.world.subscribers.size === 0)
})

test('an event stream that never reads is cut, too', async () => {
  await fake.api.close()
  fake = await openFake({
    world: new FakeWorld('first', 64, 1_000_000),
    limits: { outflowStallMs: 300 },
  })
  const query =
    'subscription { chunks(world: "first", chunks: [0]) { ... on ChunkChanges { cells } } }'
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const asked = request(`${fake.url}/graphql`, { method: 'POST', headers }, resolve)
    asked.on('error', reject)
    asked.end(JSON.stringify({ query }))
  })
  response.on('error', () => {})
  response.pause()
  await until(() => fake.world.subscribers.size === 1)
  const { cells } = await fake.world.chunk(0)
  let tick = fake.world.tick
  await until(() => {
    tick += 1
    const changes = { chunk: 0, tick, cells, structures: [], removed: [] }
    fake.world.emit({ kind: 'chunk', changes })
    return fake.world.subscribers.size === 0
  })
  response.destroy()
})

test('closing the server does not wait for a connection that never answers', async () => {
  const socket = new WebSocket(`${fake.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await new Promise((resolve) => socket.once('open', resolve))
  socket.pause()
  await fake.api.close()
  socket.terminate()
  await expect(fake.call('GET', '/healthz')).rejects.toThrow()
})

test('closing the server ends subscriptions and connections', async () => {
  const ended = new Promise<number>((resolve) => {
    const client = connect()
    client.on('closed', (event) => resolve((event as { code: number }).code))
    void items(client, 'subscription { status(world: "first") { tick } }').next()
  })
  await until(() => fake.world.subscribers.size === 1)
  await fake.api.close()
  expect(await ended).toBe(1001)
  expect(fake.world.subscribers.size).toBe(0)
})

test('an upgrade elsewhere and a message that is no protocol are refused without noise', async () => {
  const elsewhere = new WebSocket(`${fake.url.replace('http', 'ws')}/elsewhere`)
  const refused = await new Promise<Error>((resolve) => elsewhere.once('error', resolve))
  expect(refused.message).toContain('404')
  const socket = new WebSocket(`${fake.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send('hello')
  const code = await new Promise((resolve) => socket.once('close', resolve))
  expect(code).toBe(4400)
  const large = new WebSocket(`${fake.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await new Promise((resolve) => large.once('open', resolve))
  large.on('error', () => {})
  large.send('x'.repeat(300_000))
  await new Promise((resolve) => large.once('close', resolve))
  expect(fake.said).toEqual([])
})
