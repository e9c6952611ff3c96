// The page's way to a world, over real doors: what it does when the feed is dead, when it was away, when the world is another.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { openLiveWorld } from '../../client/src/data/live/liveWorld.ts'
import { until } from '../api/fakes.ts'
import { composedServers } from '../helpers/composed.ts'
import { pageEars } from '../helpers/pageEars.ts'
import { road } from '../helpers/road.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A server that answers pings, tells the first status, and is silent from then on. */
async function deadFeeds() {
  const world = { id: 'first', seed: 1, n: 2, ups: 20 }
  const status = { state: 'RUNNING', tick: 5, players: 0 }
  const http = createServer((_request: IncomingMessage, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: { worlds: [{ ...world, status }] } }))
  })
  const sockets = new WebSocketServer({ server: http })
  const came = { connections: 0, statuses: 0, pings: 0 }
  sockets.on('connection', (socket) => {
    came.connections += 1
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data))
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}')
      if (type === 'subscribe' && String(payload.query).includes('status(')) came.statuses += 1
      if (type !== 'ping') return
      came.pings += 1
      socket.send('{"type":"pong"}')
    })
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  closing.push(() => {
    for (const socket of sockets.clients) socket.terminate()
    http.close()
  })
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, came }
}

test('a feed without heartbeats is begun anew, and then the connection, though its pings are answered', async () => {
  const server = await deadFeeds()
  const { heard, listener, tokens } = pageEars()
  const live = await openLiveWorld(
    { url: server.url, world: undefined, tokens, silentMs: 150 },
    listener,
  )
  closing.push(() => live.close())
  await until(() => server.came.statuses >= 2)
  await until(() => server.came.connections >= 2)
  expect(heard.connections).toContain('lost')
})

async function wayTo(target: () => string) {
  const made = await road(target)
  closing.push(made.end)
  return made
}

async function server() {
  const servers = composedServers()
  const url = await servers.start()
  closing.push(() => servers.stop())
  return { servers, url }
}

const post = async (url: string, path: string, body: unknown, token?: string) => {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  return (
    await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).json()
}

test('who was cut off hears once of everything that was said and done meanwhile, though she had no outcome before', async () => {
  const { url } = await server()
  const way = await wayTo(() => url)
  const { heard, listener, tokens } = pageEars()
  const live = await openLiveWorld({ url: way.url, world: 'first', tokens }, listener)
  closing.push(() => live.close())
  await live.join('Ada')
  const bob = await post(url, '/players', { name: 'Bob' })
  const say = (text: string) =>
    post(url, `/mailbox/${bob.mailbox}/actions`, { type: 'Say', world: 'first', text }, bob.token)
  await post(
    url,
    `/mailbox/${bob.mailbox}/actions`,
    { type: 'EnterWorld', world: 'first' },
    bob.token,
  )
  await say('here')
  // What is said before her stream listens is told to nobody: she is there once she has heard one.
  await until(async () => {
    await say('here')
    return heard.lines.length > 0
  })
  way.close(true)
  for (const text of ['one', 'two']) await say(text)
  const token = tokens.get()
  const { mailbox } = await (
    await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } })
  ).json()
  const act = (body: object) =>
    post(url, `/mailbox/${mailbox}/actions`, { world: 'first', ...body }, token)
  await act({ type: 'EnterWorld', commandId: 'enter' })
  await act({ type: 'Craft', recipe: 'wire', count: 1, commandId: 'craft' })
  way.close(false)
  await until(() => heard.outcomes.includes('craft'))
  await say('three')
  await until(() => heard.lines.at(-1) === 'three')
  expect(heard.lines.filter((text) => text !== 'here')).toEqual(['one', 'two', 'three'])
  expect(heard.outcomes.filter((id) => id === 'craft')).toEqual(['craft'])
  expect(heard.replaced).toBe(0)
})

