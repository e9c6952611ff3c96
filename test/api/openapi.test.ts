import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Doors } from '../../src/api/doors.ts'
import { openApi } from '../../src/api/rest/openapi.ts'
import { restRoutes } from '../../src/api/rest/routes.ts'
import { commandTable } from '../../src/commands/table.ts'
import { recorded } from '../helpers/recordings.ts'
import { takeRestFaults } from '../helpers/restWatch.ts'
import { type Fake, FakeWorld, openFake } from './fakes.ts'
import { type Exchange, openApiCheck } from './openapi.ts'
import { commandNames, sampleCommand } from './samples.ts'

let fake: Fake
// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes, looked into
let document: any
let check: ReturnType<typeof openApiCheck>
beforeAll(async () => {
  fake = await openFake()
  document = (await fake.call('GET', '/openapi.json')).body
  check = openApiCheck(document)
})
afterAll(() => fake.api.close())

test('the document names every command of the table, as its schema has it', () => {
  const commands = document.components.schemas.Command.oneOf
  expect(commands.map(({ title }: { title: string }) => title)).toEqual(commandNames)
  const claim = commands.find(({ title }: { title: string }) => title === 'ClaimMany')
  expect(claim.description).toBe(commandTable.ClaimMany.does)
  expect(claim.properties.cells).toMatchObject({ type: 'array', minItems: 1, maxItems: 256 })
})

test('every reference of the document leads somewhere, and every path answers', async () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!)
  for (const [template, operations] of Object.entries(document.paths)) {
    const path = template.replaceAll(/\{\w+\}/g, '0')
    for (const method of Object.keys(operations as object)) {
      expect((await fake.call(method.toUpperCase(), path)).status).not.toBe(405)
    }
  }
})

test('no route of REST is missing from it, with none of its methods', () => {
  const app = express()
  restRoutes(app, { ...fake } as unknown as Doors)
  const routes = app.router.stack.flatMap(({ route }) => {
    const { path, stack } = route as unknown as { path: string; stack: { method?: string }[] }
    // What answers 405 takes every method there is.
    if (stack.length > 10) return []
    const methods = stack.flatMap(({ method }) => method ?? [])
    return methods.map((method) => `${method} ${path.replaceAll(/[:*](\w+)/g, '{$1}')}`)
  })
  const told = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method} ${path}`),
  )
  expect(routes.length).toBeGreaterThan(20)
  expect(new Set(told)).toEqual(new Set(routes))
})

const exchange = (body: object, asked: unknown): Exchange => ({
  method: 'POST',
  path: '/mailbox/x/actions',
  asked,
  askedHeaders: { authorization: 'Bearer x', 'content-type': 'application/json' },
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  answered: body,
})
const answer = {
  commandId: 'a',
  command: 'StopHarvest',
  status: 'accepted',
  position: 3,
  events: 1,
}

test.each(commandNames)('a well-formed %s is well-formed by the document', (name) => {
  expect(check(exchange(answer, sampleCommand(name)))).toBeUndefined()
})

test('what is not as the document says is told', () => {
  const asked = { type: 'StopHarvest', world: 'first' }
  const good = exchange(answer, asked)
  const { position: _, ...less } = answer
  const get = { ...good, method: 'GET', asked: undefined, answered: undefined }
  const alive = { status: 'alive' }
  const problem = { type: 'urn:orrery:problem:a', title: 'a', status: 404, detail: 'a' }
  const json = { 'content-type': 'application/problem+json' }
  const refused = { ...get, path: '/worlds/x', status: 404, headers: json, answered: problem }
  expect(check(good)).toBeUndefined()
  expect(check(refused)).toBeUndefined()
  const faults: readonly (readonly [Exchange, RegExp])[] = [
    [exchange(less, asked), /position/],
    [exchange(answer, { ...asked, cell: 3 }), /its request/],
    [exchange([answer, answer], [asked, { ...asked, cell: 3 }]), /its request/],
    [exchange({ ...answer, secret: 1 }, asked), /secret/],
    [{ ...good, status: 418 }, /no such answer/],
    [{ ...good, headers: { 'content-type': 'text/html' } }, /text\/html/],
    [{ ...good, askedHeaders: {} }, /without a token/],
    [{ ...good, path: '/mailbox/x/actions?a=1' }, /a parameter a/],
    [{ ...get, path: '/healthz?a=1', answered: alive }, /a parameter a/],
    [{ ...get, path: '/healthz', asked: 'x', answered: alive }, /with a body/],
    [{ ...get, path: '/worlds/first/chat?limit=0', answered: { chat: [] } }, /parameter limit/],
    [{ ...get, path: '/rules' }, /empty/],
    [{ ...get, path: '/secrets' }, /no such path/],
    [{ ...get, path: '/players', status: 405, headers: { ...json, allow: 'GET' } }, /Allow/],
    [{ ...refused, answered: { ...problem, status: 400 } }, /404|400/],
    [{ ...refused, answered: 'gone' }, /must be object/],
    [{ ...refused, headers: { 'content-type': 'text/html' } }, /text\/html/],
    [{ ...get, path: '/me', status: 401, headers: json, answered: problem }, /WWW-Authenticate/],
  ]
  for (const [wrong, words] of faults) expect(check(wrong)).toMatch(words)
})

test('whatever a test asks of a server, and by whatever client, is judged', async () => {
  const before = await takeRestFaults()
  await fetch(`${fake.url}/worlds`)
  await fake.call('POST', '/players', { body: [] })
  const good = await takeRestFaults()
  expect(good.faults).toEqual([])
  expect(good.judged).toBe(before.judged + 2)

  class Wrong extends FakeWorld {
    override players() {
      return [{ account: 'a', index: 1, cell: 2, here: 'yes' }] as unknown as ReturnType<
        FakeWorld['players']
      >
    }
  }
  const wrong = await openFake({ world: new Wrong() })
  await fetch(`${wrong.url}/worlds/first/players`)
  const { faults } = await takeRestFaults()
  expect(faults).toEqual([
    expect.stringMatching(/^GET \/worlds\/first\/players 200: .*here must be boolean/),
  ])
  await wrong.api.close()
})

const testFiles = () =>
  readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `test/${path}`)

test('what a spawned server has written down is judged, whole lines of it', async () => {
  const { file } = recorded()
  const wrong = { ...exchange({ ...answer, secret: 1 }, { type: 'StopHarvest', world: 'first' }) }
  const line = `${JSON.stringify(wrong)}\n`
  appendFileSync(file, line + line.slice(0, 50))
  expect((await takeRestFaults()).faults).toEqual([expect.stringMatching(/actions 200: .*secret/)])
  appendFileSync(file, line.slice(50))
  const { faults, judgedOf } = await takeRestFaults()
  expect(faults).toHaveLength(1)
  expect(judgedOf(file)).toBe(2)
})

test('whatever spawns a server lets it write down its exchanges', () => {
  const spawning = testFiles().filter((path) => {
    const text = readFileSync(path, 'utf8')
    return /spawn\w*\(process\.execPath/.test(text) && /start\.mjs|orrery\.mjs/.test(text)
  })
  expect(spawning).toHaveLength(2)
  for (const path of spawning) expect(readFileSync(path, 'utf8'), path).toMatch(/recording\.args,/)
})

test('the document that everything is judged by is the one that is served', () => {
  expect(document).toEqual(JSON.parse(JSON.stringify(openApi())))
})
