// A request's body, read once for REST and GraphQL alike: JSON in UTF-8, of bounded size, that means one thing only.

import type { IncomingMessage } from 'node:http'
import express, { type RequestHandler } from 'express'
import { badInput, Problem } from './problem.ts'
import { bytesFault } from './strictJson.ts'

/** Handlers that leave the parsed body in `request.body`, undefined where there was none. */
export const jsonBody = (bytesMax: number): readonly RequestHandler[] => [
  jsonOnly,
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

const hasBody = ({ headers }: IncomingMessage) =>
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

function isUtf8Named(type: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/** GraphQL over POST: one operation. */
export const oneOperation: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body
  const isPost = request.method === 'POST'
  if (!isPost) next()
  else if (Array.isArray(body)) {
    next(badInput({ field: 'body', detail: 'takes one operation, no list of them' }))
  } else if (typeof body !== 'object' || body === null) {
    next(badInput({ field: 'body', detail: 'takes an object with a "query"' }))
  } else if (typeof (body as { query?: unknown }).query !== 'string') {
    next(badInput({ field: 'query', detail: 'takes the text of an operation' }))
  } else next()
}
