import { fc, test } from '@fast-check/vitest'
import { GraphQLError, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { checkQuery } from '../../src/api/graphql/queryLimits.ts'
import { cursorText, readCursor } from '../../src/api/mailbox/position.ts'
import { addressKey, addressLimit } from '../../src/api/rateLimit.ts'
import { commandTable } from '../../src/commands/table.ts'
import { act, type Fake, openFake, type Player } from './fakes.ts'

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake()
  ada = await fake.enter()
})
afterAll(() => fake.api.close())

const type = fc.oneof(fc.constantFrom(...Object.keys(commandTable)), fc.string())
const field = fc.constantFrom('world', 'cells', 'cell', 'structures', 'path', 'name', 'commandId')
const nearlyCommand = fc
  .tuple(type, fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constant('first'))))
  .filter(([name]) => name !== 'EraseAccount')
  .map(([name, fields]) => ({ ...fields, type: name }))

describe('whatever JSON is posted to a mailbox', () => {
  test.prop([fc.oneof(fc.jsonValue(), nearlyCommand, fc.array(nearlyCommand, { maxLength: 4 }))], {
    numRuns: 300,
  })('the answer is an answer or names what is wrong, and never a fault of ours', async (body) => {
    const answer = await act(fake.call, ada, body)
    expect([200, 400]).toContain(answer.status)
    if (answer.status === 400) {
      expect(answer.body.errors.length).toBeGreaterThan(0)
      for (const fault of answer.body.errors) {
        expect(fault).toEqual({ field: expect.any(String), detail: expect.any(String) })
      }
    }
    for (const one of [answer.body].flat()) expect(one.status).not.toBe('failed')
    expect(fake.said).toEqual([])
  })
})

describe('whatever text is asked of GraphQL', () => {
  test.prop([fc.oneof(fc.string(), fc.jsonValue())], { numRuns: 200 })(
    'the answer is below 500',
    async (query) => {
      const { status } = await fake.call('POST', '/graphql', { body: { query } })
      expect(status).toBeLessThan(500)
      expect(fake.said).toEqual([])
    },
  )
})

describe('whatever path and query is asked', () => {
  test.prop([fc.webPath(), fc.webQueryParameters()], { numRuns: 200 })(
    'the answer is below 500',
    async (path, query) => {
      for (const prefix of ['/worlds/first', `/mailbox/${ada.mailbox}`, '']) {
        const { status } = await fake.call('GET', `${prefix}${path}?${query}`, { token: ada.token })
        expect(status).toBeLessThan(500)
      }
      expect(fake.said).toEqual([])
    },
  )
})

const number = fc.nat(999_999_999)
const part = fc.record({
  outcome: fc.record({ tick: number, index: number }),
  chat: number,
  contents: fc.record({ tick: number, hash: fc.constantFrom('', 'a1b2c3d4e5f6') }),
})
const worldName = fc.stringMatching(/^[a-z0-9]{1,32}$/)

describe('a mailbox cursor', () => {
  test.prop([fc.dictionary(worldName, part, { noNullPrototype: true }), number])(
    'is read back as it was written',
    (worlds, refusals) => {
      const position = { worlds: new Map(Object.entries(worlds)), refusals }
      expect(readCursor(cursorText(position))).toEqual(position)
    },
  )

  test.prop([fc.string()])('of any text is read as one or refused, never misread', (text) => {
    const position = readCursor(text)
    if (position) expect(readCursor(cursorText(position))).toEqual(position)
    else expect(position).toBeUndefined()
  })
})

describe('the limit of an address', () => {
  test('lets as many through as a minute allows, and again when time has passed', () => {
    let now = 0
    const limit = addressLimit(3, { now: () => now, monotonic: () => now })
    expect([1, 2, 3].map(() => limit.take('10.0.0.1'))).toEqual([0, 0, 0])
    expect(limit.take('10.0.0.1')).toBe(20)
    expect(limit.take('10.0.0.2')).toBe(0)
    now += 20_000
    expect(limit.take('::ffff:10.0.0.1')).toBe(0)
    expect(limit.take('10.0.0.1')).toBe(20)
  })

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['192.0.2.7', '192.0.2.7'],
  ])('counts %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})

describe('the cost of a query', () => {
  const limits = { queryDepthMax: 3, queryCostMax: 100 }
  const codeOf = (query: string) => {
    try {
      checkQuery(parse(query), limits, 3)
      return 'fine'
    } catch (error) {
      return error instanceof GraphQLError ? error.extensions.code : error
    }
  }

  test.each([
    ['{ a { b { c } } }', 'fine'],
    ['{ a { b { c { d } } } }', 'QUERY_TOO_DEEP'],
    ['{ a { ...f } } fragment f on T { b { c } }', 'fine'],
    ['{ a { ...f } } fragment f on T { b { ... on U { c { d } } } }', 'QUERY_TOO_DEEP'],
    ['{ cellsNear { b c } }', 'fine'],
    ['{ cellsNear { a b c } }', 'QUERY_TOO_COSTLY'],
    ['{ leaderboard { a b } }', 'fine'],
    ['{ leaderboard { a } statistics { a } }', 'QUERY_TOO_COSTLY'],
    ['{ a: presence { c } b: presence { c } }', 'QUERY_TOO_COSTLY'],
    ['{ rules { a } }', 'fine'],
    ['{ a: rules { c } b: rules { c } }', 'QUERY_TOO_COSTLY'],
    ['{ rules { prototypes { a b c d e } } }', 'QUERY_TOO_COSTLY'],
    ['{ worlds { status { a b c } } }', 'fine'],
    ['{ worlds { cell { a } players { a } } }', 'fine'],
    ['{ worlds { cell { a } players { a b } } }', 'QUERY_TOO_COSTLY'],
    ['{ worlds { statistics { a } } }', 'QUERY_TOO_COSTLY'],
    ['{ worlds(limit: 1) { cell { a } players { a b } } }', 'fine'],
    ['{ worlds(limit: 9) { cell { a } players { a b } } }', 'QUERY_TOO_COSTLY'],
    ['query ($limit: Int) { worlds(limit: $limit) { statistics { a } } }', 'QUERY_TOO_COSTLY'],
    ['{ ...nothing }', 'fine'],
    ['{ __schema { a { b { c { d } } } } }', 'fine'],
    ['{ __schema { a } a { b { c { d } } } }', 'QUERY_TOO_DEEP'],
  ])('%s is %s', (query, code) => {
    expect(codeOf(query)).toBe(code)
  })
})
