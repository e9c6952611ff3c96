// Errors over REST: RFC 9457 problem details. What is ours to fix never shows its insides.

import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { StoreUnavailable } from '../domain/ports/eventStore.ts'
import { VersionsBusy } from '../domain/ports/versions.ts'
import { WorldStopped } from '../projections/publication.ts'
import { WorldBusy } from '../projections/worldReader.ts'

export type Fault = { readonly field: string; readonly detail: string }

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** The last part of the problem's `type`, e.g. `bad-input`. */
  readonly kind: string
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    kind: string,
    detail: string,
    members: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.status = status
    this.kind = kind
    this.members = members
    this.headers = headers
  }
}

export const badInput = (...errors: readonly Fault[]) =>
  new Problem(
    400,
    'bad-input',
    errors.map((fault) => `${fault.field}: ${fault.detail}`).join('; '),
    {
      errors,
    },
  )

export const notFound = (detail: string) => new Problem(404, 'not-found', detail)

export const unauthenticated = (detail: string) =>
  new Problem(401, 'unauthenticated', detail, {}, { 'WWW-Authenticate': 'Bearer realm="orrery"' })

/** Of a session that ended while its request went on. */
export const sessionOver = () => unauthenticated('the session of this token has ended')

export const forbidden = (detail: string) => new Problem(403, 'forbidden', detail)

export const tooMany = (
  detail: string,
  retryAfterSeconds: number,
  members: Readonly<Record<string, unknown>> = {},
) => new Problem(429, 'too-many', detail, members, { 'Retry-After': String(retryAfterSeconds) })

/** The event store is away or full: the same command may be sent again, with the same commandId. */
export const unavailable = (commandId?: string) =>
  new Problem(
    503,
    'unavailable',
    'the event log cannot answer now: send it again with the same commandId',
    commandId === undefined ? {} : { commandId },
    { 'Retry-After': '1' },
  )

/** What was asked for was not done and may be asked for again: the tables cannot be written now. */
export const notNow = (detail: string) =>
  new Problem(503, 'unavailable', detail, {}, { 'Retry-After': '1' })

/** A world that cannot tell now what it was asked: it replays, waits for the log, or has stopped. */
const worldUnavailable = (error: Error) => notNow(error.message)

export const problemText = ({ kind, status, message, members }: Problem) =>
  JSON.stringify({
    type: `urn:orrery:problem:${kind}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    ...members,
  })

export function sendProblem(response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .set(problem.headers)
    .type('application/problem+json')
    .send(problemText(problem))
}

export const unknownRoute: RequestHandler = (request, response) =>
  sendProblem(response, notFound(`there is nothing at ${request.path}`))

/** What the HTTP machinery itself throws: a body that is no JSON, too large, in an unknown encoding, a bad path. */
const machineryProblems: Readonly<Record<string, (bodyBytesMax: number) => Problem>> = {
  'entity.parse.failed': () => badInput({ field: 'body', detail: 'is not JSON' }),
  'entity.too.large': (bytes) =>
    new Problem(413, 'too-large', `the body is larger than ${bytes} bytes`),
  'encoding.unsupported': () =>
    new Problem(415, 'unsupported-encoding', 'Content-Encoding: gzip, deflate, br or none'),
  'request.size.invalid': () =>
    badInput({ field: 'Content-Length', detail: 'is not the length of the body' }),
  'request.aborted': () => badInput({ field: 'body', detail: 'broke off' }),
  'charset.unsupported': () => new Problem(415, 'unsupported-charset', 'the body must be UTF-8'),
}

export function problemOf(error: unknown, bodyBytesMax: number): Problem | undefined {
  if (error instanceof Problem) return error
  if (error instanceof StoreUnavailable) return unavailable()
  if (error instanceof WorldBusy || error instanceof WorldStopped) return worldUnavailable(error)
  if (error instanceof VersionsBusy) return notNow(error.message)
  if (error instanceof URIError) return badInput({ field: 'path', detail: 'is not valid UTF-8' })
  if (typeof error !== 'object' || error === null) return undefined
  const { type, status } = error as { type?: unknown; status?: unknown }
  const known = typeof type === 'string' ? machineryProblems[type] : undefined
  if (known) return known(bodyBytesMax)
  if (typeof status === 'number' && status >= 400 && status < 500) {
    if ('code' in error && /^(Z_|ERR_)/.test(String(error.code))) {
      return badInput({ field: 'body', detail: 'is not what its Content-Encoding says' })
    }
    return new Problem(
      status,
      'bad-request',
      STATUS_CODES[status] ?? 'the request is not understood',
    )
  }
  return undefined
}

/** The last handler: turns what was thrown into a problem; tells the operator of what is ours. */
export const problems =
  (bodyBytesMax: number, say: (line: string) => void): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    const problem = problemOf(error, bodyBytesMax)
    if (!problem) {
      say(
        `${request.method} ${request.path} failed: ${error instanceof Error ? error.stack : error}`,
      )
    }
    sendProblem(
      response,
      problem ?? new Problem(500, 'internal', 'something went wrong here; it is not your request'),
    )
  }
