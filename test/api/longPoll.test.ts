// The long poll over the real composition: every message once, whatever ends and begins in between.

import { afterEach, beforeEach, expect, test } from 'vitest'
import { composedServers } from '../helpers/composed.ts'

let servers: ReturnType<typeof composedServers>
let url: string
beforeEach(async () => {
  servers = composedServers()
  url = await servers.start()
})
afterEach(() => servers.stop())

type Player = { readonly token: string; readonly mailbox: string }
type Message = { readonly kind: string; readonly commandId: string; readonly cursor: string }

const request = (method: string, path: string, token?: string, body?: unknown) =>
  fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

async function enter(): Promise<Player> {
  const player = (await (
    await request('POST', '/players', undefined, { name: 'Ada' })
  ).json()) as Player
  await act(player, { type: 'EnterWorld', world: 'first' })
  return player
}
const act = async ({ token, mailbox }: Player, body: unknown) =>
  (await request('POST', `/mailbox/${mailbox}/actions`, token, body)).json()

/** Reads by long polls, each from the cursor of the last, through whatever happens, until `enough`. */
async function reads(player: Player, limit: number, enough: (ids: string[]) => boolean) {
  const ids: string[] = []
  let cursor = ''
  while (!enough(ids)) {
    const after = cursor === '' ? '' : `&after=${encodeURIComponent(cursor)}`
    const path = `/poll/${player.mailbox}?limit=${limit}${after}`
    const answer = await request('GET', path, player.token).catch(() => undefined)
    if (answer?.status !== 200) {
      await answer?.body?.cancel()
      await new Promise((next) => setTimeout(next, 20))
      continue
    }
    const { messages } = (await answer.json()) as { messages: Message[] }
    for (const message of messages) {
      if (message.kind === 'outcome') ids.push(message.commandId)
      cursor = message.cursor
    }
  }
  return ids
}

/** Orders whose outcomes come: a cell is claimed and released again. */
async function orders(player: Player, from: number, count: number) {
  const sent: string[] = []
  for (let number = from; number < from + count; number++) {
    const commandId = `order-${number}`
    const order =
      number % 2 === 0
        ? { type: 'ClaimMany', world: 'first', cells: [3], commandId }
        : { type: 'ReleaseCell', world: 'first', cell: 3, commandId }
    expect(await act(player, order)).toMatchObject({ status: 'accepted' })
    sent.push(commandId)
  }
  return sent
}

const has = (id: string) => (ids: string[]) => ids.includes(id)

test('one poll after the other brings every outcome once and in order', async () => {
  const ada = await enter()
  const reading = reads(ada, 3, has('order-29'))
  const sent = await orders(ada, 0, 30)
  expect((await reading).filter((id) => id.startsWith('order'))).toEqual(sent)
})

test('two readers at once each get everything once', async () => {
  const ada = await enter()
  const readers = [reads(ada, 2, has('order-19')), reads(ada, 5, has('order-19'))]
  const sent = await orders(ada, 0, 20)
  for (const ids of await Promise.all(readers)) {
    expect(ids.filter((id) => id.startsWith('order'))).toEqual(sent)
  }
})

test('two polls that wait on one mailbox are both answered by the next outcome', async () => {
  const ada = await enter()
  await orders(ada, 0, 2)
  await reads(ada, 100, has('order-1'))
  const { cursor } = (await (
    await request('GET', `/mailbox/${ada.mailbox}/messages`, ada.token)
  ).json()) as { cursor: string }
  const poll = async () => {
    const path = `/poll/${ada.mailbox}?after=${encodeURIComponent(cursor)}`
    const { messages } = (await (await request('GET', path, ada.token)).json()) as {
      messages: Message[]
    }
    return messages.filter(({ kind }) => kind === 'outcome').map(({ commandId }) => commandId)
  }
  const polls = [poll(), poll()]
  await orders(ada, 2, 1)
  expect(await Promise.all(polls)).toEqual([['order-2'], ['order-2']])
})

test('over restarts of the server nothing is lost or doubled', async () => {
  const ada = await enter()
  const reading = reads(ada, 3, has('order-29'))
  const sent = [...(await orders(ada, 0, 10))]
  await servers.stop()
  url = await servers.start()
  sent.push(...(await orders(ada, 10, 10)))
  await servers.stop()
  url = await servers.start()
  sent.push(...(await orders(ada, 20, 10)))
  expect((await reading).filter((id) => id.startsWith('order'))).toEqual(sent)
})

test('what was acknowledged stays so over a restart, and what was not waits', async () => {
  const ada = await enter()
  await orders(ada, 0, 4)
  const messages = async (query = '') => {
    const path = `/mailbox/${ada.mailbox}/messages${query}`
    const { messages } = (await (await request('GET', path, ada.token)).json()) as {
      messages: Message[]
    }
    return messages.filter(({ kind }) => kind === 'outcome')
  }
  let before = await messages()
  while (!before.some(({ commandId }) => commandId === 'order-3')) before = await messages()
  const last = before.find(({ commandId }) => commandId === 'order-1')!
  await messages(`?after=${encodeURIComponent(last.cursor)}`)
  await servers.stop()
  url = await servers.start()
  expect((await messages()).map(({ commandId }) => commandId)).toEqual(['order-2', 'order-3'])
})