test('who missed more of the chat than a stream brings reads the newest of it, each line once, and hears what is new', async () => {
  const { url } = await server()
  const way = await wayTo(() => url)
  const { heard, listener, tokens } = pageEars()
  const live = await openLiveWorld({ url: way.url, world: 'first', tokens }, listener)
  closing.push(() => live.close())
  await live.join('Ada')
  const bob = await post(url, '/players', { name: 'Bob' })
  const act = (body: unknown) => post(url, `/mailbox/${bob.mailbox}/actions`, body, bob.token)
  const say = (text: string) => ({ type: 'Say', world: 'first', text })
  await act({ type: 'EnterWorld', world: 'first' })
  await until(async () => {
    await act(say('here'))
    return heard.lines.length > 0
  })
  way.close(true)
  const lines = Array.from({ length: 250 }, (_, index) => `line ${index}`)
  for (let from = 0; from < lines.length; from += 50) {
    await act(lines.slice(from, from + 50).map(say))
  }
  way.close(false)
  await until(() => heard.lines.includes('line 249'))
  await act(say('new'))
  await until(() => heard.lines.includes('new'))
  expect(heard.lines.filter((text) => text !== 'here')).toEqual([...lines.slice(-100), 'new'])
})

test('over a restart of the server it is the same world; one that was restored to an earlier moment is noticed', async () => {
  const first = await server()
  let { url } = first
  const way = await wayTo(() => url)
  const { heard, listener, tokens } = pageEars()
  const live = await openLiveWorld({ url: way.url, world: 'first', tokens }, listener)
  closing.push(() => live.close())
  await until(() => (heard.ticks.at(-1) ?? 0) > 40)
  way.close(true)
  await first.servers.stop()
  url = await first.servers.start()
  const known = heard.ticks.at(-1)!
  way.close(false)
  await until(() => heard.ticks.at(-1)! > known)
  expect(heard.replaced).toBe(0)

  way.close(true)
  const earlier = await server()
  url = earlier.url
  way.close(false)
  await until(() => heard.replaced > 0)
  expect(heard.replaced).toBe(1)
})

/** A door before a server that loses some answers: the server has heard, and nobody hears from it. */
async function forgetfulDoor(target: string) {
  const losses = { left: 0 }
  const door = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { authorization } = request.headers
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) }
    const answer = await fetch(`${target}${request.url}`, { method: 'POST', headers, body })
    const text = await answer.text()
    if (body.includes('mutation') && losses.left-- > 0) {
      response.destroy()
      return
    }
    response.statusCode = answer.status
    response.setHeader('content-type', answer.headers.get('content-type') ?? '')
    response.end(text)
  })
  await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening))
  closing.push(() => door.closeAllConnections())
  closing.push(() => door.close())
  return { url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`, losses }
}

test('orders whose answers were lost are given again, are done once, and keep the order in which they were given', async () => {
  const { url } = await server()
  const door = await forgetfulDoor(url)
  const { listener, tokens } = pageEars()
  const settings = { url: door.url, world: 'first', tokens, insistMs: 20_000 }
  const live = await openLiveWorld(settings, listener)
  closing.push(() => live.close())
  await live.join('Ada')
  await live.order({ type: 'EnterWorld' })
  door.losses.left = 2
  const said = ['one', 'two', 'three'].map((text) => live.order({ type: 'Say', text }))
  expect((await Promise.all(said)).map(({ kind }) => kind)).toEqual(Array(3).fill('accepted'))
  const query = '{ world(id: "first") { chat(after: 0, limit: 9) { text } } }'
  const told = await post(url, '/graphql', { query }, tokens.get())
  expect(told.data.world.chat.map(({ text }: { text: string }) => text)).toEqual([
    'one',
    'two',
    'three',
  ])
})

test('an order that cannot be given is told to have failed, in words', async () => {
  const { url } = await server()
  const way = await wayTo(() => url)
  const { listener, tokens } = pageEars()
  const settings = { url: way.url, world: 'first', tokens, insistMs: 0 }
  const live = await openLiveWorld(settings, listener)
  closing.push(() => live.close())
  await live.join('Ada')
  way.close(true)
  expect(await live.order({ type: 'Say', text: 'hello' })).toEqual({
    kind: 'failed',
    detail: 'The server does not answer: it may not have heard that',
  })
})
