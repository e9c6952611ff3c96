import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { act, type Fake, openFake } from './fakes.ts'

let fake: Fake
beforeAll(async () => {
  fake = await openFake()
})
afterAll(() => fake.api.close())

test('who joins gets an account, a token and a mailbox', async () => {
  const { status, headers, body } = await fake.call('POST', '/players', { body: { name: 'Ada' } })
  expect(status).toBe(201)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(body).toMatchObject({
    account: expect.stringMatching(/^[0-9a-f-]{36}$/),
    token: expect.stringMatching(/^[\w-]{32,}$/),
    actions: `/mailbox/${body.mailbox}/actions`,
  })
})

test.each([
  ['no body', undefined, 'body'],
  ['a list', ['Ada'], 'body'],
  ['no name', {}, 'name'],
  ['a number for a name', { name: 7 }, 'name'],
  ['an empty name', { name: ' ' }, 'name'],
  ['a name with U+0000', { name: 'A\u0000da' }, 'name'],
  ['a name with half a surrogate pair', { name: 'A\ud800da' }, 'name'],
  ['a field that no join has', { name: 'Ada', admin: true }, 'admin'],
  ['a commandId that is no text', { name: 'Ada', commandId: 7 }, 'commandId'],
])('joining with %s is refused as a problem that names the field', async (_, body, field) => {
  const answer = await fake.call('POST', '/players', { body })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.body).toMatchObject({ status: 400, title: 'Bad Request' })
  expect(answer.body.errors.map((fault: { field: string }) => fault.field)).toContain(field)
})

test('joins are limited per address, and the answer says when to come back', async () => {
  const small = await openFake({ limits: { joinsPerMinute: 2 } })
  const join = () => small.call('POST', '/players', { body: { name: 'Ada' } })
  expect([(await join()).status, (await join()).status]).toEqual([201, 201])
  const third = await join()
  expect(third.status).toBe(429)
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
  const byGraphQL = await small.graphql('mutation { joinPlayer(name: "Ada") { __typename } }')
  expect(byGraphQL.status).toBe(429)
  await small.api.close()
})

test('worlds are listed with their state, and one is told by name', async () => {
  const { body } = await fake.call('GET', '/worlds')
  const first = { world: 'first', n: 2, cellCount: 42, state: 'running', hash: { tick: 1 } }
  expect(body.worlds).toMatchObject([first])
  expect((await fake.call('GET', '/worlds/first')).body).toMatchObject(first)
  expect((await fake.call('GET', '/worlds/nowhere')).status).toBe(404)
  expect((await fake.call('GET', '/worlds/%00')).status).toBe(404)
})

test('a cell is told in words, with the cells within reach', async () => {
  const { body } = await fake.call('GET', '/worlds/first/cells/3')
  expect(body).toMatchObject({ cell: 3, terrain: 'grass', deposit: 'iron', amount: 40 })
  expect(body.neighbours).toHaveLength(6)
  expect(body.near.map((cell: { cell: number }) => cell.cell)).toEqual(
    body.neighbours.filter((cell: number) => cell >= 0),
  )
  const alone = await fake.call('GET', '/worlds/first/cells/3?reach=0')
  expect(alone.body.near).toEqual([])
})

test.each([
  ['/worlds/first/cells/42', 'cell'],
  ['/worlds/first/cells/-1', 'cell'],
  ['/worlds/first/cells/1.5', 'cell'],
  ['/worlds/first/cells/3?reach=9', 'reach'],
  ['/worlds/first/cells/3?reach=1&reach=2', 'reach'],
  ['/worlds/first/chunks/12', 'chunk'],
  ['/worlds/first/chunks/99999999999', 'chunk'],
])('GET %s is refused and names %s', async (path, field) => {
  const { status, body } = await fake.call('GET', path)
  expect(status).toBe(400)
  expect(body.errors[0].field).toBe(field)
})

test('a chunk comes packed, as bytes or in JSON, as Accept asks', async () => {
  const json = await fake.call('GET', '/worlds/first/chunks/0')
  const bytes = await fetch(`${fake.url}/worlds/first/chunks/0`, {
    headers: { accept: 'application/octet-stream' },
  })
  const packed = new Uint8Array(await bytes.arrayBuffer())
  expect(decodeCells(packed)).toMatchObject({ kind: 'snapshot', chunk: 0 })
  expect(json.body.cells).toBe(Buffer.from(packed).toString('base64'))
  expect(bytes.headers.get('orrery-tick')).toBe(String(json.body.tick))
})

