import { readFileSync } from 'node:fs'
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
} from 'graphql'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { defaultQuery } from '../../src/api/graphql/playground.ts'
import { graphQLSchema } from '../../src/api/graphql/yoga.ts'
import { commandTable } from '../../src/commands/table.ts'
import { type Fake, FakeWorld, openFake, type Player, worldsAmong } from './fakes.ts'

let fake: Fake
let ada: Player
const schema = graphQLSchema()
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter('Ada')
  const owner = 1
  const progress = { startTick: 1, duration: 20 }
  const kiln = { cell: 3, prototype: 'kiln', direction: 0, owner, recipe: 'plate', progress }
  fake.world.place({ ...kiln, status: 'working', contents: { iron: 2 }, items: ['iron'] })
  await fake.graphql('mutation { say(world: "first", text: "hello") { __typename } }', {
    token: ada.token,
  })
})
afterAll(() => fake.api.close())

/** An argument's value that a fresh world takes. */
const values: Readonly<Record<string, unknown>> = {
  id: 3,
  ids: [0],
  reach: 1,
  after: 0,
  limit: 10,
}

/** Selects every field of a type, all the way down. */
function selectAll(type: GraphQLNamedType, at: string): string {
  if (isUnionType(type)) {
    const cases = type.getTypes().map((one) => `... on ${one.name} ${selectAll(one, at)}`)
    return `{ __typename ${cases.join(' ')} }`
  }
  if (!isObjectType(type)) return ''
  return `{ ${Object.values(type.getFields())
    .map((field) => selectField(field, at))
    .join(' ')} }`
}

function selectField(field: GraphQLField<unknown, unknown>, at: string): string {
  const given = field.args
    .filter((argument) => argument.name in values)
    .map((argument) => `${argument.name}: ${JSON.stringify(values[argument.name])}`)
  const named = field.name === 'world' && at === 'Query' ? ['id: "first"'] : given
  return `${field.name}${named.length > 0 ? `(${named.join(', ')})` : ''} ${selectAll(
    getNamedType(field.type),
    field.name,
  )}`
}

test('every field of every query has a resolver that works', async () => {
  const { worlds, world: named, ...others } = schema.getQueryType()!.getFields()
  const ofWorld = Object.values((schema.getType('World') as GraphQLObjectType).getFields())
  // All of a world at once costs more than a document may.
  const queries = [
    `{ ${Object.values(others).map((field) => selectField(field, 'Query'))} }`,
    ...ofWorld.flatMap((field) => [
      `{ ${worlds!.name} { ${selectField(field, 'World')} } }`,
      `{ ${named!.name}(id: "first") { ${selectField(field, 'World')} } }`,
    ]),
  ]
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  const data: any = { worlds: [{}], world: {} }
  for (const query of queries) {
    const { errors, data: answer } = await fake.graphql(query, { token: ada.token })
    expect(errors).toBeUndefined()
    const { worlds: [first] = [], world, ...rest } = answer
    Object.assign(data.worlds[0], first)
    Object.assign(data.world, world)
    Object.assign(data, rest)
  }
  const [world] = data.worlds
  expect(world.structures).toMatchObject([
    { recipe: 'plate', progress: { duration: 20 }, contents: [{ item: 'iron', count: 2 }] },
  ])
  expect(world.chat).toMatchObject([{ name: 'Ada', text: 'hello' }])
  expect(world.me.inventory).toContainEqual({ item: 'plate', count: 120 })
  expect(world.cellsNear.length).toBeGreaterThan(5)
  expect(data.me.name).toBe('Ada')
})

/** Of a session and not of a player: no command, and nothing of it is in the log. */
const isCommand = (mutation: string) => mutation !== 'logOut'

test('every command is a mutation, and every mutation but logOut is a command', () => {
  const mutations = Object.keys(schema.getMutationType()!.getFields()).filter(isCommand)
  const commands = Object.keys(commandTable)
  const asMutation = (name: string) => name[0]!.toLowerCase() + name.slice(1)
  expect(mutations.sort()).toEqual(commands.map(asMutation).sort())
})

