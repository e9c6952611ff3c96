// Parity of what is asked: every field of every view of the schema is asked over GraphQL by HTTP and by WebSocket, and REST gives
// the same, and no more; and a batch goes through every door in one message.

import {
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { graphQLSchema } from '../../src/api/graphql/yoga.ts'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import { cellsOfChunk, chunkOf, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import { act, type Fake, FakeWorld, openFake, type Player, until } from './fakes.ts'

const schema = graphQLSchema()

/** A world of which there is something to tell in every field. */
class FullWorld extends FakeWorld {
  override status() {
    const told = {
      replayThrough: 9,
      stopped: 'for a test',
      snapshots: { tick: 1, failed: 'no room' },
    }
    return { ...super.status(), ...told }
  }

  override async player(account: string) {
    const player = await super.player(account)
    return player && { ...player, harvesting: 3, crafting: { recipe: 'gear', left: 2 } }
  }

  override async chunk(chunk: number) {
    const { n } = this.settings
    const records = cellsOfChunk(n, chunk).map((cell) => ({
      offset: offsetInChunk(n, cell),
      terrain: 5,
      elevation: 100,
      deposit: 1,
      amount: 40,
      life: 1,
      mass: 7,
      pollution: 3,
      owner: 1,
    }))
    const structures = [...this.standing.values()].filter((one) => chunkOf(n, one.cell) === chunk)
    return { chunk, tick: this.tick, cells: encodeCells('snapshot', chunk, records), structures }
  }
}

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake({ world: new FullWorld() })
  ada = await fake.enter('Ada')
  await act(fake.call, ada, { type: 'ClaimMany', world: 'first', cells: [3] })
  await act(fake.call, ada, { type: 'Say', world: 'first', text: 'hello' })
  fake.world.place({
    cell: 3,
    prototype: 'kiln',
    direction: 1,
    owner: 1,
    status: 'working',
    recipe: 'plate',
    progress: { startTick: 1, duration: 20 },
    contents: { plate: 2 },
    items: ['plate', 'gear'],
  })
})
afterAll(() => fake.api.close())

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON of many shapes
type Json = any
type Row = {
  /** With its arguments, where it needs any. */
  readonly field?: string
  readonly path: string
  /** Where in REST's answer it stands. */
  readonly of: (body: Json) => Json
}

const settings = ['seed', 'n', 'ups', 'cellCount', 'chunkCount']
const without = (body: Json, ...names: readonly string[]) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
const statusOf = ({ hash, ...body }: Json) => ({
  ...without(body, 'seed', 'n', 'cellCount', 'chunkCount'),
  hash: hash.hash,
  hashTick: hash.tick,
})

/** Every field of a world that is a view, or a list of them. */
const ofWorld: Readonly<Record<string, Row>> = {
  status: { path: '/worlds/first', of: statusOf },
  chunks: {
    field: 'chunks(ids: [0])',
    path: '/worlds/first/chunks/0',
    of: (body) => [without(body, 'world')],
  },
  cell: {
    field: 'cell(id: 3)',
    path: '/worlds/first/cells/3?reach=0',
    of: (body) => without(body, 'world', 'near'),
  },
  cellsNear: {
    field: 'cellsNear(id: 3, reach: 2)',
    path: '/worlds/first/cells/3?reach=2',
    of: (body) => [without(body, 'world', 'near'), ...body.near],
  },
  players: { path: '/worlds/first/players', of: ({ players }) => players },
  me: { path: '/worlds/first/me', of: (body) => body },
  statistics: { path: '/worlds/first/me/statistics', of: (body) => body },
  leaderboard: { path: '/worlds/first/leaderboard', of: ({ leaderboard }) => leaderboard },
  structures: { path: '/worlds/first/structures', of: ({ structures }) => structures },
  presence: { path: '/worlds/first/presence', of: ({ presence }) => presence },
  chat: { path: '/worlds/first/chat', of: ({ chat }) => chat },
}

