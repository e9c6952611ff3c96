// Every operation through every door, each as its well-formed request: what classes of fault (bodies.ts, …) then spoil.

import { commandNames, sampleCommand, sampleMutation } from '../samples.ts'

export type Ids = { readonly mailbox: string }

/** A document of GraphQL in parts, so that each can be spoilt. */
export type GraphQLDocument = {
  readonly kind: 'query' | 'mutation' | 'subscription'
  /** Types by the names of the variables. */
  readonly declared: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, unknown>>
  /** The root field with its arguments and its selection. */
  readonly root: string
}

export type Operation = {
  readonly name: string
  readonly door: 'rest' | 'graphql' | 'websocket'
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: (ids: Ids) => string
  readonly headers: Readonly<Record<string, string>>
  /** What is sent in the body of a POST. */
  readonly body?: object
  readonly document?: GraphQLDocument
  readonly needsToken: boolean
}

export function textOf({ kind, declared, root }: GraphQLDocument): string {
  const variables = Object.entries(declared).map(([name, type]) => `$${name}: ${type}`)
  const head = variables.length > 0 ? `${kind} Asked(${variables.join(', ')})` : `${kind} Asked`
  return `${head} { ${root} }`
}

export const requestOf = (document: GraphQLDocument) => ({
  query: textOf(document),
  variables: document.variables,
})

const rest = (
  method: Operation['method'],
  path: (ids: Ids) => string,
  given: Partial<Operation> = {},
): Operation => ({
  name: given.name ?? `${method} ${path({ mailbox: ':mailbox' })}`,
  door: 'rest',
  method,
  path,
  headers: {},
  needsToken: false,
  ...given,
})
const needsToken = true

/** As one is named; which it is does not matter to what is spoilt. */
const commit = '0123456789abcdef0123456789abcdef01234567'

/** Every route of REST, with every parameter there is (test/api/operations.test.ts); the mailbox takes each command. */
const ofRest: readonly Operation[] = [
  rest('POST', () => '/players', { body: { name: 'Eve' } }),
  rest('DELETE', () => '/sessions/current', { needsToken }),
  ...['/me', '/worlds/first/me', '/worlds/first/me/statistics', '/worlds/first/structures'].map(
    (path) => rest('GET', () => path, { needsToken }),
  ),
  ...[
    '/rules',
    '/worlds',
    '/worlds/first',
    '/worlds/first/cells/3?reach=1',
    '/worlds/first/chunks/0',
    '/worlds/first/leaderboard',
    '/worlds/first/players',
    '/worlds/first/presence',
    '/worlds/first/chat?after=0&limit=9',
    '/healthz',
    '/readyz?world=first',
    '/openapi.json',
    '/metrics',
    '/versions?path=src&limit=9',
    `/versions/${commit}`,
    `/versions/${commit}/src/page.html`,
  ].map((path) => rest('GET', () => path)),
  rest('GET', ({ mailbox }) => `/mailbox/${mailbox}/messages?after=-.0&limit=9&world=first`, {
    needsToken,
  }),
  rest('GET', ({ mailbox }) => `/poll/${mailbox}?after=-.0&limit=9&world=first`, { needsToken }),
  ...commandNames.map((name) =>
    rest('POST', ({ mailbox }) => `/mailbox/${mailbox}/actions`, {
      name: `${name} to the mailbox`,
      body: sampleCommand(name),
      needsToken,
    }),
  ),
]

const inFirst = { declared: { world: 'ID!' }, variables: { world: 'first' } }
const ofWorld = (field: string): GraphQLDocument => ({
  kind: 'query',
  ...inFirst,
  root: `world(id: $world) { ${field} }`,
})
const atRoot = (root: string): GraphQLDocument => ({
  kind: 'query',
  declared: { on: 'Boolean!' },
  variables: { on: true },
  root: root.replace('{', '@include(if: $on) {'),
})

