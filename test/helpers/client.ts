// A player over the real doors: joins, acts by mailbox, GraphQL over HTTP or over WebSocket, and keeps the answers.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** Where the server is now: it has another port after each start. */
export type Address = { url: string }

export type Door = 'mailbox' | 'http' | 'websocket'
export const doors: readonly Door[] = ['mailbox', 'http', 'websocket']

export type Answer = {
  readonly status: 'accepted' | 'unchanged' | 'refused' | 'invalid'
  readonly commandId?: string
  readonly position?: number
  readonly events?: number
  readonly landing?: number
  readonly refused?: string
  readonly detail?: string
  readonly cells?: readonly unknown[]
}

export type Order = {
  readonly type: string
  readonly input: Readonly<Record<string, unknown>>
  readonly door: Door
  readonly commandId: string
}

/** The server is not there, or says that it cannot answer now: the same command may be sent again. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

const ATTEMPT_MS = 20_000
const PAUSE_MS = 30

export type Player = {
  readonly account: string
  readonly token: string
  readonly mailbox: string
  /** Every answer by its command, in the order they came. */
  readonly acknowledged: Map<string, { readonly order: Order; readonly answer: Answer }>
  /** Sends a command once. Rejects with `NoAnswer` where nobody knows what came of it. */
  send(order: Order): Promise<Answer>
  /** Sends a command with one id until there is an answer, and keeps it. Rejects after `limitMs`. */
  act(
    type: string,
    input?: Record<string, unknown>,
    options?: { door?: Door; commandId?: string; limitMs?: number },
  ): Promise<Answer>
  get<Body>(path: string): Promise<Body>
  /** A GraphQL query over HTTP. */
  query<Data>(query: string): Promise<Data>
  close(): Promise<void>
}

/** Joins by POST /players, trying until there is a server. Whose answer is lost joins anew: the token was in it. */
export async function joinPlayer(
  address: Address,
  name: string,
  limitMs = 60_000,
): Promise<Player> {
  const joined = await again(limitMs, async () => {
    const commandId = randomUUID()
    const answer = await request(address, 'POST', '/players', { body: { name, commandId } })
    if (answer.status !== 201) throw new Error(`POST /players: ${JSON.stringify(answer)}`)
    return answer.body as { account: string; token: string; mailbox: string }
  })
  return playerOf(address, joined)
}

function playerOf(
  address: Address,
  { account, token, mailbox }: { account: string; token: string; mailbox: string },
): Player {
  const acknowledged: Player['acknowledged'] = new Map()
  let socket: { url: string; client: Client } | undefined
  const overSocket = async () => {
    if (socket?.url !== address.url) {
      await disposed(socket?.client)
      socket = { url: address.url, client: connect(address, token) }
    }
    return socket!.client
  }
  const send = async (order: Order): Promise<Answer> => {
    switch (order.door) {
      case 'mailbox': {
        const { type, input, commandId } = order
        const body = { type, world: 'first', ...input, commandId }
        const answered = await request(address, 'POST', `/mailbox/${mailbox}/actions`, {
          token,
          body,
        })
        if (answered.status === 200) return answered.body as Answer
        if (answered.status === 400) return { ...(answered.body as object), status: 'invalid' }
        throw new Error(`${type} over the mailbox: ${JSON.stringify(answered)}`)
      }
      case 'http': {
        const body = mutationOf(order)
        const answered = await request(address, 'POST', '/graphql', { token, body })
        return answerOf(order, answered.body as Executed)
      }
      case 'websocket':
        return answerOf(order, await overWebSocket(await overSocket(), mutationOf(order)))
    }
  }
  return {
    account,
    token,
    mailbox,
    acknowledged,
    send,
    async act(type, input = {}, { door = 'mailbox', commandId, limitMs = 120_000 } = {}) {
      const order: Order = { type, input, door, commandId: commandId ?? randomUUID() }
      const answer = await again(limitMs, () => send(order))
      if (answer.refused !== 'TooBusy') acknowledged.set(order.commandId, { order, answer })
      return answer
    },
    async get<Body>(path: string) {
      return again(60_000, async () => {
        const { status, body } = await request(address, 'GET', path, { token })
        if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`)
        return body as Body
      })
    },
    async query<Data>(query: string) {
      return again(60_000, async () => {
        const { body } = await request(address, 'POST', '/graphql', { token, body: { query } })
        const { data, errors } = body as Executed
        if (!data || errors) throw new Error(`${query}: ${JSON.stringify(errors)}`)
        return data as Data
      })
    },
    async close() {
      await disposed(socket?.client)
    },
  }
}

/** A graphql-ws client, which connects when it is asked something; it never tries again by itself. */
export const connect = (address: Address, token?: string): Client =>
  createClient({
    url: () => `${address.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    ...(token === undefined ? {} : { connectionParams: { token } }),
    retryAttempts: 0,
  })

/** Ends a client, also one whose server is gone. */
export async function disposed(client: Client | undefined): Promise<void> {
  try {
    await client?.dispose()
  } catch {
    // It was just trying to connect.
  }
}

/** Calls until it is answered; only `NoAnswer` is worth another try. */
export async function again<Value>(limitMs: number, call: () => Promise<Value>): Promise<Value> {
  const limit = performance.now() + limitMs
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof NoAnswer) || performance.now() > limit) throw error
      await new Promise((next) => setTimeout(next, PAUSE_MS))
    }
  }
}

