// Watches every REST exchange of a server in this process, however it was asked: each is validated against the OpenAPI document,
// and a test during which one was not as it says fails. A setup file of every suite.

import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { afterAll, afterEach } from 'vitest'
import type { Exchange } from '../api/openapi.ts'

const faults: string[] = []
const judging = new Set<Promise<void>>()
let judged = 0

/** What was wrong since it was asked last, and how many exchanges were judged so far. A test that brings a fault about takes it. */
export async function takeRestFaults(): Promise<{ faults: readonly string[]; judged: number }> {
  while (judging.size > 0) await Promise.all(judging)
  return { faults: faults.splice(0), judged }
}

async function fail(): Promise<void> {
  const found = await takeRestFaults()
  if (found.faults.length === 0) return
  const told = [...new Set(found.faults.map((fault) => fault.slice(0, 400)))].slice(0, 20)
  throw new Error(`REST is not as its OpenAPI document says:\n${told.join('\n')}`)
}
afterEach(fail)
afterAll(fail)

type Started = { readonly request: IncomingMessage; readonly response: ServerResponse }

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as Started
  const { method = '', url = '' } = request
  const asked = kept()
  const answered = kept()
  const push = request.push.bind(request)
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    asked.keep(chunk)
    return push(chunk, encoding)
  }
  const write = response.write as (...given: unknown[]) => boolean
  const end = response.end as (...given: unknown[]) => ServerResponse
  response.write = (...given: unknown[]) => {
    answered.keep(given[0])
    return write.apply(response, given)
  }
  response.end = (...given: unknown[]) => {
    answered.keep(given[0])
    // Before the client has it all: so that what it awaits is judged when it goes on.
    judge(() => ({
      method,
      path: url,
      askedHeaders: request.headers,
      asked: jsonOf(request.headers, asked.bytes()),
      status: response.statusCode,
      headers: response.getHeaders(),
      answered: method === 'HEAD' ? undefined : jsonOf(response.getHeaders(), answered.bytes()),
    }))
    return end.apply(response, given)
  }

  function judge(exchange: () => Exchange): void {
    // Other servers of tests (proxies, collectors) give no such header, and GraphQL streams without end.
    if (response.getHeader('correlation-id') === undefined) return
    if (url.split('?')[0] === '/graphql') return
    const told = exchange()
    const done = check(told).finally(() => judging.delete(done))
    judging.add(done)
  }
})

function kept() {
  const chunks: Buffer[] = []
  return {
    keep(chunk: unknown) {
      if (typeof chunk === 'string') chunks.push(Buffer.from(chunk))
      else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
    },
    bytes: () => Buffer.concat(chunks),
  }
}

const unpackers: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}

/** A body parsed where it says that it is JSON, else its text; undefined where there is none. */
function jsonOf(headers: Readonly<Record<string, unknown>>, packed: Buffer): unknown {
  if (packed.length === 0) return undefined
  try {
    const bytes = unpackers[String(headers['content-encoding'])]?.(packed) ?? packed
    const isJson = /json/.test(String(headers['content-type'] ?? ''))
    return isJson ? JSON.parse(bytes.toString()) : bytes.toString()
  } catch {
    return packed.toString()
  }
}

/** Loaded with the first exchange: most files of tests have no server. */
let checker: Promise<(exchange: Exchange) => string | undefined> | undefined
async function check(exchange: Exchange): Promise<void> {
  checker ??= open()
  const fault = (await checker)(exchange)
  judged++
  if (fault !== undefined) faults.push(fault)
}

async function open() {
  const [{ openApiCheck }, { openApi }] = await Promise.all([
    import('../api/openapi.ts'),
    import('../../src/api/rest/openapi.ts'),
  ])
  // As it is served: what is undefined here is not there.
  return openApiCheck(JSON.parse(JSON.stringify(openApi())))
}
