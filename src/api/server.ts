// The front doors, opened together: REST, GraphQL over HTTP and WebSocket, the page. They translate and delegate.

import { setMaxListeners } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import compression from 'compression'
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import type { Submit } from '../commands/submit.ts'
import type { AccountId, WorldId } from '../domain/events.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import type { Chance, Clock } from '../domain/ports/time.ts'
import type { Tracer } from '../domain/ports/tracer.ts'
import type { Versions } from '../domain/ports/versions.ts'
import type { Worlds } from '../projections/worldReader.ts'
import { type Network, openAddresses } from './address.ts'
import { openSessions } from './auth.ts'
import { jsonBody, oneOperation } from './body.ts'
import { correlated, correlationOf } from './correlation.ts'
import type { Doors, Readiness } from './doors.ts'
import { openWebSocket } from './graphql/websocket.ts'
import { type GraphQLDoor, openGraphQL } from './graphql/yoga.ts'
import { guard } from './guards.ts'
import { type ApiLimits, defaultLimits } from './limits.ts'
import { openLingering } from './mailbox/lingering.ts'
import { openRefusals } from './mailbox/refusals.ts'
import { type Metrics, openMetrics } from './metrics/metrics.ts'
import type { Stored } from './metrics/stored.ts'
import { openOrigins } from './origins.ts'
import { openOutflow } from './outflow.ts'
import { problems, unknownRoute } from './problem.ts'
import { addressLimit, rateLimit } from './rateLimit.ts'
import { clientRoutes } from './rest/client.ts'
import { restRoutes } from './rest/routes.ts'
import { guarded, limitConnections, notTooOften } from './security.ts'
import { inTurn } from './turns.ts'
import { countedWhole, readInTime } from './unread.ts'
import { answerOnTheWire } from './wire.ts'

export type ApiOptions = {
  readonly submit: Submit
  readonly worlds: Worlds
  readonly personalData: PersonalData
  /** The code's own history; without it there is nothing at /versions. */
  readonly versions?: Versions
  readonly clock: Clock
  readonly chance: Chance
  readonly host: string
  /** 0: any free port; `url` tells which. */
  readonly port: number
  /** The built client (index.html and assets/); without it, / says how to build it. */
  readonly clientDir?: string
  readonly limits?: Partial<ApiLimits>
  /** Origins of other sites whose pages may call; `*` for any. None without it. */
  readonly corsOrigins?: readonly string[]
  /** Proxies whose X-Forwarded-For counts. None without it. */
  readonly trustedProxies?: readonly Network[]
  /** Of the first world, or of the one named. */
  readonly ready: (world?: WorldId) => Readiness | Promise<Readiness>
  /** Where what is behind the doors is measured too; without it the doors measure themselves alone. */
  readonly metrics?: Metrics
  /** What waits, by the queue's name. */
  readonly queues?: () => Readonly<Record<string, number>>
  /** What is kept in the database, for the metrics. */
  readonly stored?: () => Promise<Stored>
  readonly tracer?: Tracer
  readonly say?: (line: string) => void
  /** What happened, in fields: every request and command. */
  readonly note?: Doors['note']
}

export type Api = {
  readonly url: string
  /** Ends all sessions of an account and what they hold open, durably before this resolves; resolves to how many there were. */
  revoke(account: AccountId): Promise<number>
  /** Ends subscriptions and polls, stops listening, and returns within `limits.closeGraceMs` or a little more. */
  close(): Promise<void>
}

const HEADER_BYTES_MAX = 16 * 1024
const CLOSE_IDLE_EVERY_MS = 50

/** PORT or HOST, named, and what to do about it. */
class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