const queries: Readonly<Record<string, GraphQLDocument>> = {
  worlds: {
    kind: 'query',
    declared: { limit: 'Int', after: 'ID' },
    variables: { limit: 9, after: 'first' },
    root: 'worlds(limit: $limit, after: $after) { id }',
  },
  rules: atRoot('rules { hash }'),
  me: atRoot('me { account }'),
  'world.status': ofWorld('status { tick }'),
  'world.chunks': ofWorld('chunks(ids: [0]) { tick }'),
  'world.cell': ofWorld('cell(id: 3) { terrain }'),
  'world.cellsNear': ofWorld('cellsNear(id: 3, reach: 1) { terrain }'),
  'world.players': ofWorld('players { account }'),
  'world.me': ofWorld('me { cell }'),
  'world.statistics': ofWorld('statistics { rank }'),
  'world.leaderboard': ofWorld('leaderboard { rank }'),
  'world.structures': ofWorld('structures { cell }'),
  'world.presence': ofWorld('presence { state }'),
  'world.chat': ofWorld('chat(after: 0, limit: 9) { text }'),
}

const mutations: Readonly<Record<string, GraphQLDocument>> = {
  joinPlayer: {
    kind: 'mutation',
    declared: { name: 'String!', commandId: 'String' },
    variables: { name: 'Eve', commandId: 'one' },
    root: 'joinPlayer(name: $name, commandId: $commandId) { __typename }',
  },
  logOut: {
    kind: 'mutation',
    declared: { on: 'Boolean!' },
    variables: { on: true },
    root: 'logOut @include(if: $on)',
  },
  ...Object.fromEntries(
    commandNames.map((name) => {
      const { query, variables } = sampleMutation(name)
      const [, declared = '', root = ''] =
        /^mutation \(([^)]*)\) \{ ([\s\S]*) \}$/.exec(query) ?? []
      const pairs = declared
        .split(', ')
        .map((each) => each.slice(1).split(': ') as [string, string])
      return [name, { kind: 'mutation', declared: Object.fromEntries(pairs), variables, root }]
    }),
  ),
}

const subscriptions: Readonly<Record<string, GraphQLDocument>> = {
  chunks: {
    kind: 'subscription',
    ...inFirst,
    root: 'chunks(world: $world, chunks: [0]) { __typename }',
  },
  mine: {
    kind: 'subscription',
    ...inFirst,
    root: 'mine(world: $world, after: "0.0.0.2.first") { __typename }',
  },
  status: { kind: 'subscription', ...inFirst, root: 'status(world: $world) { tick }' },
  presence: { kind: 'subscription', ...inFirst, root: 'presence(world: $world) { state }' },
}

const json = { accept: 'application/graphql-response+json' }
const byPost = ([name, document]: [string, GraphQLDocument]): Operation => ({
  name: `${name} by GraphQL`,
  door: 'graphql',
  method: 'POST',
  path: () => '/graphql',
  headers: json,
  body: requestOf(document),
  document,
  needsToken,
})
const byGet = ([name, document]: [string, GraphQLDocument]): Operation => ({
  name: `${name} by GraphQL over GET`,
  door: 'graphql',
  method: 'GET',
  path: () => pathOf(requestOf(document)),
  headers: json,
  document,
  needsToken,
})
const overSocket = ([name, document]: [string, GraphQLDocument]): Operation => ({
  name: `${name} over WebSocket`,
  door: 'websocket',
  method: 'POST',
  path: () => '/graphql',
  headers: {},
  body: requestOf(document),
  document,
  needsToken,
})
const asEvents = (operation: Operation): Operation => ({
  ...operation,
  name: `${operation.name} as events`,
  headers: { accept: 'text/event-stream' },
})

/** A GraphQL request as GET has it. */
export const pathOf = (request: Readonly<Record<string, unknown>>) =>
  `/graphql?${Object.entries(request)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      // Half a surrogate pair has no bytes but these.
      const parts = text.split('\ud800').map(encodeURIComponent)
      return `${name}=${parts.join('%ED%A0%80')}`
    })
    .join('&')}`

const all = { ...queries, ...mutations, ...subscriptions }

export const operations: readonly Operation[] = [
  ...ofRest,
  ...Object.entries({ ...queries, ...mutations }).map(byPost),
  ...Object.entries(queries).map(byGet),
  ...Object.entries(subscriptions).map(byPost).map(asEvents),
  ...Object.entries(all).map(overSocket),
]
