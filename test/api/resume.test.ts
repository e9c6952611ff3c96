// A client that drops comes back with its cursor, over the real composition: it gets exactly what it missed.

import { type Client, createClient } from 'graphql-ws'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { composedServers } from '../helpers/composed.ts'

let servers: ReturnType<typeof composedServers>
let url: string
const clients: Client[] = []
beforeEach(async () => {
  servers = composedServers()
  url = await servers.start()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose()
  await servers.stop()
})

type Player = { readonly token: string; readonly mailbox: string }
type Item = {
  readonly __typename: string
  readonly cursor?: string
  readonly commandId?: string
  readonly cell?: number
}

const post = async (path: string, body: unknown, token?: string) => {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  return (
    await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  ).json()
}
async function enter(): Promise<Player> {
  const player = (await post('/players', { name: 'Ada' })) as Player
  await post(
    `/mailbox/${player.mailbox}/actions`,
    { type: 'EnterWorld', world: 'first' },
    player.token,
  )
  return player
}
async function order({ mailbox, token }: Player, number: number) {
  const body =
    number % 2 === 0
      ? { type: 'ClaimMany', world: 'first', cells: [3], commandId: `order-${number}` }
      : { type: 'ReleaseCell', world: 'first', cell: 3, commandId: `order-${number}` }
  expect(await post(`/mailbox/${mailbox}/actions`, body, token)).toMatchObject({
    status: 'accepted',
  })
}

const mine = (after?: string) =>
  `subscription { mine(world: "first"${after === undefined ? '' : `, after: "${after}"`}) { __typename
    ... on Outcome { cursor commandId } ... on TakeSnapshot { cursor }
    ... on PlayerView { cell } } }`

/** Reads one's own items until `enough` of the orders among them, then drops the connection without a goodbye. */
async function follow(
  { token }: Player,
  after: string | undefined,
  enough: (ids: string[]) => boolean,
  heard: () => void = () => {},
) {
  let socket: WebSocket | undefined
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token },
    retryAttempts: 0,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket
      },
    },
  })
  clients.push(client)
  const items: Item[] = []
  const ids = () => items.flatMap(({ commandId }) => commandId ?? [])
  try {
    for await (const { data } of client.iterate<{ mine: Item }>({ query: mine(after) })) {
      items.push(data!.mine)
      heard()
      if (enough(ids())) break
    }
  } catch {
    // The server was stopped: what came so far is what there is.
  }
  socket?.terminate()
  const cursor = items.findLast((item) => item.cursor !== undefined)?.cursor
  return { items, ids: ids().filter((id) => id.startsWith('order')), cursor }
}

/** The same, once the stream listens: what is ordered before would be told to nobody. */
async function listening(player: Player, enough: (ids: string[]) => boolean) {
  let following = Promise.resolve<Awaited<ReturnType<typeof follow>> | undefined>(undefined)
  await new Promise<void>((heard) => {
    following = follow(player, undefined, enough, heard)
  })
  return () => following
}

const has = (id: string) => (ids: string[]) => ids.includes(id)

test('a dropped stream goes on from its cursor: nothing is lost, nothing told twice', async () => {
  const ada = await enter()
  const first = await listening(ada, has('order-1'))
  await order(ada, 0)
  await order(ada, 1)
  const cursor = (await first())?.cursor
  for (const number of [2, 3, 4, 5]) await order(ada, number)
  const second = await follow(ada, cursor, has('order-5'))
  expect(second.ids).toEqual(['order-2', 'order-3', 'order-4', 'order-5'])
  const third = follow(ada, second.cursor, has('order-7'))
  await order(ada, 6)
  await order(ada, 7)
  expect((await third).ids).toEqual(['order-6', 'order-7'])
})

test('over a restart of the server a stream goes on from its cursor', async () => {
  const ada = await enter()
  const first = await listening(ada, has('order-1'))
  await order(ada, 0)
  await order(ada, 1)
  const cursor = (await first())?.cursor
  for (const number of [2, 3]) await order(ada, number)
  await servers.stop()
  url = await servers.start()
  for (const number of [4, 5]) await order(ada, number)
  const { ids } = await follow(ada, cursor, has('order-5'))
  expect(ids).toEqual(['order-2', 'order-3', 'order-4', 'order-5'])
})

type Beat = { readonly tick: number; readonly hashTick: number; readonly hash: string }

/** Each stream that has heartbeats; the status is one itself. */
const beating = [
  'subscription { beat: mine(world: "first") { ... on Heartbeat { tick hashTick hash } } }',
  'subscription { beat: chunks(world: "first", chunks: [0]) { ... on Heartbeat { tick hashTick hash } } }',
  'subscription { beat: status(world: "first") { tick hashTick hash } }',
]
const isBeat = (item: Partial<Beat>): item is Beat => item.tick !== undefined

async function beatsByWebSocket(token: string, query: string) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token },
  })
  clients.push(client)
  const heard: Beat[] = []
  for await (const { data } of client.iterate<{ beat: Partial<Beat> }>({ query })) {
    if (isBeat(data!.beat)) heard.push(data!.beat)
    if (heard.length === 4) break
  }
  return heard
}

async function beatsByEvents(token: string, query: string) {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query }),
  })
  const heard: Beat[] = []
  let text = ''
  for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += part
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1]
      const item = data === undefined ? undefined : JSON.parse(data).data?.beat
      if (item && isBeat(item)) heard.push(item)
    }
    if (heard.length >= 4) break
  }
  return heard
}

test('every stream has heartbeats with the tick and a state hash, the same through every door', async () => {
  const { token } = await enter()
  const streams = beating.flatMap((query) => [
    beatsByWebSocket(token, query),
    beatsByEvents(token, query),
  ])
  const all = await Promise.all(streams)
  // How often they come by the world's clock is held where the clock is the test's (test/projections/feed.test.ts).
  for (const heard of all) {
    const ticks = heard.map(({ tick }) => tick)
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b))
    expect(ticks.at(-1)).toBeGreaterThan(ticks[0]!)
    for (const { tick, hashTick } of heard) expect(hashTick).toBeLessThanOrEqual(tick)
  }
  const { tick, hash: shown } = await (await fetch(`${url}/worlds/first`)).json()
  const byRest: Beat = { tick, hashTick: shown.tick, hash: shown.hash }
  const hashes = new Map<number, Set<string>>()
  for (const beat of [...all.flat(), byRest]) {
    expect(beat.hash).toMatch(/^[0-9a-f]{16}$/)
    hashes.set(beat.hashTick, (hashes.get(beat.hashTick) ?? new Set()).add(beat.hash))
  }
  expect([...hashes.values()].map((of) => of.size)).toEqual([...hashes].map(() => 1))
  // They listened at the same time, so they have something to agree on.
  expect(hashes.size).toBeLessThan(all.flat().length)
})
