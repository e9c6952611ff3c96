import type { AddressInfo } from 'node:net'
import { gql } from '@apollo/client'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test, vi } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { backoffMs, fetchWithToken, openWires } from '../../client/src/data/live/connection.ts'
import { CHUNKS_PER_SUBSCRIPTION, ChunkInterest } from '../../client/src/data/live/interest.ts'

function interest() {
  const open = new Set<readonly number[]>()
  let opened = 0
  const subject = new ChunkInterest((chunks) => {
    opened++
    open.add(chunks)
    return () => open.delete(chunks)
  })
  return { subject, chunks: () => [...open].flat(), groups: () => [...open], opened: () => opened }
}

describe('which chunks are subscribed to', () => {
  property.prop([fc.array(fc.uniqueArray(fc.nat(300), { maxLength: 90 }), { maxLength: 6 })])(
    'whatever is looked at is subscribed to exactly once, in groups that the server takes',
    (views) => {
      const { subject, chunks, groups } = interest()
      for (const view of views) {
        const watched = subject.set(view)
        const subscribed = chunks()
        expect(new Set(subscribed)).toEqual(watched)
        expect(subscribed.length).toBeLessThanOrEqual(2 * view.length + 96)
        expect(new Set(subscribed).size).toBe(subscribed.length)
        expect(view.filter((chunk) => !subscribed.includes(chunk))).toEqual([])
        expect(Math.max(0, ...groups().map(({ length }) => length))).toBeLessThanOrEqual(
          CHUNKS_PER_SUBSCRIPTION,
        )
      }
    },
  )

  test('the same view asks for nothing again, and another one lets the old go', () => {
    const { subject, chunks, opened } = interest()
    subject.set([1, 2])
    subject.set([1, 2])
    expect(opened()).toBe(1)
    subject.set([2, 3])
    expect(chunks()).toEqual([1, 2, 3])
    subject.set([3])
    expect(chunks()).toEqual([3])
    subject.close()
    expect(chunks()).toEqual([])
  })
})

test('waits between tries double up to eight seconds, and chance takes at most half of one', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((retries) => backoffMs(retries, 1))).toEqual([
    400, 800, 1600, 3200, 6400, 8000, 8000,
  ])
  expect(backoffMs(50, 0)).toBe(4000)
})

test('a token that the server does not know is dropped, and the question asked again without it', async () => {
  let kept: string | undefined = 'old'
  const asked: (string | null)[] = []
  const send = (async (_target: unknown, init?: RequestInit) => {
    const token = new Headers(init?.headers).get('authorization')
    asked.push(token)
    return new Response('{}', { status: token === null ? 200 : 401 })
  }) as typeof fetch
  const tokens = {
    get: () => kept,
    set: (token: string | undefined) => {
      kept = token
    },
  }
  const answer = await fetchWithToken('/graphql', { method: 'POST' }, tokens, send)
  expect(answer.status).toBe(200)
  expect(asked).toEqual(['Bearer old', null])
  expect(kept).toBeUndefined()
})

/** A server that greets, answers pings or not, and says nothing else; it counts who came. */
async function mute(answersPings: boolean) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const came = { count: 0, pings: 0 }
  server.on('connection', (socket) => {
    came.count += 1
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data))
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type !== 'ping') return
      came.pings += 1
      if (answersPings) socket.send('{"type":"pong"}')
    })
  })
  await new Promise((listening) => server.once('listening', listening))
  const { port } = server.address() as AddressInfo
  const close = () => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, came, close }
}

test.each([
  ['stays when the server says to come again', 1013, 'old'],
  ['goes when the server says that it is wrong', 4403, undefined],
])('a token %s', async (_, code, left) => {
  const greetings: unknown[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) =>
    socket.on('message', (data) => {
      greetings.push(JSON.parse(String(data)).payload.token)
      socket.close(code)
    }),
  )
  await new Promise((listening) => server.once('listening', listening))
  vi.stubGlobal('WebSocket', WebSocket)
  let kept: string | undefined = 'old'
  const tokens = {
    get: () => kept,
    set: (token: string | undefined) => {
      kept = token
    },
  }
  const { port } = server.address() as AddressInfo
  const listener = { connection: () => {}, reopened: () => {} }
  const wires = openWires(`http://127.0.0.1:${port}`, tokens, listener)
  const query = gql`subscription { status(world: "first") { tick } }`
  wires.apollo.subscribe({ query }).subscribe({ error: () => {} })
  await vi.waitUntil(() => greetings.length >= 2, { timeout: 20_000 })
  expect(greetings.slice(0, 2)).toEqual(['old', left])
  wires.close()
  server.close()
})

describe('a connection over which nothing comes', () => {
  const open = (url: string, states: string[]) => {
    vi.stubGlobal('WebSocket', WebSocket)
    const wires = openWires(
      url,
      { get: () => undefined, set: () => {} },
      { connection: (state) => states.push(state), reopened: () => states.push('reopened') },
      { silentMs: 200, pingMs: 40 },
    )
    const query = gql`subscription { status(world: "first") { tick } }`
    wires.apollo.subscribe({ query }).subscribe({ error: () => {} })
    return wires
  }

  test('is given up and opened anew, and what was subscribed to with it', async () => {
    const server = await mute(false)
    const states: string[] = []
    const wires = open(server.url, states)
    await vi.waitUntil(() => server.came.count >= 2, { timeout: 20_000 })
    await vi.waitUntil(() => states.includes('reopened'), { timeout: 20_000 })
    expect(states.slice(0, 3)).toEqual(['connecting', 'open', 'lost'])
    wires.close()
    server.close()
  })

  test('is kept as long as pings are answered', async () => {
    const server = await mute(true)
    const wires = open(server.url, [])
    // Far more pings than fit into the silence that would end it.
    await vi.waitUntil(() => server.came.pings > 20, { timeout: 20_000 })
    expect(server.came.count).toBe(1)
    wires.close()
    server.close()
  })
})
