// The long poll over the real composition: every message once, whatever ends and begins in between.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Address, joinPlayer, type Player } from '../helpers/client.ts'
import { composedServers } from '../helpers/composed.ts'
import { standingDepot } from '../helpers/depot.ts'

let servers: ReturnType<typeof composedServers>
const address: Address = { url: '' }
const start = async () => {
  address.url = await servers.start()
}
const restart = async () => {
  await servers.stop()
  await start()
}
beforeEach(async () => {
  servers = composedServers()
  await start()
})
afterEach(() => servers.stop())

type Kind = 'outcome' | 'chat' | 'refused' | 'contents' | 'takeSnapshot'
type Message = {
  readonly kind: Kind
  readonly cursor: string
  readonly commandId: string
  readonly text: string
}
const lineOf = ({ account }: Player, number: number) => `${account} ${number}`
type Told = Readonly<Record<'outcome' | 'chat' | 'refused', string[]>>

async function enter() {
  const player = await joinPlayer(address, 'Ada')
  const { landing } = await player.act('EnterWorld')
  return { ...player, landing: landing! }
}

async function read({ token }: Player, path: string): Promise<readonly Message[] | undefined> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${address.url}${path}`, { headers }).catch(() => undefined)
  if (answer?.status === 200) return ((await answer.json()) as { messages: Message[] }).messages
  await answer?.body?.cancel()
  await new Promise((next) => setTimeout(next, 20))
  return undefined
}
const afterOf = (cursor: string) => (cursor === '' ? '' : `after=${encodeURIComponent(cursor)}`)

/**
 * Reads by long polls through whatever happens, until `enough`: each from the cursor of the last, or each without one, from
 * what was acknowledged apart.
 */
async function reads(
  player: Player,
  limit: number,
  enough: (told: Told, player: Player) => boolean,
  by: 'cursor' | 'acknowledged' = 'cursor',
) {
  const told: Told = { outcome: [], chat: [], refused: [] }
  let cursor = ''
  while (!enough(told, player)) {
    const from = by === 'cursor' ? `&${afterOf(cursor)}` : ''
    const messages = await read(player, `/poll/${player.mailbox}?limit=${limit}${from}`)
    for (const { kind, commandId, text, ...message } of messages ?? []) {
      cursor = message.cursor
      if (kind === 'chat' && text.startsWith(player.account)) told.chat.push(text)
      else if (kind === 'outcome' || kind === 'refused') told[kind].push(commandId)
    }
    if (by === 'cursor' || !messages) continue
    const path = `/mailbox/${player.mailbox}/messages?limit=1&${afterOf(cursor)}`
    while (!(await read(player, path)));
  }
  return { ...told, outcome: told.outcome.filter((id) => id.startsWith('order')) }
}

/** Of each kind of news some: a cell is claimed and released again, and both are told in the chat; another's is not. */
async function orders(player: Player, from: number, count: number, cell = 3): Promise<Told> {
  const sent: Told = { outcome: [], chat: [], refused: [] }
  for (let number = from; number < from + count; number++) {
    const [order, refused] = [`order-${number}`, `refused-${number}`]
    const text = lineOf(player, number)
    const answer =
      number % 2 === 0
        ? await player.act('ClaimMany', { cells: [cell] }, { commandId: order })
        : await player.act('ReleaseCell', { cell }, { commandId: order })
    expect(answer).toMatchObject({ status: 'accepted' })
    const wrong = await player.act('ReleaseCell', { cell: 99 }, { commandId: refused })
    expect(wrong).toMatchObject({ status: 'refused' })
    await player.act('Say', { text })
    sent.outcome.push(order)
    sent.refused.push(refused)
    sent.chat.push(text)
  }
  return sent
}

/** Until all of them were told: an outcome may come after what was sent behind its order. */
const through = (number: number) => (told: Told, player: Player) =>
  told.outcome.includes(`order-${number}`) &&
  told.chat.includes(lineOf(player, number)) &&
  told.refused.includes(`refused-${number}`)

test('one poll after the other brings outcomes, chat and refused orders, each once and in its order', async () => {
  const ada = await enter()
  const reading = reads(ada, 3, through(19))
  const sent = await orders(ada, 0, 20)
  expect(await reading).toEqual(sent)
})

test('two readers at once each get everything once', async () => {
  const ada = await enter()
  const readers = [reads(ada, 2, through(14)), reads(ada, 5, through(14))]
  const sent = await orders(ada, 0, 15)
  for (const told of await Promise.all(readers)) expect(told).toEqual(sent)
})

test('two polls that wait on one mailbox are both answered by the next outcome', async () => {
  const ada = await enter()
  await orders(ada, 0, 2)
  await reads(ada, 100, through(1))
  const path = `/mailbox/${ada.mailbox}/messages`
  const { cursor } = await ada.get<{ cursor: string }>(path)
  // The second relies on what the first has acknowledged.
  await ada.get(`${path}?${afterOf(cursor)}`)
  const poll = async (query: string) => (await read(ada, `/poll/${ada.mailbox}?${query}`))!
  const polls = [poll(afterOf(cursor)), poll('')]
  await ada.act('ClaimMany', { cells: [3] }, { commandId: 'order-2' })
  for (const messages of await Promise.all(polls)) {
    expect(messages).toMatchObject([{ kind: 'outcome', commandId: 'order-2' }])
  }
})

test('over restarts of the server nothing is lost or doubled, read by cursors, by two at once, or by what was acknowledged', async () => {
  const [ada, bob] = [await enter(), await enter()]
  const reading = [
    reads(ada, 3, through(14)),
    reads(bob, 4, through(14), 'acknowledged'),
    // Beside the first, on the same mailbox.
    reads(ada, 5, through(14)),
  ]
  const sent: (readonly [Told, Told])[] = []
  const both = async (from: number) => {
    sent.push(await Promise.all([orders(ada, from, 5), orders(bob, from, 5, 30)]))
  }
  await both(0)
  await restart()
  await both(5)
  await restart()
  await both(10)
  for (const [reader, told] of (await Promise.all(reading)).entries()) {
    const of = (each: readonly [Told, Told]) => each[reader === 1 ? 1 : 0]
    expect(told.outcome).toEqual(sent.flatMap((each) => of(each).outcome))
    expect(told.chat).toEqual(sent.flatMap((each) => of(each).chat))
    expect(told.refused).toEqual(sent.flatMap((each) => of(each).refused))
  }
})

test('what was acknowledged stays so over a restart, contents too, and what was not waits', async () => {
  const ada = await enter()
  await standingDepot(ada, ada.landing)
  const craft = (commandId: string) => ada.act('Craft', { recipe: 'wire', count: 1 }, { commandId })
  const messages = async (query = '') =>
    (await read(ada, `/mailbox/${ada.mailbox}/messages?${query}`)) ?? []
  const about = async (id: string) => (await messages()).find(({ commandId }) => commandId === id)
  for (const id of ['one', 'two']) await craft(id)
  while (!(await about('two')));
  await messages(afterOf((await about('one'))!.cursor))
  await restart()
  const waiting = await messages()
  expect(waiting.map(({ kind }) => kind)).toEqual(['outcome', 'contents'])
  expect(waiting[0]).toMatchObject({ commandId: 'two' })
  await messages(afterOf(waiting[1]!.cursor))
  await restart()
  // Both wait by what was acknowledged: that the depot is as it was is no news.
  const polls = [0, 1].map(() => read(ada, `/poll/${ada.mailbox}`))
  await ada.act('Say', { text: 'here' })
  for (const told of await Promise.all(polls)) expect(told).toMatchObject([{ text: 'here' }])
})
