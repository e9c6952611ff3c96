// GraphQL over WebSocket (the graphql-transport-ws protocol): queries, mutations and subscriptions on one connection.

import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { GraphQLError } from 'graphql'
import { type Context as Connection, handleProtocols, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Session } from '../../domain/ports/personalData.ts'
import { openCounts } from '../address.ts'
import { graphQLParameters } from '../body.ts'
import type { Doors } from '../doors.ts'
import { badInput, forbidden, notFound, Problem, problemOf, tooMany } from '../problem.ts'
import { takeRequest } from '../security.ts'
import { jsonFault } from '../strictJson.ts'
import { refuseConnection, serveWithoutUpgrade } from '../wire.ts'
import { graphQLErrorOf, maskError } from './errors.ts'
import type { GraphQLDoor } from './yoga.ts'

/** Close codes, beside those that the protocol's package sends. */
const BAD_REQUEST_CODE = 4400
const SLOW_CONSUMER_CODE = 4408
const GOING_AWAY_CODE = 1001
const TRY_AGAIN_LATER_CODE = 1013
/** In which one message may come: as fragments, and as what is read at once of one. */
const PIECES_MAX = 4096
const CANNOT_JUDGE = 'Your token cannot be looked up now: keep it, and connect again in a while'

type Extra = {
  readonly address: string
  /** The header of the upgrade, until a greeting brings its own. */
  authorization: string | undefined
  readonly gone: AbortSignal
  readonly connection: Socket
}
type Runners = Pick<ReturnType<GraphQLDoor['getEnveloped']>, 'execute' | 'subscribe'>

export type WebSocketDoor = {
  /** Says goodbye to all connections, and ends those that are still there after `graceMs`. */
  close(graceMs: number): void
}

/** Takes upgrades on `path` of the HTTP server. */
export function openWebSocket(
  http: Server,
  path: string,
  doors: Doors,
  yoga: GraphQLDoor,
): WebSocketDoor {
  const { limits } = doors
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.bodyBytesMax,
    // Each piece takes some hundred bytes, however little is in it.
    maxFragments: PIECES_MAX,
    maxBufferedChunks: PIECES_MAX,
    handleProtocols,
  })
  sockets.on('wsClientError', ({ message }, socket) =>
    refuseConnection(socket, badInput({ field: 'handshake', detail: message })),
  )
  const open = openCounts(limits.connectionsPerAddressMax)
  const away = saidOnce(doors.say)
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: limits.headersTimeoutMs,
    // A wrong token closes the connection; none makes it a visitor's.
    onConnect: async (connection) => {
      connection.extra.authorization = authorizationOf(connection)
      const session = await sessionOf(doors, connection)
      if (typeof session === 'object') away.worked()
      return session !== 'unknown'
    },
    onSubscribe: (connection, _id, payload) => prepare(doors, yoga, connection, payload),
    execute: (args) => (args.rootValue as Runners).execute(args),
    subscribe: (args) => (args.rootValue as Runners).subscribe(args),
  })

  http.on('upgrade', (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(http, request, socket, head)
      return
    }
    const refusal = refusalOf(request, path, sockets.clients.size, doors)
    const address = doors.addresses.of(request)
    const giveBack = refusal === undefined ? open.take(address) : undefined
    if (!giveBack) {
      const most = limits.connectionsPerAddressMax
      refuseConnection(
        socket,
        refusal ?? tooMany(`at most ${most} connections from one address`, 1),
      )
      return
    }
    socket.once('close', giveBack)
    sockets.handleUpgrade(request, socket, head, (client) => {
      const gone = new AbortController()
      client.once('close', () => gone.abort())
      serve(doors, protocol, away, client, {
        address,
        authorization: request.headers.authorization,
        gone: gone.signal,
        connection: socket as Socket,
      })
    })
  })

  return {
    close(graceMs) {
      for (const client of sockets.clients) client.close(GOING_AWAY_CODE, 'Going away')
      const cut = () => {
        for (const client of sockets.clients) client.terminate()
      }
      setTimeout(cut, graceMs).unref()
    },
  }
}

