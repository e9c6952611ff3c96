// What a mailbox keeps has bounds; what had to make room is told in its place.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { connect, disposed } from '../helpers/client.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'

const CHAT_KEPT = 40

let fake: Fake
beforeAll(async () => {
  fake = await openFake({ personalData: memoryPersonalData({ chatKept: CHAT_KEPT }) })
})
afterAll(() => fake.api.close())

const read = async ({ mailbox, token }: Player, after?: string, limit = 100) => {
  const query = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
  const path = `/mailbox/${mailbox}/messages?limit=${limit}${query}`
  return (await fake.call('GET', path, { token })).body
}
// biome-ignore lint/suspicious/noExplicitAny: messages of all kinds
const kinds = ({ messages }: any) => messages.map(({ kind }: { kind: string }) => kind)

const refuse = async (player: Player, from: number, to: number) => {
  const ids = [...Array(to - from + 1).keys()].map((count) => `order-${count + from}`)
  const order = { type: 'ReleaseCell', world: 'first', cell: 30 }
  for (let at = 0; at < ids.length; at += 100) {
    const batch = ids.slice(at, at + 100).map((commandId) => ({ ...order, commandId }))
    await act(fake.call, player, batch)
  }
}

test('a refused order is told once, however often it is sent, and until it is acknowledged', async () => {
  const ada = await fake.enter()
  await refuse(ada, 1, 2)
  await refuse(ada, 1, 2)
  const first = await read(ada)
  expect(first.messages).toMatchObject([
    { kind: 'refused', commandId: 'order-1', command: 'ReleaseCell', refused: 'NotOwner' },
    { kind: 'refused', commandId: 'order-2' },
  ])
  expect((await read(ada, first.messages[0].cursor)).messages).toHaveLength(1)
  expect((await read(ada)).messages).toMatchObject([{ commandId: 'order-2' }])
  expect((await read(ada, first.cursor)).messages).toEqual([])
  expect((await read(ada)).messages).toEqual([])
})

test('how many refused orders had to make room is told before those that are kept, by each cursor', async () => {
  const ada = await fake.enter()
  await refuse(ada, 1, 3)
  const early = await read(ada)
  await refuse(ada, 4, 130)
  const all = await read(ada)
  expect(all.messages[0]).toMatchObject({ kind: 'refusalsLost', count: 30 })
  expect(all.messages[1]).toMatchObject({ kind: 'refused', commandId: 'order-31' })
  expect(all).toMatchObject({ more: true })
  expect((await read(ada, early.messages[1].cursor)).messages[0]).toMatchObject({ count: 28 })
  expect((await read(ada, early.cursor, 1)).messages).toMatchObject([{ count: 27 }])
  const next = await read(ada, all.messages[0].cursor)
  expect(kinds(next)).toEqual(Array(100).fill('refused'))
  expect(kinds(await read(ada, next.cursor))).toEqual([])
  await refuse(ada, 131, 230)
  expect(kinds(await read(ada))).toEqual(Array(100).fill('refused'))
})

test('a cursor of more refused orders than there were is of another server', async () => {
  const ada = await fake.enter()
  await refuse(ada, 1, 2)
  const path = `/mailbox/${ada.mailbox}/messages?after=-.3`
  expect(await fake.call('GET', path, { token: ada.token })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'after' }] },
  })
})

const say = async (player: Player, from: number, to: number) => {
  for (let line = from; line <= to; line++) {
    await act(fake.call, player, { type: 'Say', world: 'first', text: `line ${line}` })
  }
}

test('chat that had to make room is told by takeSnapshot, to whoever had not read it', async () => {
  const ada = await fake.enter()
  await say(ada, 1, 10)
  const early = await read(ada)
  expect(kinds(early)).toEqual(Array(10).fill('chat'))
  await say(ada, 11, 10 + CHAT_KEPT)
  expect(kinds(await read(ada, early.cursor))).toEqual(Array(CHAT_KEPT).fill('chat'))
  await say(ada, 11 + CHAT_KEPT, 11 + CHAT_KEPT)
  const late = await read(ada, early.cursor, 3)
  expect(late.messages).toMatchObject([
    { kind: 'takeSnapshot', world: 'first' },
    { kind: 'chat', text: 'line 12' },
    { kind: 'chat', text: 'line 13' },
  ])
  expect((await read(ada, late.messages[0].cursor, 1)).messages).toMatchObject([
    { kind: 'chat', text: 'line 12' },
  ])
})

test('a subscription that goes on is told the same, though few lines are left', async () => {
  const [ada, bob] = [await fake.enter(), await fake.enter()]
  const head = await fake.personalData.chatHead()
  await say(ada, 1, 2)
  await say(bob, 3, 2 + CHAT_KEPT)
  await say(ada, 3 + CHAT_KEPT, 3 + CHAT_KEPT)
  await fake.personalData.erase(bob.account)
  const heardAfter = async (line: number) => {
    const client = connect(fake, ada.token)
    const after = `1.0.${head + line}.2.first`
    const query = `subscription { mine(world: "first", after: "${after}") { __typename } }`
    const told: string[] = []
    for await (const { data } of client.iterate<{ mine: { __typename: string } }>({ query })) {
      told.push(data!.mine.__typename)
      if (/ChatMessage|TakeSnapshot/.test(told.at(-1)!)) break
    }
    await disposed(client)
    return told.at(-1)
  }
  expect(await heardAfter(2)).toBe('TakeSnapshot')
  expect(await heardAfter(3)).toBe('ChatMessage')
})
