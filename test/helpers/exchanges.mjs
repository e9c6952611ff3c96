// Hears every REST exchange of the HTTP servers of a process. Plain JavaScript: it runs in a server before TypeScript can.

import { subscribe } from 'node:diagnostics_channel'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/**
 * Tells each exchange when it is answered, before its client has it all: so that what a client awaits is heard when it goes on.
 * Not those of other servers of tests (proxies, collectors), which give no correlation id, and not GraphQL, which has a schema.
 */
export function hearExchanges(tell) {
  subscribe('http.server.request.start', ({ request, response }) => {
    const { method = '', url = '' } = request
    if (url.split('?')[0] === '/graphql') return
    const asked = kept()
    const answered = kept()
    const push = request.push.bind(request)
    request.push = (chunk, encoding) => {
      asked.keep(chunk)
      return push(chunk, encoding)
    }
    const { write, end } = response
    response.write = (...given) => {
      answered.keep(given[0])
      return write.apply(response, given)
    }
    response.end = (...given) => {
      answered.keep(given[0])
      if (response.getHeader('correlation-id') !== undefined) {
        tell({
          method,
          path: url,
          askedHeaders: request.headers,
          asked: jsonOf(request.headers, asked.bytes()),
          status: response.statusCode,
          headers: { ...response.getHeaders() },
          answered: method === 'HEAD' ? undefined : jsonOf(response.getHeaders(), answered.bytes()),
        })
      }
      return end.apply(response, given)
    }
  })
}

function kept() {
  const chunks = []
  return {
    keep(chunk) {
      if (typeof chunk === 'string') chunks.push(Buffer.from(chunk))
      else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
    },
    bytes: () => Buffer.concat(chunks),
  }
}

const unpackers = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync }

/** A body parsed where it says that it is JSON, else its text; undefined where there is none. */
function jsonOf(headers, packed) {
  if (packed.length === 0) return undefined
  try {
    const bytes = unpackers[String(headers['content-encoding'])]?.(packed) ?? packed
    const isJson = /json/.test(String(headers['content-type'] ?? ''))
    return isJson ? JSON.parse(bytes.toString()) : bytes.toString()
  } catch {
    return packed.toString()
  }
}
