// The wires to the server: Apollo over HTTP for questions and orders, over one WebSocket for what is live.

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { createClient } from 'graphql-ws'
import type { Connection } from '../worldData.ts'
import { watchSilence } from './silence.ts'
import type { TokenBox } from './tokens.ts'

export type Wires = {
  readonly apollo: ApolloClient
  /** Opens the socket anew, with the token of now; subscriptions go on by themselves. */
  reconnect(): void
  close(): void
}

const RETRY_FIRST_MS = 400
const RETRY_MOST_MS = 8_000
/** Beside the heartbeats, which come twice a second while anything is subscribed to. */
const PING_EVERY_MS = 4_000
/** The socket is given up when nothing came so long: no heartbeat, no answer to a ping. */
const SILENT_MS = 10_000
/** What was not answered by then never will be: the way is cut, and neither end knows. */
const ANSWER_MOST_MS = 15_000

/**
 * @param url of the page's server, without a path
 * @param tokens asked for at every request and connection; a token that the server does not know is dropped
 */
export function openWires(
  url: string,
  tokens: TokenBox,
  listener: { connection(state: Connection): void; reopened(): void },
  { silentMs = SILENT_MS, pingMs = PING_EVERY_MS } = {},
): Wires {
  let opened = 0
  let open = false
  const silence = watchSilence(silentMs, () => {
    if (open) socket.terminate()
  })
  const socket = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: () => ({ token: tokens.get() }),
    keepAlive: pingMs,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => wait(backoffMs(retries, Math.random())),
    on: {
      connecting: () => listener.connection(opened === 0 ? 'connecting' : 'lost'),
      message: () => silence.heard(),
      connected: () => {
        open = true
        silence.heard()
        listener.connection('open')
        if (opened++ > 0) listener.reopened()
      },
      closed: (event) => {
        open = false
        if (isUnknownToken(event)) tokens.set(undefined)
        listener.connection('lost')
      },
    },
  })
  const http = new HttpLink({
    uri: `${url}/graphql`,
    fetch: (target, init) =>
      fetchWithToken(target, { ...init, signal: AbortSignal.timeout(ANSWER_MOST_MS) }, tokens),
  })
  const apollo = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      http,
    ),
    cache: new InMemoryCache({
      // Fragments on a union only match where its members are known.
      possibleTypes: { Answer: ['Accepted', 'Unchanged', 'Refused', 'Invalid'] },
      typePolicies: { Query: { fields: { world: { merge: true } } } },
    }),
    defaultOptions: { query: { fetchPolicy: 'network-only' } },
  })
  return {
    apollo,
    reconnect: () => socket.terminate(),
    close: () => {
      silence.end()
      apollo.stop()
      // One that is only being made may fail yet; nobody waits for it any more.
      Promise.resolve(socket.dispose()).catch(() => {})
    },
  }
}

/** Doubles with every try, with chance in it so that a crowd does not come back in one moment. */
export function backoffMs(retries: number, chance: number): number {
  const most = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** Math.min(retries, 10))
  return Math.round(most * (0.5 + chance / 2))
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A server that was founded anew does not know old tokens: who held one goes on as a visitor. */
export async function fetchWithToken(
  target: RequestInfo | URL,
  init: RequestInit | undefined,
  tokens: TokenBox,
  send: typeof fetch = fetch,
): Promise<Response> {
  const token = tokens.get()
  const answer = await send(target, withToken(init, token))
  if (answer.status !== 401 || token === undefined) return answer
  tokens.set(undefined)
  return send(target, withToken(init, undefined))
}

/** What the server closes with for a wrong token, and for nothing else. */
const FORBIDDEN = 4403

function isUnknownToken(event: unknown): boolean {
  return (event as { code?: number }).code === FORBIDDEN
}

function withToken(init: RequestInit | undefined, token: string | undefined): RequestInit {
  const headers = new Headers(init?.headers)
  if (token) headers.set('authorization', `Bearer ${token}`)
  return { ...init, headers }
}
