// Which pages of other sites may call (CORS): by configuration, and without it none.

import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'

export type Origins = {
  /** Whether a page of the request's Origin may call: our own, one that is configured, or no page at all. */
  mayCall(request: IncomingMessage): boolean
  /** Answers preflights, and names the origin that may read an answer. Tokens travel in a header, so cookies play no part. */
  readonly cors: RequestHandler
}

const METHODS = 'GET, HEAD, POST, DELETE'
const HEADERS =
  'Authorization, Content-Type, Accept, Correlation-Id, If-None-Match, Traceparent, Tracestate'
const EXPOSED =
  'Allow, Content-Location, Correlation-Id, ETag, Orrery-Commit, Orrery-Tick, Retry-After, WWW-Authenticate'
const PREFLIGHT_KEPT_S = '600'

/** `allowed`: origins such as https://example.org, or `*` for any. */
export function openOrigins(allowed: readonly string[]): Origins {
  const any = allowed.includes('*')
  const known = new Set(allowed)
  const isAllowed = (origin: string) => any || known.has(origin)
  return {
    mayCall({ headers: { origin, host } }) {
      if (origin === undefined || isAllowed(origin)) return true
      return URL.canParse(origin) && new URL(origin).host === host
    },
    cors(request, response, next) {
      const { origin } = request.headers
      if (allowed.length > 0) response.vary('Origin')
      if (origin === undefined || !isAllowed(origin)) {
        next()
        return
      }
      response.set({
        'Access-Control-Allow-Origin': any ? '*' : origin,
        'Access-Control-Expose-Headers': EXPOSED,
      })
      if (
        request.method !== 'OPTIONS' ||
        request.headers['access-control-request-method'] === undefined
      ) {
        next()
        return
      }
      response.set({
        'Access-Control-Allow-Methods': METHODS,
        'Access-Control-Allow-Headers': HEADERS,
        'Access-Control-Max-Age': PREFLIGHT_KEPT_S,
      })
      response.status(204).end()
    },
  }
}
