// Bad input and connections that break off leave nothing behind. Of bad input the heap after many rounds is that after half as many, within
// a bound for each request; of connections the objects are counted, which is exact.

import { EventEmitter } from 'node:events'
import { connect } from 'node:net'
import { getHeapCodeStatistics, queryObjects, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedOf } from '../helpers/killReport.ts'
import { type Fake, openFake, type Player, until } from './fakes.ts'
import { httpAsker } from './faults/ask.ts'
import { bodyClasses } from './faults/bodies.ts'
import { chanceOf } from './faults/chance.ts'
import { documentClasses } from './faults/documents.ts'
import { operations } from './faults/operations.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const REQUESTS = 1_500
/** Less than anything that one would keep of a request. */
const BYTES_EACH_MAX = 100

let fake: Fake
let ada: Player
let http: ReturnType<typeof httpAsker>
beforeAll(async () => {
  fake = await openFake({
    limits: {
      commandsPerMinute: 1e9,
      requestsPerMinute: 1e9,
      joinsPerMinute: 1e9,
      lingerMs: 10,
    },
  })
  ada = await fake.enter('Ada')
  http = httpAsker(fake.url)
})
afterAll(async () => {
  http.close()
  await fake.api.close()
})

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Without what the engine compiles meanwhile: snapshots show that this alone grows, for as long as anything becomes hot. */
async function heapBytes(): Promise<number> {
  fake.noted.length = 0
  // What waits for its turn is let go first.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  collect()
  const code = getHeapCodeStatistics()
  const compiled = code.code_and_metadata_size + code.bytecode_and_metadata_size
  return process.memoryUsage().heapUsed - compiled
}

/** Bytes that each of `REQUESTS` requests leaves, after as many have warmed up all there is; the least of three tries. */
async function leftBehind(flood: (round: number) => Promise<void>): Promise<number> {
  let round = 0
  const half = async () => {
    for (let count = 0; count < REQUESTS; count++) await flood(round++)
    return heapBytes()
  }
  let before = await half()
  const grown: number[] = []
  for (let again = 0; again < 3; again++) {
    const after = await half()
    grown.push((after - before) / REQUESTS)
    before = after
    if (grown.at(-1)! < BYTES_EACH_MAX) break
  }
  return Math.min(...grown)
}

const chance = chanceOf(seed)
const light = Object.entries(bodyClasses).filter(([name]) => !/large|thousand|longer/.test(name))
const documents = Object.values(documentClasses).filter(({ long }) => !long)
const withBody = operations.filter(({ door, method }) => door !== 'websocket' && method === 'POST')
/** Few, so that those that are parsed are soon all in the cache: how large that may grow is asked below. */
const asked = withBody.flatMap(({ document }) => document ?? []).slice(0, 3)

async function spoilt(): Promise<void> {
  const isDocument = chance.below(2) === 0
  const operation = chance.one(withBody.filter(({ door }) => !isDocument || door === 'graphql'))
  const { body, headers } = isDocument
    ? { body: JSON.stringify(chance.one(documents).spoil(chance.one(asked), chance)), headers: {} }
    : chance.one(light)[1].spoil(JSON.stringify(operation.body), chance)
  await http.ask({
    method: 'POST',
    path: operation.path(ada),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
      ...operation.headers,
      ...headers,
    },
    body,
  })
}

test(`thousands of faults leave nothing behind (seed ${seed})`, async () => {
  expect(await leftBehind(spoilt)).toBeLessThan(BYTES_EACH_MAX)
}, 120_000)

test('a server that kept 256 bytes of each request would be noticed', async () => {
  const kept: Buffer[] = []
  const leak = async () => {
    kept.push(Buffer.from('x'.repeat(256)))
    ;(kept as unknown[]).push({ a: `${kept.length}`.repeat(40), b: [kept.length, kept.length] })
  }
  expect(await leftBehind(leak)).toBeGreaterThan(BYTES_EACH_MAX)
}, 120_000)

