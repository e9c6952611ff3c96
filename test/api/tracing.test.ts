// One trace from a request to its outcome, as a collector gets it; and one trace of its caller's own.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composedServers } from '../helpers/composed.ts'

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } }
type Span = {
  name: string
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Attribute[]
  startTimeUnixNano: string
  endTimeUnixNano: string
}

let collector: Server
let spans: Span[]
let servers: ReturnType<typeof composedServers>
let url: string
beforeEach(async () => {
  spans = []
  collector = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => {
      body += data
    })
    request.on('end', () => {
      const { resourceSpans } = JSON.parse(body)
      for (const { scopeSpans } of resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', () => listening()))
  const { port } = collector.address() as AddressInfo
  servers = composedServers({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  url = await servers.start()
})
afterEach(async () => {
  await servers.stop()
  collector.closeAllConnections()
  await new Promise((closed) => collector.close(closed))
})

type Player = { token: string; mailbox: string }
const post = async (path: string, body: unknown, token?: string, headers = {}) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  })
  return response.json()
}

async function messagesOf({ token, mailbox }: Player) {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/mailbox/${mailbox}/messages`, { headers })
  return ((await answer.json()) as { messages: { commandId?: string }[] }).messages
}

const told = (span: Span | undefined, key: string) => {
  const value = span?.attributes.find((one) => one.key === key)?.value
  return value?.stringValue ?? value?.intValue
}

test('an order is one trace: its request, its command, its append, its tick, its outcome', async () => {
  const ada = (await post('/players', { name: 'Ada' })) as Player
  const actions = `/mailbox/${ada.mailbox}/actions`
  await post(actions, { type: 'EnterWorld', world: 'first' }, ada.token)
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const caller = 'b7ad6b7169203331'
  const claim = { type: 'ClaimMany', world: 'first', cells: [3], commandId: 'traced' }
  await post(actions, claim, ada.token, {
    'correlation-id': 'by-hand',
    traceparent: `00-${traceId}-${caller}-01`,
  })
  while (!(await messagesOf(ada)).some(({ commandId }) => commandId === 'traced'));
  // What waits is sent on the way out.
  await servers.stop()

  const mine = spans.filter((span) => span.traceId === traceId)
  const named = (name: string) => mine.find((span) => span.name === name)
  const request = named('POST /mailbox/:id/actions')
  const command = named('command ClaimMany')
  const append = named('append')
  const tick = named('tick')
  const outcome = named('outcome')
  expect(request?.parentSpanId).toBe(caller)
  expect(command?.parentSpanId).toBe(request!.spanId)
  expect(append?.parentSpanId).toBe(command!.spanId)
  expect(tick?.parentSpanId).toBe(command!.spanId)
  expect(outcome?.parentSpanId).toBe(tick!.spanId)
  expect(told(request, 'orrery.correlation_id')).toBe('by-hand')
  expect(told(command, 'orrery.command_id')).toBe('traced')
  expect(told(append, 'result')).toBe('appended')
  expect(told(outcome, 'reason')).toBe('Done')
  expect(BigInt(outcome!.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(tick!.startTimeUnixNano))
  // Requests that are no orders have theirs; none has the token.
  expect(spans.map(({ name }) => name)).toContain('GET /mailbox/:id/messages')
  expect(JSON.stringify(spans)).not.toContain(ada.token)
})

test('a trace that the caller made up wrongly is begun anew', async () => {
  await post('/players', { name: 'Ada' }, undefined, { traceparent: '00-nonsense-01' })
  await servers.stop()
  const join = spans.find(({ name }) => name === 'POST /players')
  expect(join?.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(join?.parentSpanId ?? '').toBe('')
})