function refusalOf(
  request: IncomingMessage,
  path: string,
  open: number,
  { limits, origins }: Doors,
): Problem | undefined {
  if (request.url?.split('?')[0] !== path) return notFound(`WebSockets are at ${path}`)
  // Browsers hold WebSockets to no origin, so this door does; other clients send none.
  if (!origins.mayCall(request)) return forbidden('pages of this Origin may not call')
  if (open < limits.socketsMax) return undefined
  const detail = `${limits.socketsMax} WebSockets are open, which is all there may be`
  return new Problem(503, 'unavailable', detail, {}, { 'Retry-After': '1' })
}

type SaidOnce = { failed(error: unknown): void; worked(): void }

/** One line when tokens cannot be looked up any more, and one when they can again: whoever is sent away comes again and again. */
function saidOnce(say: Doors['say']): SaidOnce {
  let sentAway = 0
  return {
    failed(error) {
      const why = error instanceof Error ? error.message : String(error)
      if (sentAway++ === 0) say(`WebSockets are told to come again (1013), for now: ${why}`)
    },
    worked() {
      if (sentAway > 0) say(`WebSockets are welcome again; ${sentAway} were told to come again`)
      sentAway = 0
    },
  }
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>

function serve(
  doors: Doors,
  protocol: Protocol,
  away: SaidOnce,
  socket: WebSocket,
  extra: Extra,
): void {
  const cut = (why: string, kind: 'bytes' | 'stall') => {
    doors.metrics.cut('websocket', kind)
    // A reader that is only late still gets the code; one that never reads is ended without it.
    socket.close(SLOW_CONSUMER_CODE, `Slow consumer: ${why}`.slice(0, 120))
    setTimeout(() => socket.terminate(), 500).unref()
  }
  const { outflowBytesMax: bytesMax } = doors.limits
  const pendingBytes = () => socket.bufferedAmount
  const unwatch = doors.outflow.watch({ socket: extra.connection, pendingBytes, bytesMax }, cut)
  let answered = true
  const pings = setInterval(() => {
    if (!answered) {
      doors.metrics.cut('websocket', 'ping')
      socket.terminate()
    }
    answered = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, doors.limits.pingMs)
  socket.on('pong', () => {
    answered = true
  })
  // What a socket suffers (reset, a message too large) ends it, by the code ws chose; nobody else need hear of it.
  socket.on('error', () => socket.terminate())
  const together = inOneWrite(extra.connection)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Where more waits than a connection takes at once, resolved when the bytes left the process: so a subscription is asked for its
      // next item only then.
      send: (text) => {
        if (socket.readyState !== socket.OPEN) return
        together()
        const left = new Promise<void>((resolve) => socket.send(text, () => resolve()))
        return extra.connection.writableNeedDrain ? left : undefined
      },
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) =>
        socket.on('message', (data) => {
          const text = String(data)
          const fault = jsonFault(text)
          if (fault !== undefined) {
            socket.close(BAD_REQUEST_CODE, `A message ${fault}`.slice(0, 120))
            return
          }
          const wait = isOperation(text) ? 0 : waitFor(doors, extra)
          if (wait > 0) {
            socket.close(TRY_AGAIN_LATER_CODE, `Too many messages from you: wait ${wait} s`)
            return
          }
          receive(text).catch((error: unknown) => {
            // The greeting's token could not be judged now: nothing is said of it, and clients come again with it.
            const problem = problemOf(error, doors.limits.bodyBytesMax)
            if (problem) {
              if (problem.status === 503) away.failed(error)
              const reason = problem.status === 503 ? CANNOT_JUDGE : problem.message
              socket.close(TRY_AGAIN_LATER_CODE, reason.slice(0, 120))
              return
            }
            doors.say(`a WebSocket message failed: ${error instanceof Error ? error.stack : error}`)
            socket.close(1011, 'Internal error')
          })
        }),
    },
    extra,
  )
  socket.once('close', (code, reason) => {
    unwatch()
    clearInterval(pings)
    void closed(code, String(reason))
  })
}

