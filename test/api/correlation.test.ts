import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonLog } from '../../src/platform/log.ts'
import { composedServers, memoryStorage } from '../helpers/composed.ts'
import { act, type Fake, openFake, type Player, until } from './fakes.ts'

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter()
})
afterAll(() => fake.api.close())

const newest = async () => (await fake.store.readAll((await fake.store.head()) - 1, 1))[0]!

test('one id goes from the request through the log lines into the event and back', async () => {
  const { headers, body } = await fake.call('POST', `/mailbox/${ada.mailbox}/actions`, {
    token: ada.token,
    body: { type: 'ClaimMany', world: 'first', cells: [3] },
    headers: { 'correlation-id': 'trace-1' },
  })
  expect(headers.get('correlation-id')).toBe('trace-1')
  expect((await newest()).metadata).toMatchObject({
    correlationId: 'trace-1',
    commandId: body.commandId,
  })
  await until(() =>
    fake.noted.some((one) => one.event === 'request' && one.correlationId === 'trace-1'),
  )
  expect(fake.noted.filter((one) => one.correlationId === 'trace-1')).toMatchObject([
    { event: 'command', command: 'ClaimMany', status: 'accepted', commandId: body.commandId },
    { event: 'request', method: 'POST', route: '/mailbox/:id/actions', status: 200 },
  ])
})

test('by GraphQL too, and a made id where none was given or it is none', async () => {
  const query = 'mutation { releaseCell(world: "first", cell: 3) { __typename } }'
  const { headers } = await fake.call('POST', '/graphql', {
    token: ada.token,
    body: { query },
    headers: { 'correlation-id': 'not an id' },
  })
  const made = headers.get('correlation-id')
  expect(made).toMatch(/^[0-9a-f-]{36}$/)
  expect((await newest()).metadata.correlationId).toBe(made)
})

test('no line has a token or what a player wrote', async () => {
  await act(fake.call, ada, { type: 'Say', world: 'first', text: 'a secret word' })
  const lines = JSON.stringify(fake.noted)
  expect(lines).toContain('"Say"')
  expect(lines).not.toContain(ada.token)
  expect(lines).not.toContain('secret word')
})

test('one id goes on through the running server: the seal, the tick and the outcome of an order are under it too', async () => {
  const lines: Record<string, unknown>[] = []
  const { note, trace } = jsonLog('debug', (line) => lines.push(JSON.parse(line)))
  const servers = composedServers({}, memoryStorage(), { note, trace })
  const url = await servers.start()
  try {
    const join = await fetch(`${url}/players`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Ada"}',
    })
    const { token, mailbox } = (await join.json()) as Player
    const answer = await fetch(`${url}/mailbox/${mailbox}/actions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'correlation-id': 'trace-2',
      },
      body: JSON.stringify([
        { type: 'EnterWorld', world: 'first', commandId: 'enter' },
        { type: 'Craft', world: 'first', recipe: 'wire', count: 1, commandId: 'craft' },
      ]),
    })
    expect(answer.status).toBe(200)
    const of = (event: string, commandId: string) =>
      lines.find((one) => one.event === event && one.commandId === commandId)
    await until(() => of('outcome', 'craft') !== undefined)
    const { tick } = of('outcome', 'craft')!
    for (const [event, level] of [
      ['command', 30],
      ['seal', 20],
      ['tick', 20],
      ['outcome', 30],
    ] as const) {
      const line = of(event, 'craft')
      expect(line).toMatchObject({ level, correlationId: 'trace-2', world: 'first' })
      if (event !== 'command') expect(line).toMatchObject({ tick })
    }
    expect(
      lines.filter(({ commandId, event }) => event === 'seal' && commandId === 'craft').length,
    ).toBe(1)
    expect(JSON.stringify(lines)).not.toContain(token)
  } finally {
    await servers.stop()
  }
})

test('the JSON log has one object a line, with time and fields', () => {
  const lines: string[] = []
  const { say, note } = jsonLog('info', (line) => lines.push(line))
  say('world first runs')
  note({ event: 'command', correlationId: 'trace-1' })
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { time: expect.any(Number), msg: 'world first runs' },
    { time: expect.any(Number), event: 'command', correlationId: 'trace-1' },
  ])
})
