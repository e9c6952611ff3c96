// While the database is away, over real PostgreSQL: what a WebSocket is told whose token nobody can look up, and that a page
// comes back by itself.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { openLiveWorld } from '../../client/src/data/live/liveWorld.ts'
import { joinPlayer } from '../helpers/client.ts'
import { composedServers } from '../helpers/composed.ts'
import { pageEars } from '../helpers/pageEars.ts'
import { type PostgresStorage, postgresStorage } from '../helpers/postgresStorage.ts'
import { road } from '../helpers/road.ts'
import { until } from './fakes.ts'

let opened: PostgresStorage
let servers: ReturnType<typeof composedServers>
const said: string[] = []
const address = { url: '' }
const closing: (() => unknown)[] = []
beforeEach(async () => {
  opened = await postgresStorage()
  servers = composedServers({}, opened.storage, { say: (line) => said.push(line) })
  address.url = await servers.start()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  opened.away(false)
  for (const close of closing.splice(0).reverse()) await close()
  await servers.stop()
  await opened.close()
})

/** What comes of a greeting: `ack`, or how the socket was closed. */
const greet = (token: string) =>
  new Promise<string>((resolve) => {
    const url = `${address.url.replace('http', 'ws')}/graphql`
    const socket = new WebSocket(url, 'graphql-transport-ws')
    const init = { type: 'connection_init', payload: { token } }
    socket.once('open', () => socket.send(JSON.stringify(init)))
    socket.once('message', () => {
      resolve('ack')
      socket.terminate()
    })
    socket.once('close', (code, reason) => resolve(`${code} ${reason}`))
  })

test('a greeting that cannot be judged is told to come again and keep its token, and the operator hears one line of it', async () => {
  const way = await road(() => address.url)
  closing.push(way.end)
  const ada = await joinPlayer(address, 'Ada')
  await ada.act('EnterWorld')
  const { heard, listener, tokens } = pageEars(ada.token)
  const live = await openLiveWorld({ url: way.url, world: 'first', tokens }, listener)
  closing.push(() => live.close())
  await until(() => heard.connections.at(-1) === 'open')
  way.close(true)
  // Another start of the server has looked up no token yet.
  await servers.stop()
  address.url = await servers.start()

  opened.away(true)
  said.splice(0)
  for (const answer of await Promise.all([0, 1, 2].map(() => greet(ada.token)))) {
    expect(answer).toMatch(/^1013 Your token cannot be looked up now: keep it/)
  }
  const ofSockets = () => said.filter((line) => line.startsWith('WebSockets'))
  expect(ofSockets()).toEqual([expect.stringMatching(/come again \(1013\), for now: .+/)])
  expect(said.join('\n')).not.toMatch(/ {4}at /)
  const tries = heard.connections.length
  way.close(false)
  await until(() => heard.connections.length > tries + 1)

  opened.away(false)
  await until(() => heard.connections.at(-1) === 'open')
  expect(tokens.get()).toBe(ada.token)
  expect(await greet(ada.token)).toBe('ack')
  expect(ofSockets().at(-1)).toMatch(/welcome again; \d+ were told/)
  await until(async () => {
    await ada.act('Say', { text: 'back' })
    return heard.lines.includes('back')
  })
})
