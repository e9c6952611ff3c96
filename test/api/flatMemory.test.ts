// Bad input leaves nothing behind: the heap after many rounds of it is that after half as many, within a bound for each request.

import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedOf } from '../helpers/killReport.ts'
import { type Fake, openFake, type Player } from './fakes.ts'
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
    limits: { commandsPerMinute: 1e9, requestsPerMinute: 1e9, joinsPerMinute: 1e9 },
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
