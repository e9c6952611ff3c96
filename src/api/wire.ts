// Answers to what never becomes a request: bytes that are no HTTP, upgrades to nowhere, requests that do not end in time.

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

type WireError = NodeJS.ErrnoException & { readonly reason?: string }

/** Answers whatever the HTTP parser itself refuses, in words. */
export function answerOnTheWire(http: Server, headerBytesMax: number): void {
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
