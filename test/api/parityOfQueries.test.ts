// Parity of what is asked: the schema's queries are walked over GraphQL by HTTP and by WebSocket, and each is asked by curl's
// door too; and a batch goes through every door in one message.

import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { graphQLSchema } from '../../src/api/graphql/yoga.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter('Ada')
  await act(fake.call, ada, { type: 'ClaimMany', world: 'first', cells: [3] })
  await act(fake.call, ada, { type: 'Say', world: 'first', text: 'hello' })
  fake.world.place({
    cell: 3,
    prototype: 'depot',
    direction: 1,
    owner: 1,
    status: 'idle',
    contents: { plate: 2 },
  })
})
afterAll(() => fake.api.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON of many shapes
type Json = any
type Row = {
  /** The selection of the field, and where REST has the same. */
  readonly ask: string
  readonly path: string
  /** REST's answer in the shape of GraphQL's. */
  readonly shaped?: (body: Json) => Json
}

const counted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([item, count]) => ({ item, count }))
const structure = (one: Json) => ({ ...one, contents: one.contents ? counted(one.contents) : null })
const picked = (fields: string, of: Json) =>
  Object.fromEntries(fields.split(' ').map((field) => [field, of[field] ?? null]))
const settings = 'seed n ups cellCount chunkCount'
const cell = 'cell chunk neighbours terrain elevation deposit amount life mass pollution owner'

/** Every field of a world and every root query, by name; `settings` stands for a world's own numbers. */
const ofWorld: Readonly<Record<string, Row>> = {
  settings: {
    ask: settings,
    path: '/worlds/first',
    shaped: (body) => picked(settings, body),
  },
  status: {
    ask: 'status { tick state hash hashTick rulesHash players lagMs }',
    path: '/worlds/first',
    shaped: ({ tick, state, hash, rulesHash, players, lagMs }) => ({
      status: {
        tick,
        state: state.toUpperCase(),
        hash: hash.hash,
        hashTick: hash.tick,
        rulesHash,
        players,
        lagMs,
      },
    }),
  },
  chunks: {
    ask: 'chunks(ids: [0]) { chunk tick cells structures { cell prototype } }',
    path: '/worlds/first/chunks/0',
    shaped: ({ chunk, tick, cells, structures }) => ({
      chunks: [
        {
          chunk,
          tick,
          cells,
          structures: structures.map((one: Json) => picked('cell prototype', one)),
        },
      ],
    }),
  },
  cell: {
    ask: `cell(id: 3) { ${cell} structure { prototype direction } }`,
    path: '/worlds/first/cells/3?reach=0',
    shaped: (body) => ({
      cell: { ...picked(cell, body), structure: picked('prototype direction', body.structure) },
    }),
  },
  cellsNear: {
    ask: `cellsNear(id: 3, reach: 2) { ${cell} }`,
    path: '/worlds/first/cells/3?reach=2',
    shaped: (body) => ({
      cellsNear: [body, ...body.near].map((one: Json) => picked(cell, one)),
    }),
  },
  players: {
    ask: 'players { account index name cell here }',
    path: '/worlds/first/players',
  },
  me: {
    ask: 'me { account index here cell inventory { item count } claims claimLimit researched tick }',
    path: '/worlds/first/me',
    shaped: (body) => ({
      me: {
        ...picked('account index here cell claims claimLimit researched tick', body),
        inventory: counted(body.inventory),
      },
    }),
  },
  statistics: {
    ask: 'statistics { rank produced { item count } consumed { item count } packsTotal pollution launches }',
    path: '/worlds/first/me/statistics',
    shaped: (body) => ({
      statistics: {
        ...picked('rank packsTotal pollution launches', body),
        produced: counted(body.produced),
        consumed: counted(body.consumed),
      },
    }),
  },
  leaderboard: {
    ask: 'leaderboard { rank account name index packs { item count } packsTotal pollution packsPerMillion launches }',
    path: '/worlds/first/leaderboard',
    shaped: ({ leaderboard }) => ({
      leaderboard: leaderboard.map((row: Json) => ({ ...row, packs: counted(row.packs) })),
    }),
  },
  structures: {
    ask: 'structures { cell prototype direction owner status contents { item count } }',
    path: '/worlds/first/structures',
    shaped: ({ structures }) => ({ structures: structures.map(structure) }),
  },
  presence: { ask: 'presence { account index state cell }', path: '/worlds/first/presence' },
  chat: {
    ask: 'chat { id account name text at }',
    path: '/worlds/first/chat',
    shaped: ({ chat }) => ({ chat: chat.map(({ world: _, ...line }: Json) => line) }),
  },
}

const ofRoot: Readonly<Record<string, Row>> = {
  worlds: {
    ask: 'worlds { id n }',
    path: '/worlds',
    shaped: ({ worlds }) => ({ worlds: worlds.map(({ world, n }: Json) => ({ id: world, n })) }),
  },
  rules: {
    ask: 'rules { hash items terrains deposits lives recipes { name ticks machines byHand } researches { name requires packs units claims } prototypes { name stands description cost { item count } } }',
    path: '/rules',
    shaped: (body) => ({
      rules: {
        ...picked('hash items terrains deposits lives', body),
        recipes: body.recipes.map((one: Json) => picked('name ticks machines byHand', one)),
        researches: body.researches.map((one: Json) =>
          picked('name requires packs units claims', one),
        ),
        prototypes: body.prototypes.map((one: Json) => ({
          ...picked('name stands description', one),
          cost: counted(one.cost),
        })),
      },
    }),
  },
  me: { ask: 'me { account name mailbox }', path: '/me', shaped: (me) => ({ me }) },
}

