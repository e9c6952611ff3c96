// Bad input: every class of fault × every operation, through every door, as a seed draws it. Each answer is a 4xx (over a WebSocket an
// error or a code from 4400 on) that names what is wrong; the log does not move, and nothing piles up.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Versions } from '../../src/domain/ports/versions.ts'
import { seedOf } from '../helpers/killReport.ts'
import { type Fake, openFake, type Player } from './fakes.ts'
import { httpAsker, onTheWire, sent, socketAsker, type Told } from './faults/ask.ts'
import { bodyClasses } from './faults/bodies.ts'
import { type Chance, chanceOf } from './faults/chance.ts'
import { documentClasses } from './faults/documents.ts'
import { type Line, lineClasses, wireClasses } from './faults/lines.ts'
import { messageClasses } from './faults/messages.ts'
import { type Operation, operations, pathOf, requestOf } from './faults/operations.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const again = `ORRERY_SEED=${seed} npx vitest run test/api/badInput.test.ts`

const limits = {
  commandsPerMinute: 1e9,
  requestsPerMinute: 1e9,
  versionsPerMinute: 1e9,
  joinsPerMinute: 1e9,
  wrongTokensPerMinute: 1e9,
}

/** Any commit is there, with nothing in it. */
const oneCommit: Versions = {
  list: async () => [],
  commit: async (digits) => digits,
  at: async () => undefined,
}

let fake: Fake
let ada: Player
let http: ReturnType<typeof httpAsker>
let socket: ReturnType<typeof socketAsker>
beforeAll(async () => {
  fake = await openFake({ limits, versions: oneCommit })
  ada = await fake.enter('Ada')
  http = httpAsker(fake.url)
  socket = socketAsker(fake.url, ada.token)
})
afterEach(async () => {
  expect(fake.said.splice(0), again).toEqual([])
  fake.noted.length = 0
  // None of it logged her out, which would have been a fault of every operation after it.
  expect((await fake.call('GET', '/me', { token: ada.token })).status, again).toBe(200)
})
afterAll(async () => {
  await socket.close()
  http.close()
  await fake.api.close()
})

/** The classes that each operation was tried with: each was sent. */
const tried = new Map(operations.map(({ name }) => [name, new Set<string>()]))

const lineOf = ({ method, path, headers, needsToken }: Operation): Line => ({
  method,
  path: path(ada),
  headers: { ...headers, ...(needsToken ? { authorization: `Bearer ${ada.token}` } : {}) },
})

/** A refusal in words, which name the fault where there are words for it. */
function expectRefused({ status, text }: Told, what: string, names = /\w{3}/): void {
  const told = `${what}: ${status} ${text.slice(0, 500)}\n${again}`
  if (status >= 4400 || status === 1007 || status === 1009) {
    if (status >= 4400) expect(text, told).toMatch(/\w{3}/)
    return
  }
  if (status !== 0) expect(`${status}`, told).toMatch(/^4\d\d$/)
  const { detail, errors, payload, type } = JSON.parse(text)
  if (type === 'next') expect(JSON.stringify(payload), told).toMatch(/"errors":|"Invalid"/)
  const words = JSON.stringify([detail, errors, payload].filter((one) => one !== undefined))
  // What does not even fit into the target of a GET is too long before it is anything else.
  if (status !== 431) expect(words, told).toMatch(names)
  expect(words, told).toMatch(/\w{3}/)
}

/** Each of the operations in an order by chance, the log looked at after each. */
async function each(
  kind: string,
  name: string,
  ofThem: readonly Operation[],
  refused: (operation: Operation, chance: Chance) => Promise<void>,
): Promise<void> {
  const chance = chanceOf(seed ^ hashOf(name))
  for (const operation of chance.shuffled(ofThem)) {
    const what = `${name}: ${operation.name}\n${again}`
    const [head, before] = [await fake.store.head(), sent.count]
    await refused(operation, chance)
    expect(sent.count, what).toBe(before + 1)
    expect(await fake.store.head(), what).toBe(head)
    tried.get(operation.name)!.add(`${kind}: ${name}`)
  }
}
/** So that one class draws the same alone as among the others. */
const hashOf = (name: string) =>
  [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7)

const byHttp = operations.filter(({ door }) => door !== 'websocket')
const bySocket = operations.filter(({ door }) => door === 'websocket')
let ids = 0
const subscribe = (payload: unknown) => ({ id: `a${ids++}`, type: 'subscribe', payload })