/** What is sent between a call and the end of its turn leaves in one write: an answer, and that it was the last. */
function inOneWrite(connection: Socket): () => void {
  let isHeld = false
  const release = () => {
    isHeld = false
    connection.uncork()
  }
  return () => {
    if (isHeld) return
    isHeld = true
    connection.cork()
    process.nextTick(release)
  }
}

/** Whether it is an operation, which takes its own from the quota and is told so by an error of its own. */
function isOperation(text: string): boolean {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type === 'subscribe'
  } catch {
    return false // The protocol says what is wrong with it.
  }
}

/** Takes one message from the quota: 0, or the seconds until there is one. */
const waitFor = ({ requests, sessions }: Doors, { authorization, address }: Extra) =>
  requests.take(sessions.known(authorization)?.account ?? address)

type Payload = {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Record<string, unknown> | null | undefined
}

async function prepare(
  doors: Doors,
  yoga: GraphQLDoor,
  connection: Connection<Record<string, unknown>, Extra>,
  payload: Payload,
) {
  const { bodyBytesMax, subscriptionsPerSocketMax } = doors.limits
  try {
    takeRequest(doors, connection.extra.authorization, connection.extra.address)
  } catch (error) {
    return [maskError(error, bodyBytesMax, doors.say)]
  }
  const strange = Object.keys(payload).find((name) => !graphQLParameters.includes(name))
  if (strange !== undefined) {
    const detail = `is none of ${graphQLParameters.join(', ')}`
    return [graphQLErrorOf(badInput({ field: strange.slice(0, 64), detail }))]
  }
  if (Object.keys(connection.subscriptions).length > subscriptionsPerSocketMax) {
    const detail = `at most ${subscriptionsPerSocketMax} operations at once on one connection`
    return [new GraphQLError(detail, { extensions: { code: 'TOO_MANY' } })]
  }
  try {
    const { schema, execute, subscribe, parse, validate, contextFactory } = yoga.getEnveloped({
      connection: {
        address: connection.extra.address,
        session: () => currentSession(doors, connection),
      },
      gone: connection.extra.gone,
    })
    const document = parse(payload.query)
    const errors = validate(schema, document)
    if (errors.length > 0) return errors
    return {
      schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: await contextFactory(),
      rootValue: { execute, subscribe } satisfies Runners,
    }
  } catch (error) {
    return [maskError(error, bodyBytesMax, doors.say)]
  }
}

/** connection_init takes `{token}` or `{Authorization}`; else the header of the upgrade counts. */
function authorizationOf({ connectionParams, extra }: Connection<Record<string, unknown>, Extra>) {
  const { token, Authorization, authorization } = connectionParams ?? {}
  if (token !== undefined && token !== null) return `Bearer ${String(token)}`
  const header = Authorization ?? authorization
  return typeof header === 'string' ? header : extra.authorization
}

/** 'unknown' only for a token that stands for no account; any other failure is the caller's to tell. */
async function sessionOf(
  doors: Doors,
  connection: Connection<Record<string, unknown>, Extra>,
): Promise<Session | undefined | 'unknown'> {
  const header = authorizationOf(connection)
  return doors.sessions.byHeader(header, connection.extra.address).catch((error: unknown) => {
    if (error instanceof Problem && error.status === 401) return 'unknown'
    throw error
  })
}

/** Asked for each operation, so that a connection outlives its account by no operation. */
async function currentSession(
  doors: Doors,
  connection: Connection<Record<string, unknown>, Extra>,
): Promise<Session | undefined> {
  const session = await sessionOf(doors, connection)
  if (session !== 'unknown') return session
  throw graphQLErrorOf(
    new Problem(401, 'unauthenticated', 'the token stands for no account any more'),
  )
}
