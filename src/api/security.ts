// What every request has to pass first, and how many connections one address may hold.

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import { type Addresses, openCounts } from './address.ts'
import type { Doors } from './doors.ts'
import { guards } from './guards.ts'
import { badInput, tooMany } from './problem.ts'
import { refuseConnection } from './wire.ts'

/** Sets the headers that every answer has; a request for a host that is no name ends here. */
export const guarded: RequestHandler = (request, response, next) => {
  response.set(guards)
  const { host } = request.headers
  // HTTP/1.0 knew no Host.
  if (!/^1\.[01]$/.test(request.httpVersion)) {
    next(badInput({ field: 'HTTP', detail: 'is taken as 1.1 and 1.0' }))
  } else if (host === undefined && request.httpVersion !== '1.0') {
    next(badInput({ field: 'Host', detail: 'is missing' }))
  } else if (/^[\w.:[\]-]*$/.test(host ?? '')) next()
  else next(badInput({ field: 'Host', detail: 'is no host name' }))
}

/**
 * Holds each address to `most` connections at once; one more is answered 429 and closed, whatever it would have asked.
 * A trusted proxy brings those of everybody: it has to count them itself.
 */
export function limitConnections(http: Server, most: number, addresses: Addresses): void {
  const open = openCounts(most)
  const seen = new WeakSet<Socket>()
  http.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    // One whose Upgrade was ignored comes again (wire.ts).
    if (addresses.isProxy(address) || seen.has(socket)) return
    seen.add(socket)
    const giveBack = open.take(address)
    if (giveBack) socket.once('close', giveBack)
    else refuseConnection(socket, tooMany(`at most ${most} connections from one address`, 1))
  })
}

/** Asked by operators' machinery, at whatever pace. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** Throws a 429 `Problem` for a player, or an address without a token, that asks too much. */
export function takeRequest(
  { requests, sessions }: Pick<Doors, 'requests' | 'sessions'>,
  authorization: string | undefined,
  address: string,
): void {
  const wait = requests.take(sessions.known(authorization)?.account ?? address)
  if (wait > 0) throw tooMany('too many requests from you', wait)
}

export const notTooOften =
  (doors: Doors): RequestHandler =>
  (request, _response, next) => {
    if (!probes.has(request.path)) {
      takeRequest(doors, request.headers.authorization, doors.addresses.of(request))
    }
    next()
  }
