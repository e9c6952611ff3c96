// The whole server as a process: start cold and warm, memory, action → client, commands a second over HTTP.
// Run: npx tsx bench/server.ts   (client and server share the machine's cores)

import { readFileSync } from 'node:fs'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { dataFolder, removeFolder, type Server, startServer } from '../test/helpers/server.ts'

const SAMPLES = 200
const HTTP_COMMANDS = 2_000
const HTTP_AT_ONCE = 32

type Player = { account: string; token: string; mailbox: string }

const post = async (url: string, body: unknown, token?: string) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return response.json()
}

const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!
const row = (name: string, text: string) => console.log(`${name.padEnd(46)} ${text}`)
const spread = (values: readonly number[]) =>
  `p50 ${quantile(values, 0.5).toFixed(1)} ms   p99 ${quantile(values, 0.99).toFixed(1)} ms`

async function timed<Value>(run: () => Promise<Value>): Promise<[Value, number]> {
  const began = performance.now()
  const value = await run()
  return [value, performance.now() - began]
}

async function join({ url }: Server): Promise<Player> {
  const player: Player = await post(`${url}/players`, { name: 'bench' })
  await act(url, player, { type: 'EnterWorld', world: 'first' })
  return player
}

const act = (url: string, { mailbox, token }: Player, command: unknown) =>
  post(`${url}/mailbox/${mailbox}/actions`, command, token)

/** Tells each outcome's command id as it arrives by subscription. */
function followOutcomes(url: string, token: string, arrived: (commandId: string) => void) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token },
  })
  const query = 'subscription { mine(world: "first") { __typename ... on Outcome { commandId } } }'
  client.subscribe<{ mine: { __typename: string; commandId?: string } }>(
    { query },
    {
      next: ({ data }) => data?.mine.commandId !== undefined && arrived(data.mine.commandId),
      error: (error) => {
        throw error
      },
      complete: () => {},
    },
  )
  return client
}

/** One order at a time: until its answer (durable), and until its outcome is at the client. */
async function actionLatency(server: Server, player: Player) {
  const waiting = new Map<string, (at: number) => void>()
  const client = followOutcomes(server.url, player.token, (commandId) =>
    waiting.get(commandId)?.(performance.now()),
  )
  const answerMs: number[] = []
  const outcomeMs: number[] = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    const commandId = `latency-${sample}`
    const outcome = new Promise<number>((resolve) => waiting.set(commandId, resolve))
    const began = performance.now()
    const order = { type: 'Craft', world: 'first', recipe: 'wire', count: 1, commandId }
    await act(server.url, player, order)
    answerMs.push(performance.now() - began)
    outcomeMs.push((await outcome) - began)
    waiting.delete(commandId)
  }
  await client.dispose()
  return { answerMs, outcomeMs }
}

/** The same, read by polling the mailbox: until the outcome is in an answer of GET /poll. */
async function mailboxLatency(server: Server, player: Player) {
  const latencies: number[] = []
  const get = (path: string) =>
    fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${player.token}` } })
  let cursor = (
    (await (await get(`/mailbox/${player.mailbox}/messages`)).json()) as {
      cursor: string
    }
  ).cursor
  for (let sample = 0; sample < SAMPLES / 4; sample++) {
    const commandId = `mailbox-${sample}`
    const began = performance.now()
    await act(server.url, player, {
      type: 'Craft',
      world: 'first',
      recipe: 'wire',
      count: 1,
      commandId,
    })
    for (let found = false; !found; ) {
      const response = await get(`/poll/${player.mailbox}?after=${encodeURIComponent(cursor)}`)
      if (response.status === 204) continue
      const answer = (await response.json()) as {
        cursor: string
        messages: { commandId?: string }[]
      }
      cursor = answer.cursor
      found = answer.messages.some((message) => message.commandId === commandId)
    }
    latencies.push(performance.now() - began)
  }
  return latencies
}

/** Commands over HTTP: `atOnce` requests under way at any time, each a durable StopHarvest or StartHarvest. */
async function httpCommands(server: Server, players: readonly Player[], total: number) {
  const began = performance.now()
  await Promise.all(
    players.map(async (player, index) => {
      const mine = Math.ceil(total / players.length)
      for (let i = 0; i < mine; i++) {
        await act(server.url, player, {
          type: 'Craft',
          world: 'first',
          recipe: 'wire',
          count: 1,
          commandId: `load-${index}-${i}`,
        })
      }
    }),
  )
  return total / ((performance.now() - began) / 1000)
}

const memory = (pid: number) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  return `${Math.round(kib / 1024)} MiB`
}

const folder = dataFolder()
const environment = {
  DEMO_BOT: 'off',
  JOINS_PER_MINUTE: '100000',
  COMMANDS_PER_MINUTE: '100000000',
  REQUESTS_PER_MINUTE: '100000000',
  CONNECTIONS_PER_ADDRESS: '100000',
}
try {
  const [first, coldMs] = await timed(() => startServer(folder, environment))
  row('start, cold (initdb, migrations, N = 64)', `${(coldMs / 1000).toFixed(1)} s`)
  await first.stop()
  const [server, warmMs] = await timed(() => startServer(folder, environment))
  row('start, warm', `${(warmMs / 1000).toFixed(1)} s`)
  row('memory of the server, nobody connected', memory(server.pid))

  const player = await join(server)
  const { answerMs, outcomeMs } = await actionLatency(server, player)
  row('action → durable answer (HTTP)', spread(answerMs))
  row('action → outcome at the client (WebSocket)', spread(outcomeMs))
  row('action → outcome at the client (long poll)', spread(await mailboxLatency(server, player)))

  row('commands/s over HTTP, one at a time', (await httpCommands(server, [player], 300)).toFixed(0))
  const players = await Promise.all(Array.from({ length: HTTP_AT_ONCE }, () => join(server)))
  const perSecond = await httpCommands(server, players, HTTP_COMMANDS)
  row(`commands/s over HTTP, ${HTTP_AT_ONCE} players at once`, perSecond.toFixed(0))
  row('memory of the server after that', memory(server.pid))
  const { worlds } = (await (await fetch(`${server.url}/worlds`)).json()) as {
    worlds: { tick: number; upsMeasured: number; lagMs: number }[]
  }
  row(
    'the world after that',
    JSON.stringify(worlds.map(({ tick, upsMeasured, lagMs }) => ({ tick, upsMeasured, lagMs }))),
  )
  await server.stop()
} finally {
  removeFolder(folder)
}