const ofRoot: Readonly<Record<string, Row>> = {
  rules: {
    path: '/rules',
    // In GraphQL what needs no power draws 0.
    of: (rules) => ({
      ...rules,
      prototypes: rules.prototypes.map((one: Json) => ({ power: 0, ...one })),
    }),
  },
  me: { path: '/me', of: (body) => body },
}

const typeOf = (parent: string, field: string): GraphQLOutputType =>
  (schema.getType(parent) as Json).getFields()[field].type

/** All fields of a view and of the views in it. */
function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type)
  if (!isObjectType(named)) return ''
  const fields = Object.values(named.getFields())
  return `{ ${fields.map(({ name, type: inner }) => `${name} ${selectionOf(inner)}`).join(' ')} }`
}

/** Every field of a view that was told with a value, as `View.field`. */
const told = new Set<string>()

/** What REST gives in the shape that GraphQL gives it: counts as lists, null for what is left out. Throws where REST tells more. */
function shapedAs(type: GraphQLOutputType, value: Json): Json {
  if (isNonNullType(type)) return shapedAs(type.ofType, value)
  if (value === undefined || value === null) return null
  if (isListType(type)) {
    const isCounts = getNamedType(type).name === 'ItemCount' && !Array.isArray(value)
    const list = isCounts
      ? Object.entries(value).map(([item, count]) => ({ item, count }))
      : (value as Json[])
    return list.map((each: Json) => shapedAs(type.ofType, each))
  }
  if (isEnumType(type)) return String(value).toUpperCase()
  if (!isObjectType(type)) return value
  const fields = type.getFields()
  const more = Object.keys(value).filter((name) => !(name in fields))
  if (more.length > 0) throw new Error(`REST tells more of ${type.name}: ${more.join(', ')}`)
  return Object.fromEntries(
    Object.values(fields).map((field) => {
      const shaped = shapedAs(field.type, value[field.name])
      if (shaped !== null) told.add(`${type.name}.${field.name}`)
      return [field.name, shaped]
    }),
  )
}

async function overHttp(query: string): Promise<Json> {
  const { data, errors } = await fake.graphql(query, { token: ada.token })
  expect(errors).toBeUndefined()
  return data
}