describe(`every operation (seed ${seed}) is told of`, () => {
  test.each(Object.entries(bodyClasses))('%s', async (name, { spoil, names, only }) => {
    const ofThem = byHttp.filter(({ method }) => only !== 'POST' || method === 'POST')
    await each('body', name, ofThem, async (operation, chance) => {
      const { method, path, headers } = lineOf(operation)
      // Where no body is taken, the well-formed one is spoilt as well as any other: it is read before it is refused.
      const { body, headers: more } = spoil(JSON.stringify(operation.body ?? { a: 'b' }), chance)
      const json = { 'content-type': 'application/json' }
      const told = await http.ask({ method, path, headers: { ...json, ...headers, ...more }, body })
      const isNamed = method === 'POST' || !/body.*nothing that/.test(told.text)
      expectRefused(told, `${name}: ${operation.name}`, isNamed ? names : undefined)
    })
    if (only === 'HTTP') return
    await each('body', name, bySocket, async (operation, chance) => {
      const { body } = spoil(JSON.stringify(subscribe(operation.body)), chance)
      expectRefused(await socket.ask(body), `${name}: ${operation.name}`, names)
    })
  })

  test.each(Object.entries(lineClasses))('%s', async (name, { spoil, names, only }) => {
    const ofThem = byHttp.filter(({ needsToken }) => only === undefined || needsToken)
    await each('line', name, ofThem, async (operation, chance) => {
      const line = spoil(lineOf(operation), chance)
      const body = operation.body && { body: JSON.stringify(operation.body) }
      const json = body ? { 'content-type': 'application/json' } : {}
      const told = await http.ask({ ...line, headers: { ...json, ...line.headers }, ...body })
      expectRefused(told, `${name}: ${operation.name}`, names)
    })
  })

  test.each(Object.entries(wireClasses))('%s', async (name, spoil) => {
    await each('wire', name, byHttp, async (operation, chance) => {
      const told = await onTheWire(fake.url, spoil(lineOf(operation), chance))
      expectRefused(told, `${name}: ${operation.name}`)
    })
  })

  test.each(Object.entries(documentClasses))('%s', async (name, { spoil, names, fits }) => {
    const ofThem = operations.filter(({ document }) => document && (fits?.(document) ?? true))
    await each('document', name, ofThem, async (operation, chance) => {
      const what = `${name}: ${operation.name}`
      const asked = spoil(operation.document!, chance)
      if (operation.door === 'websocket') {
        expectRefused(await socket.ask(JSON.stringify(subscribe(asked))), what, names)
        return
      }
      const { method, path, headers } = lineOf(operation)
      const told =
        method === 'GET'
          ? await http.ask({ method, path: pathOf(asked), headers })
          : await http.ask({
              method,
              path,
              headers: { 'content-type': 'application/json', ...headers },
              body: JSON.stringify(asked),
            })
      expectRefused(told, what, names)
    })
  })

  test.each(Object.entries(messageClasses))('%s', async (name, { spoil, codes, ungreeted }) => {
    await each('message', name, bySocket, async (operation, chance) => {
      const messages = spoil(subscribe(requestOf(operation.document!)), chance)
      const texts = messages.map((message) => JSON.stringify(message))
      const told = await socket.breaks(!ungreeted, ...texts)
      expectRefused(told, `${name}: ${operation.name}`)
      expect(codes, `${name}: ${operation.name}: ${told.status}\n${again}`).toContain(told.status)
    })
  })

  test('at least forty classes of it, each operation, and nothing is counted that was not sent', () => {
    expect(operations.length).toBeGreaterThan(100)
    for (const { name, body } of operations) {
      const classes = [...tried.get(name)!]
      expect(classes.length, name).toBeGreaterThanOrEqual(40)
      // Where no body is taken, many bodies are one fault: what is wrong beside them has to be enough.
      const besides = classes.filter((each) => !each.startsWith('body'))
      expect(body || besides.length >= 30, `${name}: ${besides.length}`).toBeTruthy()
    }
    const pairs = [...tried.values()].reduce((sum, { size }) => sum + size, 0)
    expect(pairs).toBe(sent.count)
    console.log(`${pairs} faults sent (ORRERY_SEED=${seed})`)
  })
})