test('the leaderboard names its players, and one’s statistics are one’s own', async () => {
  const ada = await fake.enter('Ada')
  const board = await fake.call('GET', '/worlds/first/leaderboard')
  expect(board.status).toBe(200)
  expect(board.body.leaderboard[0]).toMatchObject({
    rank: 1,
    name: expect.any(String),
    packs: { 'red-pack': 2 },
    packsPerMillion: 50_000,
  })
  const asAda = { token: ada.token }
  const own = await fake.call('GET', '/worlds/first/me/statistics', asAda)
  expect(own.body).toMatchObject({ account: ada.account, produced: { plate: 3 } })
  expect((await fake.call('GET', '/worlds/first/me/statistics')).status).toBe(401)
  const { data, errors } = await fake.graphql(
    `{ world(id: "first") {
      leaderboard { rank name packs { item count } packsPerMillion }
      statistics { produced { item count } consumed { item count } launches }
      me { claimLimit researched researching { research done units } }
    } rules { researches { name requires packs units unlocked: recipes } prototypes { power } } }`,
    asAda,
  )
  expect(errors).toBeUndefined()
  expect(data.world.leaderboard[0].packs).toEqual([{ item: 'red-pack', count: 2 }])
  expect(data.world.statistics.consumed).toEqual([{ item: 'iron', count: 3 }])
  expect(data.world.me.researching).toEqual({ research: 'automation', done: 2, units: 5 })
  expect(data.rules.researches.length).toBeGreaterThan(19)
})

test('a player sees her own view and structures, and strangers see no contents', async () => {
  const ada = await fake.join()
  const asAda = { token: ada.token }
  expect((await fake.call('GET', '/worlds/first/me', asAda)).status).toBe(404)
  await act(fake.call, ada, { type: 'EnterWorld', world: 'first' })
  const me = (await fake.call('GET', '/worlds/first/me', asAda)).body
  expect(me).toMatchObject({ account: ada.account, here: true, inventory: { plate: 120 } })
  const depot = { cell: 5, prototype: 'depot', direction: 0, owner: me.index }
  fake.world.place({ ...depot, status: 'idle', contents: { plate: 3 } })
  const own = await fake.call('GET', '/worlds/first/structures', asAda)
  expect(own.body.structures).toMatchObject([{ cell: 5, contents: { plate: 3 } }])
  const chunk = (await fake.call('GET', '/worlds/first/chunks/1')).body
  const cell = (await fake.call('GET', '/worlds/first/cells/5')).body
  expect(chunk.structures).toMatchObject([depot])
  expect(cell.structure).toMatchObject(depot)
  expect(JSON.stringify([chunk, cell])).not.toContain('contents')
})

test('the rules are told as data', async () => {
  const { body } = await fake.call('GET', '/rules')
  expect(body.recipes.map((recipe: { name: string }) => recipe.name)).toContain('plate')
  expect(body.prototypes.map((one: { name: string }) => one.name)).toContain('depot')
  expect(body.hash).toMatch(/^[0-9a-f]{16}$/)
})

test('operators learn whether it lives, is ready, and how it does', async () => {
  let ready = { ready: false, reasons: ['world first replays tick 10 of 90'] }
  const starting = await openFake({ ready: () => ready })
  expect((await starting.call('GET', '/healthz')).body).toEqual({ status: 'alive' })
  const notYet = await starting.call('GET', '/readyz')
  expect(notYet).toMatchObject({ status: 503, body: { reasons: ready.reasons } })
  ready = { ready: true, reasons: [] }
  expect((await starting.call('GET', '/readyz')).status).toBe(200)
  starting.world.tick = 77
  const player = await starting.enter()
  await act(starting.call, player, { type: 'Nonsense' })
  const metrics = (await starting.call('GET', '/metrics')).body
  for (const line of [
    'orrery_world_tick{world="first"} 77',
    'orrery_world_ups{world="first"} 20',
    'orrery_world_lag_ms{world="first"} 0',
    'orrery_commands_total{command="EnterWorld",status="accepted"} 1',
    'orrery_commands_total{command="none",status="invalid"} 1',
    'orrery_subscribers{door="poll"} 0',
    'orrery_http_requests_total{method="POST",route="/players",status="201"} 1',
  ])
    expect(metrics).toContain(line)
  expect(metrics).toContain('orrery_process_resident_memory_bytes')
  await starting.api.close()
})

test('what is not there, not allowed, not JSON or too large has a status of its own', async () => {
  const post = (path: string, body: string, type = 'application/json') =>
    fetch(`${fake.url}${path}`, { method: 'POST', body, headers: { 'content-type': type } })
  expect((await fake.call('GET', '/nothing/here')).status).toBe(404)
  const wrongMethod = await fake.call('DELETE', '/players')
  expect(wrongMethod.status).toBe(405)
  expect(wrongMethod.headers.get('allow')).toBe('POST')
  expect((await fake.call('POST', '/worlds', { body: {} })).headers.get('allow')).toBe('GET, HEAD')
  const broken = await post('/players', '{"name": ')
  expect(broken.status).toBe(400)
  expect(await broken.json()).toMatchObject({ errors: [{ field: 'body', detail: 'is not JSON' }] })
  expect((await post('/players', '{}', 'text/plain')).status).toBe(415)
  expect((await post('/players', JSON.stringify({ name: 'A'.repeat(300_000) }))).status).toBe(413)
  const form = 'application/x-www-form-urlencoded'
  expect((await post('/graphql', 'query={worlds{id}}', form)).status).toBe(415)
  expect((await post('/graphql', JSON.stringify({ query: '#'.repeat(300_000) }))).status).toBe(413)
  expect((await fake.call('GET', '/worlds/%E0%A4%A')).status).toBe(400)
  const invalid = await fake.call('GET', '/worlds', { headers: { authorization: 'x' } })
  expect(invalid.status).toBe(200)
})