const connected = () =>
  createClient({
    url: `${fake.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
  })

async function overWebSocket(query: string): Promise<Json> {
  const client = connected()
  const { value } = await client.iterate({ query }).next()
  await client.dispose()
  expect(value.errors).toBeUndefined()
  return value.data
}

async function overRest(path: string): Promise<Json> {
  const { status, body } = await fake.call('GET', path, { token: ada.token })
  expect(status).toBe(200)
  return body
}

const fieldsOf = (type: string) => Object.keys((schema.getType(type) as Json).getFields())

test('the tables name every query that there is', () => {
  const plain = ['id', ...settings]
  expect(fieldsOf('World').sort()).toEqual([...plain, ...Object.keys(ofWorld)].sort())
  expect(fieldsOf('Query').sort()).toEqual(['world', 'worlds', ...Object.keys(ofRoot)].sort())
})

describe('is answered alike, field by field, by GraphQL over HTTP, over WebSocket, and by REST', () => {
  test.each(Object.entries(ofWorld))('of a world: %s', async (name, { field = name, path, of }) => {
    const type = typeOf('World', name)
    const query = `{ world(id: "first") { ${field} ${selectionOf(type)} } }`
    const { world } = await overHttp(query)
    expect((await overWebSocket(query)).world).toEqual(world)
    expect(shapedAs(type, of(await overRest(path)))).toEqual(world[name])
  })

  test.each(Object.entries(ofRoot))('at the root: %s', async (name, { path, of }) => {
    const type = typeOf('Query', name)
    const query = `{ ${name} ${selectionOf(type)} }`
    const answer = await overHttp(query)
    expect(await overWebSocket(query)).toEqual(answer)
    expect(shapedAs(type, of(await overRest(path)))).toEqual(answer[name])
  })

  test('the worlds and their numbers', async () => {
    const query = `{ worlds { id ${settings.join(' ')} } world(id: "first") { id ${settings.join(' ')} } }`
    const { worlds, world } = await overHttp(query)
    expect(await overWebSocket(query)).toEqual({ worlds, world })
    const asGraphQL = (body: Json) =>
      Object.fromEntries([['id', body.world], ...settings.map((name) => [name, body[name]])])
    expect((await overRest('/worlds')).worlds.map(asGraphQL)).toEqual(worlds)
    expect(asGraphQL(await overRest('/worlds/first'))).toEqual(world)
    expect(worlds).toEqual([world])
  })

  test('and every field of every view was told with a value', () => {
    const rows = [
      ...Object.keys(ofWorld).map((name) => typeOf('World', name)),
      ...Object.keys(ofRoot).map((name) => typeOf('Query', name)),
    ]
    const all = new Set<string>()
    const walk = (type: GraphQLOutputType) => {
      const named = getNamedType(type)
      if (!isObjectType(named)) return
      for (const field of Object.values(named.getFields())) {
        all.add(`${named.name}.${field.name}`)
        walk(field.type)
      }
    }
    rows.forEach(walk)
    expect([...all].filter((each) => !told.has(each))).toEqual([])
    expect(all.size).toBeGreaterThan(100)
  })
})

/** What is told to who listens by GraphQL, waits in the mailbox for who asks. */
test('what one hears by subscription waits in the mailbox, field by field the same', async () => {
  const members = (schema.getType('MineItem') as Json).getTypes() as Json[]
  const inMailbox: Readonly<Record<string, string>> = {
    Outcome: 'outcome',
    Contents: 'contents',
    ChatMessage: 'chat',
  }
  // A mailbox has a cursor with every message, and tells of it that its backlog is gone: test/api/mailbox.test.ts.
  const byAsking = ['PlayerView', 'Heartbeat', 'TakeSnapshot', 'Cursor']
  expect(members.map(({ name }) => name).sort()).toEqual(
    [...Object.keys(inMailbox), ...byAsking].sort(),
  )
  const selections = members
    .filter(({ name }) => name in inMailbox)
    .map((member) => `... on ${member.name} ${selectionOf(member)}`)
  const client = connected()
  const heard = new Map<string, Json>()
  const errors: unknown[] = []
  const query = `subscription { mine(world: "first") { __typename ${selections.join(' ')} } }`
  const stop = client.subscribe<{ mine: Json }>(
    { query },
    {
      next: ({ data }) => heard.set(data!.mine.__typename, data!.mine),
      error: (error) => errors.push(error),
      complete: () => {},
    },
  )
  await until(() => heard.has('Contents') || errors.length > 0)
  expect(errors).toEqual([])
  fake.world.tell({ account: ada.account, commandId: 'heard', cell: 3 })
  await act(fake.call, ada, { type: 'Say', world: 'first', text: 'heard' })
  await until(() => heard.has('Outcome') && heard.has('ChatMessage'))
  stop()
  await client.dispose()

  const { messages } = await overRest(`/mailbox/${ada.mailbox}/messages`)
  for (const [name, kind] of Object.entries(inMailbox)) {
    const message = messages.findLast((one: Json) => one.kind === kind)
    const type = members.find((member) => member.name === name)
    const own = fieldsOf(name).includes('world') ? ['kind', 'cursor'] : ['kind', 'cursor', 'world']
    // A mailbox has a cursor of its own; and its contents are of the tick at which it was read.
    const shaped = { ...shapedAs(type, without(message, ...own)), __typename: name }
    const { cursor: _, ...same } = heard.get(name)
    delete shaped.cursor
    if (name === 'Contents') shaped.tick = same.tick
    expect(shaped).toEqual(same)
  }
  const told = { PlayerView: '/worlds/first/me', Heartbeat: '/worlds/first' }
  for (const path of Object.values(told)) {
    expect((await overRest(path)).tick).toBeGreaterThan(0)
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
