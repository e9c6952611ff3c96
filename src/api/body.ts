// A request's body, read once for REST and GraphQL alike: JSON in UTF-8, of bounded size, that means one thing only.

import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler } from 'express'
import { badInput, Problem } from './problem.ts'
import { bytesFault, jsonFault } from './strictJson.ts'
import { refuseConnection } from './wire.ts'

/** Handlers that leave the parsed body in `request.body`, undefined where there was none. */
export const jsonBody = (bytesMax: number): readonly RequestHandler[] => [
  jsonOnly,
  inFewPieces,
  express.json({
    limit: bytesMax,
    strict: false,
    type: hasBody,
    verify: (_request, _response, bytes) => {
      const detail = bytesFault(bytes)
      if (detail !== undefined) throw badInput({ field: 'body', detail })
    },
  }),
]

export const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

const jsonOnly: RequestHandler = (request, _response, next) => {
  const type = request.headers['content-type'] ?? ''
  if (!hasBody(request)) next()
  else if (!/^application\/json\s*(;|$)/i.test(type)) {
    next(new Problem(415, 'unsupported-media-type', 'send Content-Type: application/json'))
  } else if (!isUtf8Named(type)) {
    next(new Problem(415, 'unsupported-charset', 'the body must be UTF-8'))
  } else next()
}

/** Each piece that is waited for takes some hundred bytes, however little is in it. */
const PIECES_MAX = 4096

/** Passes the request on at once, so that whoever reads it misses nothing of what is counted here. */
const inFewPieces: RequestHandler = (request, _response, next) => {
  let pieces = 0
  const count = () => {
    pieces++
    if (pieces !== PIECES_MAX + 1) return
    const detail = `the body comes in more than ${PIECES_MAX} pieces`
    refuseConnection(request.socket, new Problem(413, 'too-large', detail))
  }
  if (hasBody(request)) request.on('data', count)
  next()
}

function isUtf8Named(type: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/** Of one request of GraphQL, whichever door it takes. */
export const graphQLParameters = ['query', 'variables', 'operationName', 'extensions']

/** GraphQL over HTTP: one operation, by POST in the body or by GET in the query. */
export const oneOperation: RequestHandler = (request, response, next) => {
  preferStatus(request)
  switch (request.method) {
    case 'POST':
      next(operationFault(request))
      return
    case 'GET':
      // Of the playground, the query is its own.
      next(request.accepts(['json', 'html']) === 'html' ? undefined : askedFault(request))
      return
    case 'OPTIONS':
      response.status(204).set('Allow', 'GET, POST').end()
      return
    default:
      response.set('Allow', 'GET, POST')
      next(
        new Problem(
          405,
          'method-not-allowed',
          `${request.method} is not for GraphQL: it takes GET, POST`,
        ),
      )
  }
}

/** Whoever takes any answer gets the type whose status tells how it went; application/json has to be asked for by name. */
function preferStatus({ headers }: IncomingMessage): void {
  const accept = headers.accept ?? '*/*'
  // A stream of events is for what goes on: a subscription that does not begin is answered as any other operation.
  if (/\*\/\*|event-stream/.test(accept) && !accept.includes('json')) {
    headers.accept = `application/graphql-response+json, ${accept}`
  }
}

function operationFault({ body, query }: Request): Problem | undefined {
  const strange = Object.keys(query)[0]
  if (strange !== undefined) {
    return badInput({ field: strange.slice(0, 64), detail: 'belongs into the body of a POST' })
  }
  if (Array.isArray(body)) {
    return badInput({ field: 'body', detail: 'takes one operation, no list of them' })
  }
  if (typeof body !== 'object' || body === null) {
    return badInput({ field: 'body', detail: 'takes an object with a "query"' })
  }
  return typeof (body as { query?: unknown }).query === 'string'
    ? undefined
    : badInput({ field: 'query', detail: 'takes the text of an operation' })
}

function askedFault(request: Request): Problem | undefined {
  if (hasBody(request)) return badInput({ field: 'body', detail: 'is nothing that GET takes' })
  for (const [name, value] of Object.entries(request.query)) {
    const field = name.slice(0, 64)
    if (!graphQLParameters.includes(name)) {
      return badInput({ field, detail: `is none of ${graphQLParameters.join(', ')}` })
    }
    if (typeof value !== 'string') return badInput({ field, detail: 'takes one value' })
    const isJson = name === 'variables' || name === 'extensions'
    if (isJson && !isObject(value)) return badInput({ field, detail: 'takes an object in JSON' })
  }
  return undefined
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) && jsonFault(text) === undefined
  } catch {
    return false
  }
}