/** Opens the doors. Rejects with `CannotListen`, naming PORT or HOST, when it cannot listen there. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { worlds, personalData, clock } = options
  const limits = { ...defaultLimits, ...options.limits }
  const closing = new AbortController()
  // Every stream listens for it; their number has a bound of its own.
  setMaxListeners(0, closing.signal)
  const metrics = options.metrics ?? openMetrics()
  const nothing = async () => ({ tables: [], snapshots: [] })
  metrics.watch(worlds, options.queues ?? (() => ({})), options.stored ?? nothing)
  const doors: Doors = {
    submit: options.submit,
    worlds,
    personalData,
    versions: options.versions,
    clock,
    chance: options.chance,
    limits,
    ready: async (world) => options.ready(world),
    say: options.say ?? (() => {}),
    note: options.note ?? (() => {}),
    sessions: openSessions(
      personalData,
      clock,
      addressLimit(limits.wrongTokensPerMinute, clock),
      addressLimit(limits.tokenLookUpsPerMinute, clock),
    ),
    addresses: openAddresses(options.trustedProxies ?? []),
    joins: addressLimit(limits.joinsPerMinute, clock),
    versionReads: addressLimit(limits.versionsPerMinute, clock),
    commands: rateLimit(limits.commandsPerMinute, clock),
    requests: addressLimit(limits.requestsPerMinute, clock),
    lingering: openLingering(limits.lingerMs, closing.signal),
    origins: openOrigins(options.corsOrigins ?? []),
    refusals: openRefusals(personalData),
    metrics,
    tracer: options.tracer,
    outflow: openOutflow(limits, clock),
    closing: closing.signal,
  }
  doors.sessions.onOver((isOver) => doors.lingering.end(isOver))
  const yoga = openGraphQL(doors)
  const http = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs / 2),
      maxHeaderSize: HEADER_BYTES_MAX,
      // It is missed in words (security.ts).
      requireHostHeader: false,
    },
    inTurn(openApp(doors, yoga, options.clientDir)),
  )
  answerOnTheWire(http, HEADER_BYTES_MAX)
  limitConnections(http, limits.connectionsPerAddressMax, doors.addresses)
  const webSocket = openWebSocket(http, yoga.graphqlEndpoint, doors, yoga)
  await listen(http, options.host, options.port)
  return {
    url: urlOf(http, options.host),
    revoke: (account) => doors.sessions.endAll(account),
    async close() {
      closing.abort()
      webSocket.close(limits.closeGraceMs)
      await stop(http, limits.closeGraceMs)
      doors.outflow.close()
      await yoga.dispose()
    },
  }
}

function openApp(doors: Doors, yoga: GraphQLDoor, clientDir: string | undefined): Express {
  const { limits, say } = doors
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  // One way to write each path: the document tells of no other.
  app.enable('case sensitive routing').enable('strict routing')
  app.use(
    correlated(doors),
    counted(doors),
    readInTime(doors),
    guarded,
    doors.origins.cors,
    notTooOften(doors),
    compression({ filter: isNoStream }),
    countedWhole,
  )
  app.use(...jsonBody(limits.bodyBytesMax))
  app.use(yoga.graphqlEndpoint, (request, response, next) => {
    if (request.originalUrl.split('?')[0] === yoga.graphqlEndpoint) next()
    else unknownRoute(request, response, next)
  })
  app.use(yoga.graphqlEndpoint, oneOperation, (request, response) => {
    if (request.accepts(['json', 'html']) === 'html') guard(response, 'playground')
    const gone = goneWith(response)
    return yoga.handle(request, response, { req: request, gone })
  })
  restRoutes(app, doors)
  clientRoutes(app, clientDir)
  app.use(unknownRoute)
  app.use(problems(limits.bodyBytesMax, say))
  return app
}

/** As others count it: whoever asked was gone, or was cut off, before the answer was out. */
const CUT_OFF = 499

/** Counts answers by the route's pattern, never by its path: the set of labels stays small. */
const counted =
  (doors: Doors): RequestHandler =>
  (request, response, next) => {
    const began = doors.clock.monotonic()
    const answered = traced(doors, request)
    const told = (status: number) => {
      const pattern: unknown = request.route?.path
      const graphql = request.baseUrl === '/graphql' ? '/graphql' : 'other'
      const name = typeof pattern === 'string' ? pattern : graphql
      const { method } = request
      const tookMs = doors.clock.monotonic() - began
      doors.metrics.request(method, name, status, tookMs)
      answered?.({ method, route: name, status })
      const durationMs = Math.round(tookMs)
      doors.note({
        event: 'request',
        ...correlationOf(request),
        method,
        route: name,
        status,
        durationMs,
      })
    }
    let isWhole = false
    response.once('finish', () => {
      isWhole = !response.destroyed
      if (isWhole) told(response.statusCode)
    })
    response.once('close', () => {
      if (!isWhole) told(CUT_OFF)
    })
    next()
  }

/** Begins a request's trace, below the caller's own where it names one. */
function traced({ tracer }: Doors, request: Request) {
  const { correlationId = '' } = correlationOf(request)
  const { traceparent } = request.headers
  const below = typeof traceparent === 'string' ? { traceparent } : {}
  return tracer?.request({ correlationId, ...below })
}

/** What is compressed waits until enough of it is there: an event would wait for the next. */
const isNoStream = (request: Request, response: Response) =>
  !String(response.getHeader('content-type')).startsWith('text/event-stream') &&
  compression.filter(request, response)

/** Aborts when the answer is over, or its reader gone. */
function goneWith(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new CannotListen(
            `PORT ${port} is in use on ${host}: set PORT to another, or to 0 for any`,
          ),
        )
      } else if (error.code === 'EACCES') {
        reject(
          new CannotListen(`PORT ${port} may not be listened on by this user: set PORT above 1023`),
        )
      } else {
        reject(new CannotListen(`HOST ${host} cannot be listened on: ${error.message}`))
      }
    })
    http.listen({ host, port }, () => {
      http.removeAllListeners('error')
      resolve()
    })
  })
}

function urlOf(http: Server, host: string): string {
  const { port } = http.address() as AddressInfo
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** Waits for requests under way, but not for ever: after `graceMs` their connections are cut. */
async function stop(http: Server, graceMs: number): Promise<void> {
  const stopped = new Promise<void>((resolve) => http.close(() => resolve()))
  // Again and again: one that is kept alive is idle only once its request under way is answered.
  const idle = setInterval(() => http.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
  const cut = setTimeout(() => http.closeAllConnections(), graceMs)
  await stopped
  clearInterval(idle)
  clearTimeout(cut)
}
