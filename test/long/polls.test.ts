// Two mailboxes in two worlds, read by long polls while the server is killed and started again and again: one goes on from
// cursors, one from what it has acknowledged. ORRERY_SEED decides when it is killed.

import { afterAll, expect, test } from 'vitest'
import { joinPlayer, type Player } from '../helpers/client.ts'
import { seedOf } from '../helpers/killReport.ts'
import { seeded } from '../helpers/mortal.ts'
import { dataFolder, removeFolder, type Server, startServer } from '../helpers/server.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const KILLS = 4
const ORDERS = 60

type Message = {
  readonly kind: string
  readonly world: string
  readonly commandId: string
  readonly text: string
  readonly cursor: string
}

const folder = dataFolder()
const environment = { WORLD_N: '8', DEMO_BOT: 'off' }
const address = { url: '' }
let server: Server | undefined
const start = async () => {
  server = await startServer(folder, environment)
  address.url = server.url
}
afterAll(async () => {
  await server?.kill()
  removeFolder(folder)
})

const wordsOf = ({ kind, world, commandId, text }: Message) =>
  `${kind} in ${world}: ${kind === 'chat' ? text : commandId}`

/** The messages of one answer; undefined where there is none, or no server. */
async function read({ token }: Player, path: string): Promise<readonly Message[] | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${address.url}${path}`, { headers })
    if (answer.status === 200) return ((await answer.json()) as { messages: Message[] }).messages
    await answer.body?.cancel()
  } catch {
    // Killed just now.
  }
  await new Promise((next) => setTimeout(next, 20))
  return undefined
}

type By = 'cursor' | 'acknowledged'

/** Until all that `sent` holds in the end was told. */
async function reads(player: Player, by: By, sent: { readonly told: string[]; done: boolean }) {
  const told: string[] = []
  const isThrough = () => sent.done && sent.told.every((words) => told.includes(words))
  for (let cursor = ''; !isThrough(); ) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`
    const from = by === 'cursor' ? after : ''
    const messages = await read(player, `/poll/${player.mailbox}?limit=3${from}`)
    if (!messages) continue
    told.push(...messages.map(wordsOf))
    cursor = messages.at(-1)!.cursor
    const acknowledge = `/mailbox/${player.mailbox}/messages?after=${encodeURIComponent(cursor)}`
    while (by === 'acknowledged' && !(await read(player, acknowledge)));
  }
  return told
}

/** In both worlds by turns: an order that is accepted, one that is refused, and a line for everybody. */
async function acts(players: Readonly<Record<By, Player>>, sent: Readonly<Record<By, string[]>>) {
  for (let number = 0; number < ORDERS; number++) {
    const world = number % 2 === 0 ? 'first' : 'mars'
    for (const by of ['cursor', 'acknowledged'] as const) {
      const [good, bad, text] = [`good-${by}-${number}`, `bad-${by}-${number}`, `${by} ${number}`]
      await players[by].act('Craft', { world, recipe: 'gear', count: 1 }, { commandId: good })
      await players[by].act('ReleaseCell', { world, cell: 5 }, { commandId: bad })
      await players[by].act('Say', { world, text })
      sent[by].push(`outcome in ${world}: ${good}`, `refused in ${world}: ${bad}`)
      for (const each of Object.values(sent)) each.push(`chat in ${world}: ${text}`)
    }
  }
}

test(`long polls lose and double nothing while the server is killed, whatever they go on from (ORRERY_SEED=${seed})`, async () => {
  const random = seeded(seed)
  await start()
  const players = {
    cursor: await joinPlayer(address, 'Ada'),
    acknowledged: await joinPlayer(address, 'Bob'),
  }
  await players.cursor.act('FoundWorld', { world: 'mars', n: 4, seed: 3, ups: 20 })
  for (const player of Object.values(players)) {
    for (const world of ['first', 'mars']) await player.act('EnterWorld', { world })
  }
  const sent = { cursor: { told: [], done: false }, acknowledged: { told: [], done: false } } as {
    readonly [by in By]: { readonly told: string[]; done: boolean }
  }
  const reading = (['cursor', 'acknowledged'] as const).map(async (by) => ({
    by,
    told: await reads(players[by], by, sent[by]),
  }))
  const acting = acts(players, { cursor: sent.cursor.told, acknowledged: sent.acknowledged.told })
  for (let kill = 0; kill < KILLS; kill++) {
    await new Promise((next) => setTimeout(next, 400 + 700 * random()))
    await server?.kill()
    await start()
  }
  await acting
  for (const each of Object.values(sent)) each.done = true
  for (const { by, told } of await Promise.all(reading)) {
    const ofOrders = told.filter((words) => /good|bad|^chat/.test(words))
    expect(ofOrders.filter((words, at) => ofOrders.indexOf(words) !== at)).toEqual([])
    expect([...ofOrders].sort()).toEqual([...sent[by].told].sort())
  }
}, 300_000)