async function overHttp(query: string): Promise<Json> {
  const { data, errors } = await fake.graphql(query, { token: ada.token })
  expect(errors).toBeUndefined()
  return data
}

async function overWebSocket(query: string): Promise<Json> {
  const client = createClient({
    url: `${fake.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
  })
  const { value } = await client.iterate({ query }).next()
  await client.dispose()
  expect(value.errors).toBeUndefined()
  return value.data
}

async function overRest({ path, shaped = (body) => body }: Row): Promise<Json> {
  const { status, body } = await fake.call('GET', path, { token: ada.token })
  expect(status).toBe(200)
  return shaped(body)
}

const fieldsOf = (type: string) =>
  Object.keys((graphQLSchema().getType(type) as unknown as { getFields(): object }).getFields())

test('the tables name every query that there is', () => {
  const settled = ['id', ...settings.split(' ')]
  const world = fieldsOf('World').filter((name) => !settled.includes(name))
  expect([...world, 'settings'].sort()).toEqual(Object.keys(ofWorld).sort())
  expect(
    fieldsOf('Query')
      .filter((name) => name !== 'world')
      .sort(),
  ).toEqual(Object.keys(ofRoot).sort())
})

describe('is answered alike by GraphQL over HTTP, over WebSocket, and by REST', () => {
  test.each(Object.entries(ofWorld))('of a world: %s', async (_, row) => {
    const query = `{ world(id: "first") { ${row.ask} } }`
    const { world } = await overHttp(query)
    expect(JSON.stringify(world)).toMatch(/\d/)
    expect((await overWebSocket(query)).world).toEqual(world)
    expect(await overRest(row)).toEqual(world)
  })

  test.each(Object.entries(ofRoot))('at the root: %s', async (_, row) => {
    const answer = await overHttp(`{ ${row.ask} }`)
    expect(JSON.stringify(answer)).toMatch(/\w/)
    expect(await overWebSocket(`{ ${row.ask} }`)).toEqual(answer)
    expect(await overRest(row)).toEqual(answer)
  })
})

/** What is told to who listens by GraphQL, waits in the mailbox for who asks. */
test('every kind of what one hears by subscription can be had by the mailbox and by asking', async () => {
  fake.world.tell({ account: ada.account, commandId: 'heard' })
  const { body } = await fake.call('GET', `/mailbox/${ada.mailbox}/messages`, { token: ada.token })
  const kinds = new Set(body.messages.map(({ kind }: { kind: string }) => kind))
  const inMailbox: Readonly<Record<string, string>> = {
    Outcome: 'outcome',
    Contents: 'contents',
    ChatMessage: 'chat',
  }
  const byAsking: Readonly<Record<string, string>> = {
    PlayerView: '/worlds/first/me',
    Heartbeat: '/worlds/first',
  }
  // A mailbox has a cursor with every message, and tells of it that its backlog is gone: test/api/mailbox.test.ts.
  const members = (
    graphQLSchema().getType('MineItem') as unknown as { getTypes(): { name: string }[] }
  )
    .getTypes()
    .map(({ name }) => name)
    .filter((name) => name !== 'TakeSnapshot' && name !== 'Cursor')
  for (const member of members) {
    const kind = inMailbox[member]
    if (kind !== undefined) expect(kinds).toContain(kind)
    else {
      const answer = await fake.call('GET', byAsking[member]!, { token: ada.token })
      expect(answer.status).toBe(200)
      expect(answer.body.tick).toBeGreaterThan(0)
    }
  }
})

describe('a batch in one message, decided in order,', () => {
  const mutation = (cell: number) => `mutation {
    first: claimMany(world: "first", cells: [${cell}]) { __typename }
    again: claimMany(world: "first", cells: [${cell}]) { __typename }
    bad: claimMany(world: "first", cells: [-1]) { __typename }
    last: releaseCell(world: "first", cell: ${cell}) { __typename } }`
  const decided = {
    first: { __typename: 'Accepted' },
    again: { __typename: 'Unchanged' },
    bad: { __typename: 'Invalid' },
    last: { __typename: 'Accepted' },
  }

  test('goes into a mailbox', async () => {
    const claim = { type: 'ClaimMany', world: 'first', cells: [1] }
    const { body } = await act(fake.call, ada, [
      claim,
      claim,
      { ...claim, cells: [-1] },
      { type: 'ReleaseCell', world: 'first', cell: 1 },
    ])
    const statuses = body.map(({ status }: { status: string }) => status)
    expect(statuses).toEqual(['accepted', 'unchanged', 'invalid', 'accepted'])
  })

  test('goes over GraphQL by HTTP', async () => {
    expect(await overHttp(mutation(1))).toEqual(decided)
  })

  test('goes over GraphQL by WebSocket', async () => {
    expect(await overWebSocket(mutation(1))).toEqual(decided)
  })
})
