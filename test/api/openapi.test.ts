import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Doors } from '../../src/api/doors.ts'
import { restRoutes } from '../../src/api/rest/routes.ts'
import { commandTable } from '../../src/commands/table.ts'
import { type Fake, openFake } from './fakes.ts'
import { openApiCheck } from './openapi.ts'
import { commandNames, sampleCommand } from './samples.ts'

let fake: Fake
// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes, looked into
let document: any
beforeAll(async () => {
  fake = await openFake()
  document = (await fake.call('GET', '/openapi.json')).body
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
    return methods.map((method) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  })
  const told = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations as object).map((method) => `${method} ${path}`),
  )
  expect(routes.length).toBeGreaterThan(20)
  expect(new Set(told)).toEqual(new Set(routes))
})

const exchange = (body: object, asked: object) => ({
  method: 'POST',
  path: '/mailbox/x/actions',
  asked,
  status: 200,
  contentType: 'application/json; charset=utf-8',
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
  expect(() => openApiCheck(document)(exchange(answer, sampleCommand(name)))).not.toThrow()
})

test('what is not as the document says is told', () => {
  const check = openApiCheck(document)
  const asked = { type: 'StopHarvest', world: 'first' }
  const { position: _, ...less } = answer
  expect(() => check(exchange(less, asked))).toThrow(/position/)
  expect(() => check(exchange(answer, { ...asked, cell: 3 }))).toThrow(/its request/)
  expect(() => check(exchange({ ...answer, secret: 1 }, asked))).toThrow(/more than the document/)
  expect(() => check({ ...exchange(answer, asked), status: 418 })).toThrow(/no such answer/)
  expect(() => check({ ...exchange(answer, asked), contentType: 'text/html' })).toThrow(
    /text\/html/,
  )
})
