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
  readonly tick?: number
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
    ... on Heartbeat { tick } ... on PlayerView { cell } } }`

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

test('a stream has heartbeats, each with the tick that the world is at by then', async () => {
  const ada = await enter()
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: ada.token },
  })
  clients.push(client)
  const ticks: number[] = []
  for await (const { data } of client.iterate<{ mine: Item }>({ query: mine() })) {
    const item = data!.mine
    if (item.__typename === 'Heartbeat') ticks.push(item.tick!)
    if (ticks.length === 4) break
  }
  // How often they come by the world's clock is held where the clock is the test's (test/projections/feed.test.ts).
  expect(ticks).toEqual([...ticks].sort((a, b) => a - b))
  expect(ticks.at(-1)).toBeGreaterThan(ticks[0]!)
})