test('every mutation answers with its union, also for bad input', async () => {
  const inputs: Readonly<Record<string, string>> = {
    world: '"first"',
    name: '"Eve"',
    seed: '7',
    n: '2',
    path: '[0]',
    cells: '[3]',
    cell: '3',
    structures: '[{ cell: 3, prototype: "drill" }]',
    direction: '1',
    recipe: '"plate"',
    research: '"logistics"',
    item: '"plate"',
    count: '1',
    way: 'PUT',
    text: '"hello"',
  }
  const fields = Object.values(schema.getMutationType()!.getFields()).filter(({ name }) =>
    isCommand(name),
  )
  const player = await fake.enter('Eve')
  // The account is erased last, so that the others have an account to act for.
  fields.sort((a, b) => Number(a.name === 'eraseAccount') - Number(b.name === 'eraseAccount'))
  for (const field of fields) {
    const needed = field.args.filter(({ type }) => isNonNullType(type))
    const given = needed.map(({ name }) => `${name}: ${inputs[name]}`)
    const selection = selectAll(getNamedType(field.type), field.name)
    const call = `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`
    const { errors, data } = await fake.graphql(`mutation { ${call} ${selection} }`, {
      token: player.token,
    })
    expect(errors, field.name).toBeUndefined()
    expect(['Accepted', 'Unchanged', 'Refused', 'Joined', 'Entered'], field.name).toContain(
      data[field.name].__typename,
    )
  }
})

test('every type that the schema names can be reached', () => {
  const seen = new Set<string>()
  const walk = (type: GraphQLNamedType) => {
    if (seen.has(type.name)) return
    seen.add(type.name)
    if (isUnionType(type)) type.getTypes().forEach(walk)
    if (isObjectType(type)) Object.values(type.getFields()).forEach(walkField)
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) walk(getNamedType(field.type))
    }
  }
  const walkField = (field: ReturnType<GraphQLObjectType['getFields']>[string]) => {
    walk(getNamedType(field.type))
    for (const argument of field.args) walk(getNamedType(argument.type))
  }
  for (const root of [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ])
    walk(root!)
  const named = Object.values(schema.getTypeMap()).filter(
    (type) =>
      !type.name.startsWith('__') &&
      (isObjectType(type) || isUnionType(type) || isEnumType(type) || isInputObjectType(type)),
  )
  expect(named.map((type) => type.name).filter((name) => !seen.has(name))).toEqual([])
})

test('a refusal of the game is an answer, and bad input names its field', async () => {
  const bob = await fake.enter('Bob')
  const release = `mutation { releaseCell(world: "first", cell: 9) {
    ... on Refused { refused detail cells { cell } } } }`
  const refused = await fake.graphql(release, { token: bob.token })
  expect(refused.data.releaseCell).toMatchObject({ refused: 'NotOwner', cells: expect.any(Array) })
  const claim = `mutation { claimMany(world: "first", cells: [0, 99]) {
    ... on Invalid { faults { field detail } } } }`
  const invalid = await fake.graphql(claim, { token: bob.token })
  expect(invalid.data.claimMany.faults[0].field).toBe('cells[1]')
})

test.each([
  ['{ world(id: "first") { chunks(ids: [0, 12]) { chunk } } }', 'ids[1]'],
  ['{ world(id: "first") { cellsNear(id: 42) { cell } } }', 'id'],
  ['{ world(id: "first") { cellsNear(id: 0, reach: 9) { cell } } }', 'reach'],
  ['{ world(id: "first") { chat(limit: 0) { id } } }', 'limit'],
  ['{ world(id: "first") { chat(after: -1) { id } } }', 'after'],
])('%s is refused and names %s', async (query, field) => {
  const { errors } = await fake.graphql(query)
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', errors: [{ field }] })
})

test('a request may ask for so many chunks and no more, however it spreads them', async () => {
  const other = await openFake({ limits: { chunksMax: 3 } })
  const ask = (query: string) => other.graphql(`{ world(id: "first") { ${query} } }`)
  expect((await ask('a: chunks(ids: [0, 1, 2]) { chunk }')).errors).toBeUndefined()
  const spread = await ask('a: chunks(ids: [0, 1]) { chunk } b: chunks(ids: [2, 3]) { chunk }')
  expect(spread.errors?.[0]?.extensions?.code).toBe('BAD_INPUT')
  await other.api.close()
})

