// Connected, away, gone; and logging out, after which a token is worth nothing.

import { createClient } from 'graphql-ws'
import { afterEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { act, type Fake, openFake, type Player, until } from './fakes.ts'

let fake: Fake
afterEach(() => fake.api.close())

const poll = ({ mailbox, token }: Player) => fake.call('GET', `/poll/${mailbox}`, { token })

test('who polls stays connected between two polls, and is away a while after the last', async () => {
  fake = await openFake({ limits: { pollWaitMs: 10, lingerMs: 300 } })
  const ada = await fake.enter()
  for (let round = 0; round < 3; round++) {
    expect((await poll(ada)).status).toBe(204)
    expect(fake.world.connected).toEqual([ada.account])
  }
  await until(() => fake.world.connected.length === 0)
})

test('a poll that is cut off leaves nobody connected for ever', async () => {
  fake = await openFake({ limits: { lingerMs: 20 } })
  const ada = await fake.enter()
  const gone = new AbortController()
  const path = `/poll/${ada.mailbox}`
  const polling = fake.call('GET', path, { token: ada.token, signal: gone.signal }).catch(() => {})
  await until(() => fake.world.connected.length === 1)
  gone.abort()
  await polling
  await until(() => fake.world.connected.length === 0)
})

test('a stream that no longer answers pings is cut, and its player is away', async () => {
  fake = await openFake({ limits: { pingMs: 100 } })
  const ada = await fake.enter()
  const socket = new WebSocket(
    `${fake.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
    { autoPong: false },
  )
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: ada.token } }))
  await new Promise((resolve) => socket.once('message', resolve))
  const payload = { query: 'subscription { mine(world: "first") { __typename } }' }
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
  await until(() => fake.world.connected.length === 1)
  // 1006: there was no goodbye.
  expect(await closed).toBe(1006)
  await until(() => fake.world.connected.length === 0)
})

const signs: Record<string, (player: Player) => Promise<unknown>> = {
  'a command by POST': (player) => act(fake.call, player, { type: 'StopHarvest', world: 'first' }),
  'a command in a batch': (player) =>
    act(fake.call, player, [{ type: 'StopHarvest', world: 'first' }]),
  'a mutation over HTTP': ({ token }) =>
    fake.graphql('mutation { stopHarvest(world: "first") { __typename } }', { token }),
  'a look into the mailbox': ({ mailbox, token }) =>
    fake.call('GET', `/mailbox/${mailbox}/messages`, { token }),
  'a poll': poll,
}
test.each(Object.entries(signs))(
  'who gives no sign of life but %s is connected for a while after it, and then away',
  async (_, sign) => {
    fake = await openFake({ limits: { pollWaitMs: 10, lingerMs: 200 } })
    const ada = await fake.enter()
    await until(() => fake.world.connected.length === 0)
    await sign(ada)
    expect(fake.world.connected).toEqual([ada.account])
    await sign(ada)
    expect(fake.world.connected).toEqual([ada.account])
    await until(() => fake.world.connected.length === 0)
  },
)

const doors: readonly (readonly [string, (player: Player) => Promise<unknown>])[] = [
  [
    'DELETE /sessions/current',
    async ({ token }) => (await fake.call('DELETE', '/sessions/current', { token })).status === 204,
  ],
  [
    'the mutation logOut',
    async ({ token }) => (await fake.graphql('mutation { logOut }', { token })).data.logOut,
  ],
]

test.each(doors)(
  '%s ends the token before it answers, and what it held open',
  async (_, logOut) => {
    fake = await openFake({ limits: { lingerMs: 60_000 } })
    const ada = await fake.enter('Ada')
    const bob = await fake.enter('Bob')
    const client = createClient({
      url: `${fake.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { token: ada.token },
      retryAttempts: 0,
    })
    const query = 'subscription { mine(world: "first") { __typename } }'
    const stream = client.iterate({ query })
    await stream.next()
    const polling = poll(ada)
    // By the stream, by the poll, and by her last command.
    const times = () => fake.world.connected.filter((account) => account === ada.account).length
    await until(() => times() === 3)

    expect(await logOut(ada)).toBe(true)
    expect((await act(fake.call, ada, { type: 'StopHarvest', world: 'first' })).status).toBe(401)
    expect((await fake.graphql('{ me { account } }', { token: ada.token })).status).toBe(401)
    expect((await polling).status).toBe(204)
    for (let end = await stream.next(); !end.done; end = await stream.next()) {
      expect(end.value.errors).toBeUndefined()
    }
    await until(() => times() === 0)
    expect(await logOut(ada).catch(() => false)).toBeFalsy()
    expect((await act(fake.call, bob, { type: 'StopHarvest', world: 'first' })).status).toBe(200)
    await client.dispose()
  },
)

test.each(doors)('%s is answered once the player is saved', async (_, logOut) => {
  fake = await openFake()
  const ada = await fake.enter()
  const { savePlayer } = fake.world
  let save = () => {}
  fake.world.savePlayer = async (account) => {
    await new Promise<void>((saved) => {
      save = saved
    })
    return savePlayer.call(fake.world, account)
  }
  let answered = false
  const leaving = logOut(ada).then((done) => {
    answered = true
    return done
  })
  const asked = save
  await until(() => save !== asked)
  // The session stands for as long as nothing is saved.
  expect((await fake.call('GET', '/me', { token: ada.token })).status).toBe(200)
  expect(answered).toBe(false)
  save()
  expect(await leaving).toBe(true)
  expect(fake.world.saved).toEqual([ada.account])
  expect((await fake.call('GET', '/me', { token: ada.token })).status).toBe(401)
})

test('who cannot be saved is told so and stays logged in, by either door', async () => {
  fake = await openFake()
  const { token } = await fake.enter()
  fake.world.canSave = false
  const refused = await fake.call('DELETE', '/sessions/current', { token })
  expect(refused).toMatchObject({
    status: 503,
    body: {
      detail: expect.stringMatching(
        /\(world first: its tables cannot be written now\).*still logged in/,
      ),
    },
  })
  expect(refused.headers.get('retry-after')).toBe('1')
  const { errors } = await fake.graphql('mutation { logOut }', { token })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  expect((await fake.call('GET', '/me', { token })).status).toBe(200)
  fake.world.canSave = true
  expect((await fake.call('DELETE', '/sessions/current', { token })).status).toBe(204)
})

test('logging out takes a token', async () => {
  fake = await openFake()
  expect((await fake.call('DELETE', '/sessions/current')).status).toBe(401)
  const { errors } = await fake.graphql('mutation { logOut }')
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})
