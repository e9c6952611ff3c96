import { afterEach, expect, test } from 'vitest'
import { StoreBusy, StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { WorldStopped } from '../../src/projections/publication.ts'
import { WorldBusy } from '../../src/projections/worldReader.ts'
import { act, type Fake, openFake } from './fakes.ts'

let fake: Fake
afterEach(() => fake.api.close())

const ask = '{ world(id: "first") { chunks(ids: [0]) { tick } } }'
const subscription = 'subscription { chunks(world: "first", chunks: [0]) { __typename } }'

test.each([
  ['replays', () => new WorldBusy('world first can not tell within 10000 ms')],
  ['has stopped', () => new WorldStopped('world first stopped')],
  ['waits for its log', () => new StoreUnavailable('away')],
])('a world that %s is told as 503 through every door, to be asked again', async (_, fault) => {
  fake = await openFake()
  fake.world.chunk = async () => {
    throw fault()
  }
  for (const path of ['/worlds/first/cells/3', '/worlds/first/chunks/0']) {
    const { status, headers, body } = await fake.call('GET', path)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('1')
    expect(body.detail).toMatch(/\w/)
  }
  const { status, headers, body } = await fake.call('POST', '/graphql', { body: { query: ask } })
  expect({ status, retryAfter: headers.get('retry-after') }).toEqual({
    status: 503,
    retryAfter: '1',
  })
  expect(body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
  const stream = await fake.call('POST', '/graphql', {
    body: { query: subscription },
    headers: { accept: 'text/event-stream' },
  })
  expect(stream.body).toContain('UNAVAILABLE')
  expect(fake.said).toEqual([])
})

test.each([
  ['away', () => new StoreUnavailable('away')],
  ['full', () => new StoreBusy('full')],
])('a command while the log is %s is told as 503 and names itself', async (_, fault) => {
  let away = false
  fake = await openFake({
    submit: (handler) => (submission) => (away ? Promise.reject(fault()) : handler(submission)),
  })
  const ada = await fake.enter()
  away = true
  const command = { type: 'StopHarvest', world: 'first', commandId: 'mine' }
  const one = await act(fake.call, ada, command)
  expect(one).toMatchObject({ status: 503, body: { commandId: 'mine' } })
  expect(one.headers.get('retry-after')).toBe('1')
  expect((await act(fake.call, ada, [command])).body).toMatchObject([
    { status: 'unavailable', commandId: 'mine' },
  ])
  const mutation = 'mutation { stopHarvest(world: "first", commandId: "mine") { __typename } }'
  const { errors } = await fake.graphql(mutation, { token: ada.token })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', commandId: 'mine' } }])
  away = false
  expect((await act(fake.call, ada, command)).body.commandId).toBe('mine')
})