/** One request. Rejects with `NoAnswer` where the connection broke, and where the log cannot answer now (503). */
export async function request(
  { url }: Address,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method,
    signal: AbortSignal.timeout(ATTEMPT_MS),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).then(
    async (answered) => {
      const text = await answered.text()
      return { status: answered.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    (error: Error) => {
      throw new NoAnswer(`${method} ${path}: ${error.message}`, { cause: error })
    },
  )
  if (response.status === 503) throw new NoAnswer(`${method} ${path}: 503`)
  return response
}

type Executed = {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { message: string; extensions?: Record<string, unknown> }[]
}
type Operation = { readonly query: string; readonly variables: Record<string, unknown> }

async function overWebSocket(client: Client, operation: Operation): Promise<Executed> {
  const results = client.iterate(operation)
  try {
    const { value } = await results.next()
    if (value === undefined) throw new NoAnswer('the operation completed without an answer')
    return value as Executed
  } catch (error) {
    if (error instanceof NoAnswer) throw error
    throw new NoAnswer('the WebSocket broke', { cause: error })
  }
}

function answerOf(order: Order, { data, errors }: Executed): Answer {
  const answered = data?.[fieldOf(order.type)] as ({ __typename: string } & Answer) | undefined
  if (errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) {
    throw new NoAnswer(errors[0]!.message)
  }
  if (!answered) throw new Error(`${order.type}: ${JSON.stringify(errors)}`)
  const { __typename, ...answer } = answered
  const status = __typename === 'Entered' ? 'accepted' : __typename.toLowerCase()
  return { ...answer, status: status as Answer['status'] }
}

const schema = buildSchema(
  readFileSync(new URL('../../src/api/graphql/schema.graphql', import.meta.url), 'utf8'),
)
const mutations = schema.getMutationType()!.getFields()
const fieldOf = (type: string) => type.charAt(0).toLowerCase() + type.slice(1)

/** The mutation of a command, with all that its answer may tell, written after the schema. */
function mutationOf({ type, input, commandId }: Order): Operation {
  const name = fieldOf(type)
  const { args, type: answer } = mutations[name]!
  const given: Record<string, unknown> = { world: 'first', ...input, commandId }
  if (typeof given.way === 'string') given.way = given.way.toUpperCase()
  const used = args.filter((arg) => arg.name in given)
  const members = schema.getPossibleTypes(getNamedType(answer) as never)
  const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ')
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ')
  const told = members.map((member) => `... on ${member.name} { ${fieldsOf(member)} }`).join(' ')
  return {
    query: `mutation (${declared}) { ${name}(${passed}) { __typename ${told} } }`,
    variables: Object.fromEntries(used.map((arg) => [arg.name, given[arg.name]])),
  }
}

const fieldsOf = (member: GraphQLObjectType): string =>
  Object.values(member.getFields())
    .map(({ name, type }) => {
      const inner = getNamedType(type)
      return isObjectType(inner) ? `${name} { ${fieldsOf(inner)} }` : name
    })
    .join(' ')