test('a query too deep, too costly or of too many tokens is refused before it runs, twice alike', async () => {
  const alias = (count: number, field: string) =>
    Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')
  const deep = `{ ${'... on Query { worlds { '.repeat(1)}${'id '} } } }`
  expect((await fake.graphql(deep)).errors).toBeUndefined()
  const nested = `{ ${'a { '.repeat(12)} b ${'}'.repeat(12)} }`
  const costly = `{ ${alias(300, 'worlds { status { tick } }')} }`
  const writes = `mutation { ${alias(200, 'stopHarvest(world: "first") { __typename }')} }`
  const near = `{ world(id: "first") { ${alias(50, 'cellsNear(id: 0) { cell }')} } }`
  const ranks = `{ worlds { ${alias(40, 'leaderboard { rank }')} } }`
  const who = `{ worlds { ${alias(40, 'presence { account state }')} } }`
  const rules = `{ ${alias(20, 'rules { prototypes { cost { item count } } }')} }`
  const types = `{ __schema { ${alias(40, 'types { fields { name } }')} } }`
  for (const [query, code] of [
    [ranks, 'QUERY_TOO_COSTLY'],
    [who, 'QUERY_TOO_COSTLY'],
    [rules, 'QUERY_TOO_COSTLY'],
    [types, 'QUERY_TOO_COSTLY'],
    [nested, 'QUERY_TOO_DEEP'],
    [costly, 'QUERY_TOO_COSTLY'],
    [costly, 'QUERY_TOO_COSTLY'],
    [writes, 'QUERY_TOO_COSTLY'],
    [near, 'QUERY_TOO_COSTLY'],
  ] as const) {
    expect((await fake.graphql(query)).errors?.[0]?.extensions?.code).toBe(code)
  }
  const tokens = await fake.graphql(`{ ${'id '.repeat(25_000)} }`)
  expect(tokens.errors?.[0]?.message).toContain('more that 20000 tokens')
})

test('fragments that spread one another cannot hide their cost', async () => {
  const doubling = Array.from(
    { length: 40 },
    (_, index) => `fragment f${index} on Query { ...f${index + 1} a: __typename ...f${index + 1} }`,
  )
  const last = 'fragment f40 on Query { __typename }'
  const bomb = await fake.graphql(`{ ...f0 } ${doubling.join(' ')} ${last}`)
  expect(bomb.errors?.[0]?.extensions?.code).toBe('QUERY_TOO_COSTLY')
  const circle = await fake.graphql(
    '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
  )
  expect(circle.errors?.[0]?.extensions?.code).toBe('QUERY_TOO_DEEP')
})

test('introspection works, as the playground needs it', async () => {
  const { getIntrospectionQuery } = await import('graphql')
  const whole = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
  })
  const { errors, data } = await fake.graphql(whole)
  expect(errors).toBeUndefined()
  expect(data.__schema.types.length).toBeGreaterThan(40)
})

test('a browser gets the playground, whole and with examples that run', async () => {
  const page = await fetch(`${fake.url}/graphql`, { headers: { accept: 'text/html' } })
  expect(page.headers.get('content-type')).toContain('text/html')
  const html = await page.text()
  expect(html).toContain('Orrery playground')
  expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/)
  expect(html).toContain('MyOutcomes')
})

const examples = parse(defaultQuery).definitions.flatMap((one) =>
  one.kind === 'OperationDefinition' ? [{ name: one.name!.value, kind: one.operation }] : [],
)
const needToken = ['Enter', 'Claim', 'Mine', 'MyOutcomes']

test('the playground has an example of each kind of operation, and some for players', () => {
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(
    new Set(['query', 'mutation', 'subscription']),
  )
  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(needToken))
})

