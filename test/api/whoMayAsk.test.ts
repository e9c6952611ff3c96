// Who may ask what: every query and subscription, and every command again, through every door, with every token that is none, in a world that
// is not there, and on a connection whose token has ended meanwhile.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { act, type Fake, openFake, type Player } from './fakes.ts'
import { httpAsker, socketAsker } from './faults/ask.ts'
import { type Operation, operations, requestOf } from './faults/operations.ts'

let fake: Fake
let ada: Player
let bob: Player
let http: ReturnType<typeof httpAsker>
const tokens: Record<string, string | undefined> = {}
beforeAll(async () => {
  fake = await openFake({ limits: { wrongTokensPerMinute: 1e9, commandsPerMinute: 1e9 } })
  http = httpAsker(fake.url)
  ada = await fake.enter('Ada')
  bob = await fake.enter('Bob')
  const erased = await fake.enter('Nobody')
  await act(fake.call, erased, { type: 'EraseAccount' })
  const revoked = await fake.enter('Gone')
  await fake.call('DELETE', '/sessions/current', { token: revoked.token })
  tokens['a wrong token'] = `orrery_${'0'.repeat(43)}`
  tokens['an erased token'] = erased.token
  tokens['a revoked token'] = revoked.token
})
afterAll(async () => {
  http.close()
  await fake.api.close()
})

const named = (ofThem: readonly Operation[]) => ofThem.map((one) => [one.name, one] as const)
const byHttp = operations.filter(({ door }) => door !== 'websocket')
const bySocket = operations.filter(({ door }) => door === 'websocket')

async function ask(
  operation: Operation,
  token: string | undefined,
  mailbox = ada.mailbox,
  world = 'first',
) {
  const there = (text: string) => text.replaceAll('first', world)
  const { status, text } = await http.ask({
    method: operation.method,
    path: there(operation.path({ mailbox })),
    headers: {
      'content-type': 'application/json',
      ...operation.headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(operation.body ? { body: there(JSON.stringify(operation.body)) } : {}),
  })
  return { status, body: text.startsWith('{') ? JSON.parse(text) : text }
}

let ids = 0
const subscribe = (operation: Operation, world = 'first') =>
  JSON.stringify({
    id: `a${ids++}`,
    type: 'subscribe',
    payload: requestOf(operation.document!),
  }).replaceAll('first', world)

/** Answered to everybody. */
const isPublic = ({ name }: Operation) =>
  /^(worlds|rules|world\.(status|chunks|cell|cellsNear|players|leaderboard|presence|chat)|joinPlayer|chunks|status|presence) /.test(
    name,
  )
/** Told of oneself: to a visitor they tell of nobody. */
const isOfOneself = ({ name }: Operation) => /^(me|world\.me|world\.statistics) /.test(name)

const leaves = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value]

describe.each(['a wrong token', 'an erased token', 'a revoked token'])('with %s', (stranger) => {
  test.each(named(byHttp.filter(({ needsToken }) => needsToken)))(
    '%s is refused',
    async (_, operation) => {
      const head = await fake.store.head()
      const { status, body } = await ask(operation, tokens[stranger])
      expect({ status, said: JSON.stringify(body) }).toEqual({
        status: 401,
        said: expect.stringMatching(/token/),
      })
      expect(await fake.store.head()).toBe(head)
    },
  )

  test('no operation over a WebSocket comes to be asked: it is closed', async () => {
    const head = await fake.store.head()
    for (const operation of bySocket) {
      const socket = socketAsker(fake.url, ada.token)
      const greeting = { type: 'connection_init', payload: { token: tokens[stranger] } }
      const { status } = await socket.breaks(false, JSON.stringify(greeting), subscribe(operation))
      expect([4401, 4403], operation.name).toContain(status)
    }
    expect(await fake.store.head()).toBe(head)
  })
})

describe('without a token', () => {
  // A stream that all may follow has no end to wait for; test/api/subscriptions.test.ts follows them.
  const endless = (operation: Operation) =>
    isPublic(operation) &&
    operation.name.endsWith(' as events') &&
    operation.document?.kind === 'subscription'
  const visited = byHttp.filter((operation) => operation.needsToken && !endless(operation))

  test.each(named(visited))('%s tells what all may know, or is refused', async (_, operation) => {
    const head = await fake.store.head()
    const { status, body } = await ask(operation, undefined)
    if (operation.door === 'graphql' && isPublic(operation)) {
      expect(status).toBe(200)
      return
    }
    if (isOfOneself(operation)) {
      expect(status).toBe(200)
      expect(leaves(body)).toEqual([null])
    } else expect(status).toBe(401)
    expect(await fake.store.head()).toBe(head)
  })
})

test('a mailbox is its player’s alone, whatever is asked of it', async () => {
  const head = await fake.store.head()
  for (const operation of byHttp.filter(({ path }) => path(ada).includes(ada.mailbox))) {
    const { status, body } = await ask(operation, bob.token)
    expect({ status, body }, operation.name).toMatchObject({ status: 403, body: { status: 403 } })
  }
  expect(await fake.store.head()).toBe(head)
})

describe('in a world that is not there', () => {
  // FoundWorld makes the world that it names.
  const takesWorld = (operation: Operation) =>
    !operation.name.startsWith('FoundWorld') &&
    !operation.name.startsWith('foundWorld') &&
    JSON.stringify([operation.path({ mailbox: ':mailbox' }), operation.body]).includes('first')
  const inWorld = byHttp.filter(takesWorld)

  test.each(named(inWorld))('%s finds nothing, and nothing moves', async (_, operation) => {
    const head = await fake.store.head()
    const { status, body } = await ask(operation, ada.token, ada.mailbox, 'elsewhere')
    const said = JSON.stringify(body)
    if (status === 200) expect(said).toMatch(/NoSuchWorld|^\{"data":\{"world":null\}\}$/)
    else {
      expect([400, 404]).toContain(status)
      expect(said).toMatch(/no world/)
    }
    expect(await fake.store.head()).toBe(head)
  })

  test.each(named(bySocket.filter(takesWorld)))(
    '%s finds nothing, and nothing moves',
    async (_, operation) => {
      const head = await fake.store.head()
      const socket = socketAsker(fake.url, ada.token)
      const { text } = await socket.ask(subscribe(operation, 'elsewhere'))
      expect(text).toMatch(/NoSuchWorld|"data":\{"world":null\}|no world/)
      await socket.close()
      expect(await fake.store.head()).toBe(head)
    },
  )
})

describe('on a WebSocket whose token', () => {
  const ends = [
    [
      'is revoked by a logout',
      (eve: Player) => fake.call('DELETE', '/sessions/current', { token: eve.token }),
    ],
    ['is erased with its account', (eve: Player) => act(fake.call, eve, { type: 'EraseAccount' })],
  ] as const

  test.each(ends)('%s meanwhile, no operation passes', async (_, end) => {
    const eve = await fake.enter('Eve')
    const socket = socketAsker(fake.url, eve.token)
    const me = bySocket.find(({ name }) => name.startsWith('me '))!
    expect((await socket.ask(subscribe(me))).text).toContain(eve.account)
    await end(eve)
    const head = await fake.store.head()
    for (const operation of bySocket) {
      const { status, text } = await socket.ask(subscribe(operation))
      if (status === 0) expect(text, operation.name).toContain('UNAUTHENTICATED')
      else expect([4401, 4403], operation.name).toContain(status)
    }
    await socket.close()
    expect(await fake.store.head()).toBe(head)
  })
})
