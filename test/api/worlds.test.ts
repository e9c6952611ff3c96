// Worlds over the doors: found by a player, listed, entered, left; one beside the other.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { composedServers } from '../helpers/composed.ts'
import { until } from './fakes.ts'

let servers: ReturnType<typeof composedServers>
let url: string
beforeAll(async () => {
  servers = composedServers()
  url = await servers.start()
})
afterAll(() => servers.stop())

type Player = { readonly account: string; readonly token: string; readonly mailbox: string }
// biome-ignore lint/suspicious/noExplicitAny: answers are JSON of many shapes
type Json = any

async function ask(method: string, path: string, token?: string, body?: unknown): Promise<Json> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return answer.json()
}
const act = ({ mailbox, token }: Player, body: unknown) =>
  ask('POST', `/mailbox/${mailbox}/actions`, token, body)
const join = (name: string): Promise<Player> => ask('POST', '/players', undefined, { name })
const world = async (name: string) =>
  (await ask('GET', '/worlds')).worlds.find((one: Json) => one.world === name)

test('a world is founded, listed, entered and left, while the first one runs on', async () => {
  const ada = await join('Ada')
  const founded = { type: 'FoundWorld', world: 'mars', seed: 3, n: 4, ups: 40 }
  expect(await act(ada, founded)).toMatchObject({ status: 'accepted' })
  expect(await act(ada, founded)).toMatchObject({ status: 'unchanged' })
  expect(await act(ada, { ...founded, seed: 4 })).toMatchObject({
    status: 'refused',
    refused: 'AlreadyFounded',
  })
  await until(async () => (await world('mars'))?.state === 'running')
  expect(await world('mars')).toMatchObject({ seed: 3, n: 4, ups: 40 })

  const entered = await act(ada, { type: 'EnterWorld', world: 'mars' })
  expect(entered).toMatchObject({ status: 'accepted', landing: expect.any(Number) })
  await act(ada, { type: 'EnterWorld', world: 'first' })
  const herself = async (name: string) =>
    (await ask('GET', `/worlds/${name}/players`)).players.find(
      ({ account }: Json) => account === ada.account,
    )
  await until(async () => (await herself('mars'))?.here === true)
  await until(async () => (await herself('first'))?.here === true)

  // What one has in one world is nothing in the other.
  await act(ada, { type: 'ClaimMany', world: 'mars', cells: [1] })
  await until(async () => (await ask('GET', '/worlds/mars/me', ada.token)).claims === 1)
  expect((await ask('GET', '/worlds/first/me', ada.token)).claims).toBe(0)

  expect(await act(ada, { type: 'LeaveWorld', world: 'mars' })).toMatchObject({
    status: 'accepted',
  })
  await until(async () => (await herself('mars'))?.here === false)
  expect((await herself('first')).here).toBe(true)
  expect(await act(ada, { type: 'ClaimMany', world: 'mars', cells: [2] })).toMatchObject({
    refused: 'NotInWorld',
  })
  // Who comes back comes back to the first landing, and the claim stood meanwhile.
  const back = await act(ada, { type: 'EnterWorld', world: 'mars' })
  expect(back.landing).toBe(entered.landing)
  expect((await ask('GET', '/worlds/mars/me', ada.token)).claims).toBe(1)

  const [mars, first] = [await world('mars'), await world('first')]
  await until(async () => (await world('mars')).tick > mars.tick + 20)
  expect((await world('first')).tick).toBeGreaterThan(first.tick)
})

test('worlds of 20, 30 and 60 UPS run side by side, each at its own pace, watched and acted in or not', async () => {
  const ada = await join('Ada')
  for (const ups of [30, 60]) {
    const founded = { type: 'FoundWorld', world: `ups${ups}`, seed: ups, n: 2, ups }
    expect(await act(ada, founded)).toMatchObject({ status: 'accepted' })
  }
  // She plays in one of them; nobody ever looks at the other.
  await act(ada, { type: 'EnterWorld', world: 'ups30' })
  const ticks = async () => {
    const { worlds } = await ask('GET', '/worlds')
    const of = (name: string) => worlds.find((one: Json) => one.world === name)
    return [of('first'), of('ups30'), of('ups60')].map((one) =>
      one?.state === 'running' ? Number(one.tick) : 0,
    )
  }
  await until(async () => (await ticks()).every((tick) => tick > 0))
  const before = await ticks()
  // Between two looks at all of them, three seconds of the slowest.
  await until(async () => (await ticks())[0]! >= before[0]! + 60)
  const after = await ticks()
  const [first = 0, ups30 = 0, ups60 = 0] = after.map((tick, at) => tick - before[at]!)
  expect(ups30 / first).toBeGreaterThan(1.2)
  expect(ups30 / first).toBeLessThan(1.8)
  expect(ups60 / first).toBeGreaterThan(2.4)
  expect(ups60 / first).toBeLessThan(3.6)
})

test('over a restart every founded world is there again, with its players', async () => {
  const before = (await ask('GET', '/worlds')).worlds.map(({ world: name }: Json) => name)
  expect(before).toContain('mars')
  await servers.stop()
  url = await servers.start()
  await until(async () => (await world('mars'))?.state === 'running')
  const { players } = await ask('GET', '/worlds/mars/players')
  expect(players).toMatchObject([{ name: 'Ada', here: true }])
})