/** What clients send before they are gone, and whether they hear anything of the answer. */
const brokenOff: Readonly<Record<string, (player: Player) => string>> = {
  nothing: () => '',
  'half a head': () => 'GET /worlds HT',
  'half a body': () => post('/players', 50, '{'),
  'a whole request': () => 'GET /worlds HTTP/1.1\r\nHost: a\r\n\r\n',
  'a poll': ({ mailbox, token }) => `GET /poll/${mailbox} HTTP/1.1\r\n${own(token)}\r\n`,
  'a subscription': ({ token }) => subscribe(token),
  'many at once': ({ mailbox, token }) =>
    `GET /poll/${mailbox} HTTP/1.1\r\n${own(token)}\r\n${subscribe(token).repeat(3)}`,
  'a WebSocket': () =>
    'GET /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  'an upgrade to what is not spoken': () =>
    'GET /worlds HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
}
const own = (token: string) => `Host: a\r\nAuthorization: Bearer ${token}\r\n`
const post = (path: string, bytes: number, body: string, headers = 'Host: a\r\n') =>
  `POST ${path} HTTP/1.1\r\n${headers}Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${body}`
const subscribe = (token: string) => {
  const body = JSON.stringify({ query: 'subscription { mine(world: "first") { __typename } }' })
  return post('/graphql', body.length, body, `${own(token)}Accept: text/event-stream\r\n`)
}

const endings = ['destroy', 'resetAndDestroy', 'end'] as const

/** What is answered at once: the rest would be waited for. */
const isAnswered = /^(GET \/worlds|GET \/graphql|POST \/graphql).*\r\n\r\n/s

/** Sends it and goes: at once, or when something is heard. */
const breakOff = (text: string, round: number) =>
  new Promise<void>((resolve) => {
    const allowHalfOpen = true
    const socket = connect({
      port: Number(new URL(fake.url).port),
      host: '127.0.0.1',
      allowHalfOpen,
    })
    const leave = () => socket[endings[round % endings.length]!]()
    socket.on('error', () => {})
    socket.on('close', () => resolve())
    socket.on('end', () => socket.destroy())
    const hears = round % 2 === 0 && isAnswered.test(text)
    socket.once('data', leave)
    socket.once('connect', () => socket.write(text, hears ? undefined : leave))
  })

const ROUNDS = 12
const connections = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

/** Of these are connections, requests, answers and streams, and what tells them that they are over: the engine makes none of its own. */
const alive = () =>
  [EventEmitter, EventTarget].reduce((sum, of) => sum + queryObjects(of, { format: 'count' }), 0)

test('connections that break off leave nothing behind that anything could end', async () => {
  const idle = connections()
  const aliveAfter = async (each = () => {}) => {
    for (let round = 0; round < ROUNDS; round++) {
      each()
      const going = Object.values(brokenOff).map((text) => breakOff(text(ada), round))
      await Promise.all(going)
    }
    await until(() => connections() <= idle && fake.world.connected.length === 0)
    return alive()
  }
  // What there is once alone is there after the first rounds.
  const before = await aliveAfter()
  const after = await aliveAfter()
  expect(after - before).toBeLessThan(ROUNDS / 2)
  // One that was kept each time would be noticed.
  const kept: EventTarget[] = []
  const leaking = await aliveAfter(() => kept.push(new AbortController().signal))
  expect(leaking - after).toBeGreaterThan(ROUNDS / 2)
}, 120_000)

test('ever new documents fill no cache beyond its bound', async () => {
  // Each as large as a cached one may be, and each another: a parsed one takes some hundred times its text.
  let number = 0
  const ask = async () => {
    const aliases = Array.from({ length: 300 }, (_, at) => `a${number}b${at}: __typename`).join(' ')
    number++
    const body = JSON.stringify({ query: `{ ${aliases} }` })
    const { status } = await http.ask({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(status).toBe(200)
  }
  const before = await heapBytes()
  for (let asked = 0; asked < 400; asked++) await ask()
  // All of them would take 60 MB and more.
  expect((await heapBytes()) - before).toBeLessThan(30_000_000)
}, 120_000)
