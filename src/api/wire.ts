// What never becomes a request is answered here: bytes that are no HTTP, requests that do not end in time. Upgrades to what is not
// spoken here become one after all.

import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { guards } from './guards.ts'
import { badInput, Problem, problemText } from './problem.ts'

/** Writes a problem on the bare connection and ends it: whoever goes on sending is not read any more. */
export function refuseConnection(socket: Duplex, problem: Problem): void {
  const body = problemText(problem)
  const headers = Object.entries({ ...guards, ...problem.headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  socket.on('error', () => {})
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}\r\nConnection: close\r\n${headers.join('')}Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

/**
 * Ignores the Upgrade of a request, as a server may (RFC 9110, 7.8): it is read again without it, with whatever follows its head, and
 * answered as any other, on the same connection. curl and Java offer `h2c` unasked.
 */
export function serveWithoutUpgrade(
  http: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  rest: Buffer,
): void {
  const kept = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() !== 'upgrade' ? `${name}:${rawHeaders[at + 1]}\r\n` : [],
  )
  const head = `${method} ${url} HTTP/${httpVersion}\r\n${kept.join('')}\r\n`
  const ignore = () => {}
  socket.on('error', ignore)
  afterAnswers(socket, () => {
    if (!socket.writable) return
    socket.unshift(Buffer.concat([Buffer.from(head, 'latin1'), rest]))
    http.emit('connection', socket)
    socket.off('error', ignore)
  })
}

/** Once the requests before it on its connection are answered. */
function afterAnswers(socket: Duplex, then: () => void): void {
  const { _httpMessage: answering } = socket as { _httpMessage?: ServerResponse }
  if (answering) answering.once('finish', () => afterAnswers(socket, then))
  else then()
}

type WireError = NodeJS.ErrnoException & { readonly reason?: string }

/** Answers whatever the HTTP parser itself refuses, in words. */
export function answerOnTheWire(http: Server, headerBytesMax: number): void {
  // Their bytes are bounded; of those beyond a number, nobody would see that they are missing.
  http.maxHeadersCount = 0
  http.on('clientError', (error: WireError, socket) => {
    const { _httpMessage: answering } = socket as { _httpMessage?: ServerResponse }
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    // What has begun to be answered ends with what was written: more bytes would be read as that answer's.
    else if (answering?.headersSent) (socket as Socket).destroySoon()
    else refuseConnection(socket, problemOnTheWire(error, headerBytesMax))
  })
  http.on('connect', (_request, socket) => {
    const detail = 'CONNECT is for proxies, and this is none'
    refuseConnection(socket, new Problem(405, 'method-not-allowed', detail))
  })
  http.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const detail = 'Expect: takes 100-continue alone'
    const problem = new Problem(417, 'expectation-failed', detail)
    const body = problemText(problem)
    response
      .writeHead(problem.status, {
        ...guards,
        'Content-Type': 'application/problem+json',
        'Content-Length': Buffer.byteLength(body),
        Connection: 'close',
      })
      .end(body)
  })
}

function problemOnTheWire({ code, reason }: WireError, bytes: number) {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem(408, 'timeout', 'the request did not end in time')
    case 'HPE_HEADER_OVERFLOW':
      return new Problem(431, 'too-large', `the headers are larger than ${bytes} bytes`)
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Problem(413, 'too-large', 'the extensions of the chunks are too large')
    default:
      return badInput({ field: 'request', detail: reason ?? 'is no HTTP' })
  }
}
