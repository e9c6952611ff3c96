// Who may what: every command and every private question, through every door, by those who may not.

import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { commandTable } from '../../src/commands/table.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'
import { commandNames, sampleCommand, sampleMutation } from './samples.ts'

const WRONG = 'orrery_0000000000000000000000000000000000000000000'

let fake: Fake
let ada: Player
let bob: Player
/** Has joined, and is in no world. */
let eve: Player
let erased: Player
let loggedOut: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter('Ada')
  bob = await fake.enter('Bob')
  eve = await fake.join('Eve')
  erased = await fake.enter('Nobody')
  await act(fake.call, ada, { type: 'ClaimMany', world: 'first', cells: [3] })
  const drill = { cell: 3, prototype: 'drill', direction: 0 }
  await act(fake.call, ada, { type: 'PlaceMany', world: 'first', structures: [drill] })
  await act(fake.call, erased, { type: 'EraseAccount' })
  loggedOut = await fake.enter('Gone')
  await fake.call('DELETE', '/sessions/current', { token: loggedOut.token })
})
afterAll(() => fake.api.close())

type Query = { readonly query: string; readonly variables?: Record<string, unknown> }

/** What one operation over a WebSocket gets: its result, its errors, or the code the connection was closed with. */
async function overWebSocket(token: string | undefined, { query, variables }: Query) {
  const client: Client = createClient({
    url: `${fake.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { token } }),
  })
  try {
    const { value } = await client.iterate({ query, ...(variables ? { variables } : {}) }).next()
    return { data: value?.data, code: value?.errors?.[0]?.extensions?.code }
  } catch (error) {
    if (Array.isArray(error)) return { data: undefined, code: error[0]?.extensions?.code }
    return { data: undefined, code: (error as CloseEvent).code }
  } finally {
    await client.dispose()
  }
}

const strangers = ['no token', 'a wrong token', 'an erased token', 'a revoked token'] as const
const tokenOf = (stranger: (typeof strangers)[number]) =>
  ({
    'no token': undefined,
    'a wrong token': WRONG,
    'an erased token': erased.token,
    'a revoked token': loggedOut.token,
  })[stranger]

const byStrangers = commandNames.flatMap((name) =>
  strangers.map((stranger) => [name, stranger] as const),
)

describe('a command by somebody who is nobody', () => {
  test.each(byStrangers)('%s with %s passes no door, and nothing moves', async (name, stranger) => {
    const token = tokenOf(stranger)
    const head = await fake.store.head()

    const overMailbox = await fake.call('POST', `/mailbox/${ada.mailbox}/actions`, {
      body: sampleCommand(name),
      ...(token === undefined ? {} : { token }),
    })
    expect(overMailbox).toMatchObject({ status: 401, body: { status: 401 } })

    const { query, variables } = sampleMutation(name)
    const overHttp = await fake.graphql(query, {
      variables,
      ...(token === undefined ? {} : { token }),
    })
    expect(overHttp).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })

    const { data, code } = await overWebSocket(token, { query, variables })
    expect(data ?? null).toBeNull()
    expect(code).toBe(token === undefined ? 'UNAUTHENTICATED' : 4403)
    expect(await fake.store.head()).toBe(head)
  })
})

describe('a command by another player', () => {
  test.each(commandNames)('%s goes into no mailbox but one’s own', async (name) => {
    const head = await fake.store.head()
    const answer = await act(fake.call, { ...ada, token: bob.token }, sampleCommand(name))
    expect(answer).toMatchObject({ status: 403, body: { status: 403 } })
    expect(await fake.store.head()).toBe(head)
  })

  const onTerritory = commandNames.filter((name) => commandTable[name].decidedBy === 'territory')

  test.each(onTerritory)('%s on her cells is refused through every door', async (name) => {
    const { query, variables } = sampleMutation(name)
    const field = `${name[0]!.toLowerCase()}${name.slice(1)}`
    const answers = [
      (await act(fake.call, bob, sampleCommand(name))).body,
      (await fake.graphql(query, { variables, token: bob.token })).data[field],
      (await overWebSocket(bob.token, { query, variables })).data?.[field],
    ]
    for (const { refused } of answers) expect(['NotOwner', 'CellTaken']).toContain(refused)
    expect((await fake.call('GET', '/worlds/first/cells/3')).body.cell).toBe(3)
  })
})

describe('a command elsewhere', () => {
  const inWorld = commandNames.filter((name) =>
    ['player', 'territory'].includes(commandTable[name].decidedBy),
  )

  test.each(inWorld)('%s in a world that is not there is refused', async (name) => {
    const head = await fake.store.head()
    const { query, variables } = sampleMutation(name, 'elsewhere')
    const field = `${name[0]!.toLowerCase()}${name.slice(1)}`
    const refused = { refused: 'NoSuchWorld' }
    expect((await act(fake.call, ada, sampleCommand(name, 'elsewhere'))).body).toMatchObject(
      refused,
    )
    const { data } = await fake.graphql(query, { variables, token: ada.token })
    expect(data[field]).toMatchObject(refused)
    const over = await overWebSocket(ada.token, { query, variables })
    expect(over.data?.[field]).toMatchObject(refused)
    expect(await fake.store.head()).toBe(head)
  })

  test.each(inWorld.filter((name) => name !== 'EnterWorld'))(
    '%s in a world that one has not entered is refused',
    async (name) => {
      const head = await fake.store.head()
      const { query, variables } = sampleMutation(name)
      const field = `${name[0]!.toLowerCase()}${name.slice(1)}`
      const refused = { refused: 'NotInWorld' }
      expect((await act(fake.call, eve, sampleCommand(name))).body).toMatchObject(refused)
      // Paths are walked at most twice a second, and whoever walks too often hears that first.
      const answers = [
        (await fake.graphql(query, { variables, token: eve.token })).data[field],
        (await overWebSocket(eve.token, { query, variables })).data?.[field],
      ]
      for (const answer of answers) expect(['NotInWorld', 'TooBusy']).toContain(answer?.refused)
      expect(await fake.store.head()).toBe(head)
    },
  )
})

const privateQueries = [
  ['world.structures', '{ world(id: "first") { structures { cell } } }'],
  ['mine', 'subscription { mine(world: "first") { __typename } }'],
] as const

const emptyForVisitors = [
  ['me', '{ me { account name mailbox } }', { me: null }],
  ['world.me', '{ world(id: "first") { me { cell } } }', { world: { me: null } }],
] as const

const privatePaths = (player: Player) => [
  '/me',
  '/worlds/first/me',
  '/worlds/first/me/statistics',
  '/worlds/first/structures',
  `/mailbox/${player.mailbox}/messages`,
  `/poll/${player.mailbox}`,
]

describe('what is private', () => {
  test.each(strangers)('is told by no door to one with %s', async (stranger) => {
    const token = tokenOf(stranger)
    const known = token === undefined ? {} : { token }
    for (const [, query] of privateQueries) {
      if (!query.startsWith('subscription')) {
        expect((await fake.graphql(query, known)).status).toBe(401)
      }
      const { data, code } = await overWebSocket(token, { query })
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([])
      expect(code).toBe(token === undefined ? 'UNAUTHENTICATED' : 4403)
    }
    for (const [, query, empty] of emptyForVisitors) {
      const answer = await fake.graphql(query, known)
      if (token === undefined) expect(answer.data).toEqual(empty)
      else expect(answer.status).toBe(401)
    }
    for (const path of privatePaths(ada)) {
      expect((await fake.call('GET', path, known)).status).toBe(401)
    }
  })

  test('is told of oneself alone', async () => {
    const { data } = await fake.graphql(
      '{ me { account } world(id: "first") { structures { cell } } }',
      {
        token: bob.token,
      },
    )
    expect(data).toEqual({ me: { account: bob.account }, world: { structures: [] } })
    for (const path of privatePaths(ada).filter((each) => each.includes(ada.mailbox))) {
      expect((await fake.call('GET', path, { token: bob.token })).status).toBe(403)
    }
  })
})