test('answers carry no stack, no product name, and forbid sniffing', async () => {
  const broken = await openFake({
    submit: () => async () => {
      throw new Error('secret at line 7')
    },
  })
  const { status, body, headers } = await broken.call('POST', '/players', { body: { name: 'Ada' } })
  expect(status).toBe(500)
  expect(JSON.stringify(body)).not.toMatch(/secret|at .*\.ts/)
  expect(headers.get('x-powered-by')).toBeNull()
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  const answer = await broken.graphql('mutation { joinPlayer(name: "Ada") { __typename } }')
  expect(JSON.stringify(answer)).not.toMatch(/secret|at .*\.ts/)
  expect(broken.said.join()).toContain('secret at line 7')
  await broken.api.close()
})

test('a store that is away is a 503 that names the command to send again', async () => {
  const away = await openFake({
    submit: () => async () => {
      throw new StoreUnavailable('away')
    },
  })
  const body = { name: 'Ada', commandId: 'join-1' }
  const answer = await away.call('POST', '/players', { body })
  expect(answer).toMatchObject({ status: 503, body: { commandId: 'join-1' } })
  expect(answer.headers.get('retry-after')).toBe('1')
  await away.api.close()
})

test('the page is served when it is built, and / says how to build it when not', async () => {
  expect((await fake.call('GET', '/')).body).toContain('npm run build')
  const clientDir = mkdtempSync(join(tmpdir(), 'orrery-client-'))
  mkdirSync(join(clientDir, 'assets'))
  writeFileSync(join(clientDir, 'index.html'), '<title>planet</title>')
  writeFileSync(join(clientDir, 'assets', 'page-1a2b.js'), '0')
  const built = await openFake({ clientDir })
  const page = await built.call('GET', '/')
  expect(page.body).toContain('planet')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const asset = await built.call('GET', '/assets/page-1a2b.js')
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect((await built.call('GET', '/assets/..%2f..%2fetc/passwd')).status).toBeGreaterThanOrEqual(
    400,
  )
  await built.api.close()
})

test('an asset is sent as the build compressed it, to who takes that', async () => {
  const clientDir = mkdtempSync(join(tmpdir(), 'orrery-client-'))
  mkdirSync(join(clientDir, 'assets'))
  const script = `const cells = '${'hex'.repeat(800)}'`
  writeFileSync(join(clientDir, 'assets', 'page-1a2b.js'), script)
  writeFileSync(join(clientDir, 'assets', 'page-1a2b.js.br'), brotliCompressSync(script))
  writeFileSync(join(clientDir, 'assets', 'page-1a2b.js.gz'), gzipSync(script))
  const built = await openFake({ clientDir })
  for (const [accepted, sent] of [
    ['gzip, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const headers = { 'accept-encoding': accepted }
    const answer = await fetch(`${built.url}/assets/page-1a2b.js`, { headers })
    expect(answer.headers.get('content-encoding')).toBe(sent)
    expect(answer.headers.get('content-type')).toContain('javascript')
    expect(answer.headers.get('vary')).toContain('Accept-Encoding')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await answer.text()).toBe(script)
  }
  await built.api.close()
})

test.each([
  ['/worlds?admin=1', 400, /admin: is taken here by nobody/],
  ['/worlds/first/chat?afetr=3', 400, /afetr: is none of after, limit/],
  ['/worlds/', 404, /nothing at/],
  ['/Worlds', 404, /nothing at/],
])('GET %s would be ignored in part, and is %i', async (path, status, detail) => {
  const answer = await fake.call('GET', path)
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
})

test('a body where none is taken is refused', async () => {
  const ada = await fake.join()
  const answer = await fake.call('DELETE', '/sessions/current', { token: ada.token, body: {} })
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } })
  expect((await fake.call('GET', '/me', { token: ada.token })).status).toBe(200)
})

test('a port in use is refused by its name', async () => {
  const port = Number(new URL(fake.url).port)
  await expect(openFake({ port })).rejects.toThrow(`PORT ${port} is in use`)
})

test('closing ends within its time although a request hangs', async () => {
  const hanging = await openFake({ submit: () => () => new Promise(() => {}) })
  const request = hanging.call('POST', '/players', { body: { name: 'Ada' } })
  const cut = expect(request).rejects.toThrow()
  await hanging.call('GET', '/healthz')
  await hanging.api.close()
  await cut
})
