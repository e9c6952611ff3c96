import { afterAll, beforeAll, expect, test } from 'vitest'
import { act, type Fake, openFake, type Player } from './fakes.ts'

let fake: Fake
let ada: Player
let bob: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter('Ada')
  bob = await fake.enter('Bob')
})
afterAll(() => fake.api.close())

const WRONG = 'orrery_0000000000000000000000000000000000000000000'

const doors: readonly [string, string, (player: Player) => string, unknown][] = [
  ['actions', 'POST', ({ mailbox }) => `/mailbox/${mailbox}/actions`, { type: 'StopHarvest' }],
  ['messages', 'GET', ({ mailbox }) => `/mailbox/${mailbox}/messages`, undefined],
  ['poll', 'GET', ({ mailbox }) => `/poll/${mailbox}`, undefined],
]

test.each(doors)(
  '%s of a mailbox: 401 without a token or with a wrong one, 403 for another player',
  async (_, method, path, body) => {
    const ask = (token?: string) =>
      fake.call(method, path(ada), { body, ...(token === undefined ? {} : { token }) })
    const none = await ask()
    expect(none.status).toBe(401)
    expect(none.headers.get('www-authenticate')).toContain('Bearer')
    expect((await ask(WRONG)).status).toBe(401)
    expect((await ask('short')).status).toBe(401)
    expect((await ask(bob.token)).status).toBe(403)
  },
)

test.each(['/worlds/first/me', '/worlds/first/structures'])(
  'GET %s needs a token',
  async (path) => {
    expect((await fake.call('GET', path)).status).toBe(401)
    expect((await fake.call('GET', path, { token: WRONG })).status).toBe(401)
    expect((await fake.call('GET', path, { token: ada.token })).status).toBe(200)
  },
)

test('a mailbox that does not exist answers as one that is another player’s', async () => {
  const nowhere = await fake.call('GET', '/mailbox/none/messages', { token: ada.token })
  const bobs = await fake.call('GET', `/mailbox/${bob.mailbox}/messages`, { token: ada.token })
  expect(nowhere).toMatchObject({ status: bobs.status, body: bobs.body })
})

test('other schemes than Bearer are refused', async () => {
  const headers = { authorization: 'Basic YWRhOmFkYQ==' }
  expect((await fake.call('GET', '/worlds/first/me', { headers })).status).toBe(401)
})

test('over GraphQL what writes or is private needs a token, and a wrong one is told', async () => {
  const mutation = 'mutation { stopHarvest(world: "first") { __typename } }'
  const none = await fake.graphql(mutation)
  expect(none).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
  const wrong = await fake.graphql('{ worlds { id } }', { token: WRONG })
  expect(wrong).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
  const structures = '{ world(id: "first") { structures { cell } } }'
  expect((await fake.graphql(structures)).status).toBe(401)
  expect((await fake.graphql(structures, { token: ada.token })).status).toBe(200)
  expect((await fake.graphql('{ me { account } }')).data).toEqual({ me: null })
  const me = await fake.graphql('{ me { account name mailbox } }', { token: ada.token })
  expect(me.data.me).toEqual({ account: ada.account, name: 'Ada', mailbox: ada.mailbox })
})

test('a mutation after logOut in one document is refused, as any with a token that has ended', async () => {
  const eve = await fake.enter('Eve')
  const head = await fake.store.head()
  const claim = 'claimMany(world: "first", cells: [30]) { __typename }'
  const { errors } = await fake.graphql(`mutation { logOut b: ${claim} }`, eve)
  expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'UNAUTHENTICATED' } }])
  expect(await fake.store.head()).toBe(head)
})

test('a batch goes no further than the log-out that comes while it is decided', async () => {
  const decided: string[] = []
  const quick: Fake = await openFake({
    submit: (handler) => async (submission) => {
      decided.push(submission.type)
      const answer = await handler(submission)
      if (submission.type === 'ClaimMany') await quick.call('DELETE', '/sessions/current', eve)
      return answer
    },
  })
  const eve = await quick.enter('Eve')
  const [claim, stop] = [{ type: 'ClaimMany', cells: [30] }, { type: 'StopHarvest' }]
  const batch = [claim, stop, stop].map((command) => ({ world: 'first', ...command }))
  expect((await act(quick.call, eve, batch)).body).toMatchObject([
    { status: 'accepted' },
    { status: 'unauthenticated' },
    { status: 'unauthenticated' },
  ])
  expect(decided.slice(-2)).toEqual(['EnterWorld', 'ClaimMany'])
  await quick.api.close()
})

test('an erased account’s token is worth nothing at once', async () => {
  const eve = await fake.enter('Eve')
  expect((await act(fake.call, eve, { type: 'EraseAccount' })).body.status).toBe('accepted')
  expect((await act(fake.call, eve, { type: 'StopHarvest', world: 'first' })).status).toBe(401)
  expect((await fake.graphql('{ me { account } }', { token: eve.token })).status).toBe(401)
})