describe('on a server of as many worlds as there may be', () => {
  let crowded: Fake
  beforeAll(async () => {
    const first = new FakeWorld('first')
    const others = Array.from({ length: 63 }, (_, at) => new FakeWorld(`world${at}`))
    crowded = await openFake({ world: first, worlds: worldsAmong([first, ...others]) })
  })
  afterAll(() => crowded.api.close())

  test.each(examples)('the $kind $name of the playground runs as it stands', async ({ name }) => {
    const { token } = await crowded.enter('Grace')
    const client = createClient({
      url: `${crowded.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      ...(needToken.includes(name) ? { connectionParams: { token } } : {}),
      retryAttempts: 0,
    })
    const { value } = await client.iterate({ query: defaultQuery, operationName: name }).next()
    await client.dispose()
    expect(value.errors).toBeUndefined()
    const [answer] = Object.values(value.data)
    expect(answer).toBeTruthy()
    expect(JSON.stringify(value.data)).not.toContain('faults')
  })

  test('worlds are read page by page, each once', async () => {
    const page = async (after?: string) => {
      const from = after === undefined ? '' : `, after: "${after}"`
      const { data } = await crowded.graphql(`{ worlds(limit: 20${from}) { id } }`)
      return (data.worlds as { id: string }[]).map(({ id }) => id)
    }
    const seen: string[] = []
    for (let ids = await page(); ids.length > 0; ids = await page(ids.at(-1))) seen.push(...ids)
    const { data } = await crowded.graphql('{ worlds { id } }')
    expect(seen).toEqual(data.worlds.map(({ id }: { id: string }) => id))
    expect(seen).toHaveLength(64)
  })

  test.each([
    ['limit: 0', 'limit'],
    ['limit: 65', 'limit'],
    ['after: "nowhere"', 'after'],
  ])('worlds(%s) is refused and names %s', async (given, field) => {
    const { errors } = await crowded.graphql(`{ worlds(${given}) { id } }`)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', errors: [{ field }] } }])
  })
})

test('the schema is one file, and the server serves exactly it', () => {
  const text = readFileSync('src/api/graphql/schema.graphql', 'utf8')
  for (const type of Object.keys(schema.getTypeMap())) {
    if (type.startsWith('__') || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type))
      continue
    expect(text).toMatch(new RegExp(`^(type|union|input|enum) ${type}\\b`, 'm'))
  }
})

describe('over HTTP the status tells', () => {
  const claim = (cell: number) =>
    `claimMany(world: "first", cells: [${cell}]) { __typename ... on Invalid { faults { field } } }`
  const asked = async (query: string, accept?: string) => {
    const ada = await fake.enter('Ada')
    const { status, body } = await fake.call('POST', '/graphql', {
      token: ada.token,
      body: { query },
      headers: accept === undefined ? {} : { accept },
    })
    return { status, body }
  }

  test('that all of a request was bad input', async () => {
    const { status, body } = await asked(`mutation { a: ${claim(-1)} b: ${claim(-2)} }`)
    expect(status).toBe(400)
    const invalid = { __typename: 'Invalid', faults: [{ field: 'cells[0]' }] }
    expect(body).toEqual({ data: { a: invalid, b: invalid } })
  })

  test('not that some of it was: the others are decided, and each has its answer', async () => {
    const { status, body } = await asked(`mutation { a: ${claim(-1)} b: ${claim(33)} }`)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ a: { __typename: 'Invalid' }, b: { __typename: 'Accepted' } })
  })

  test.each([
    [undefined, 400],
    ['*/*', 400],
    ['application/graphql-response+json', 400],
    ['application/json', 200],
  ])(
    'a document that does not fit the schema is answered to Accept: %s by %i',
    async (accept, status) => {
      const answer = await asked('{ secrets }', accept)
      expect(answer.status).toBe(status)
      expect(answer.body.errors[0].message).toMatch(/secrets/)
    },
  )

  test('what would be ignored: a parameter of another name, a body of a GET, a list', async () => {
    const get = (query: string) => fake.call('GET', `/graphql?${query}`)
    expect((await get('query={worlds{id}}')).status).toBe(200)
    expect((await get('query={worlds{id}}&variables={}')).status).toBe(200)
    for (const query of [
      'query={worlds{id}}&admin=1',
      'query={worlds{id}}&query={me{account}}',
      'query={worlds{id}}&variables=[]',
      'query={worlds{id}}&variables={"a":1,"a":2}',
    ]) {
      const { status, body } = await get(query)
      expect(status).toBe(400)
      expect(body.errors[0].field).toMatch(/admin|query|variables/)
    }
    const put = await fake.call('PUT', '/graphql', { body: { query: '{ worlds { id } }' } })
    expect(put).toMatchObject({ status: 405, body: { status: 405 } })
    expect((await fake.call('POST', '/graphql/more', { body: {} })).status).toBe(404)
  })
})
