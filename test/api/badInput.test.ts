// Bad input: classes of fault × every operation. Each is answered with what is wrong, the log does not move, nothing piles up.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/api/limits.ts'
import { commandTable } from '../../src/commands/table.ts'
import type { CommandName } from '../../src/domain/commands.ts'
import { type Fake, openFake, type Player } from './fakes.ts'
import { commandNames, sampleCommand, sampleMutation } from './samples.ts'

const SEED = 20_260

let fake: Fake
let ada: Player
beforeAll(async () => {
  fake = await openFake({ limits: { commandsPerMinute: 1_000_000 } })
  ada = await fake.enter('Ada')
})
afterAll(() => fake.api.close())

type Raw = { readonly body: Buffer | string; readonly headers?: Record<string, string | undefined> }
type Answer = { readonly status: number; readonly text: string }

/** One POST as it stands: what fetch would put right is left wrong. */
async function post(path: string, { body, headers }: Raw): Promise<Answer> {
  const given = {
    'content-type': 'application/json',
    authorization: `Bearer ${ada.token}`,
    ...headers,
  }
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  const response = await fetch(`${fake.url}${path}`, {
    method: 'POST',
    headers: Object.fromEntries(present) as Record<string, string>,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  return { status: response.status, text: await response.text() }
}

type Operation = { readonly name: string; readonly path: () => string; readonly body: object }

/** Everything that takes a body: the well-formed request of each. */
const operations: readonly Operation[] = [
  { name: 'POST /players', path: () => '/players', body: { name: 'Eve' } },
  ...commandNames.map((name) => ({
    name: `${name} to the mailbox`,
    path: () => `/mailbox/${ada.mailbox}/actions`,
    body: sampleCommand(name),
  })),
  ...commandNames.map((name) => ({
    name: `${name} by GraphQL`,
    path: () => '/graphql',
    body: sampleMutation(name),
  })),
]

/** Puts bytes inside the first text of a body, where every reader has to look at them. */
const inText = (json: string, bytes: Buffer) => {
  const [quote] = fc.sample(fc.nat({ max: 2 }), { seed: SEED, numRuns: 1 })
  const at = json.indexOf('"') + 1 + Math.min(quote!, 1)
  return Buffer.concat([Buffer.from(json.slice(0, at)), bytes, Buffer.from(json.slice(at))])
}
const withKey = (json: string, key: string) => `{${key},${json.slice(1)}`
const lists = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

const bodyFaults: Readonly<Record<string, (json: string) => Raw>> = {
  'no body': () => ({ body: '' }),
  'blanks alone': () => ({ body: '   ' }),
  'a body cut short': (json) => ({ body: json.slice(0, -1) }),
  'something after the end': (json) => ({ body: `${json}]` }),
  'two documents': (json) => ({ body: json + json }),
  'a comma too many': (json) => ({ body: json.replace(/}$/, ',}') }),
  'a comment': (json) => ({ body: `/* hello */ ${json}` }),
  'single quotes': (json) => ({ body: json.replaceAll('"', "'") }),
  'keys without quotes': (json) => ({ body: withKey(json, 'a:1') }),
  'NaN for a number': (json) => ({ body: withKey(json, '"a":NaN') }),
  'Infinity for a number': (json) => ({ body: withKey(json, '"a":-Infinity') }),
  'a hexadecimal number': (json) => ({ body: withKey(json, '"a":0x1F') }),
  'a number with leading zeros': (json) => ({ body: withKey(json, '"a":007') }),
  'a control character in a text': (json) => ({ body: inText(json, Buffer.from([0x07])) }),
  'a zero byte in a text': (json) => ({ body: inText(json, Buffer.from([0])) }),
  'a byte that is no UTF-8': (json) => ({ body: inText(json, Buffer.from([0xff])) }),
  'a UTF-8 sequence cut short': (json) => ({ body: inText(json, Buffer.from([0xe2, 0x82])) }),
  'an overlong UTF-8 sequence': (json) => ({ body: inText(json, Buffer.from([0xc0, 0xaf])) }),
  'a surrogate in UTF-8': (json) => ({ body: inText(json, Buffer.from([0xed, 0xa0, 0x80])) }),
  'a byte order mark': (json) => ({ body: `\ufeff${json}` }),
  'UTF-16': (json) => ({ body: Buffer.from(`\ufeff${json}`, 'utf16le') }),
  'UTF-16 without a mark': (json) => ({ body: Buffer.from(json, 'utf16le') }),
  'UTF-16 by its charset': (json) => ({
    body: Buffer.from(json, 'utf16le'),
    headers: { 'content-type': 'application/json; charset=utf-16le' },
  }),
  'Latin-1 by its charset': (json) => ({
    body: json,
    headers: { 'content-type': 'application/json; charset=iso-8859-1' },
  }),
  'a key twice': (json) => ({ body: withKey(json, '"a":1,"a":2') }),
  'a key twice, once escaped': (json) => ({ body: withKey(json, '"a":1,"\\u0061":2') }),
  'a key __proto__': (json) => ({ body: withKey(json, '"__proto__":{"admin":true}') }),
  'a key __proto__ in a list': (json) => ({
    body: withKey(json, '"cells":[{"__proto__":{"length":1}}]'),
  }),
  'a hundred levels': (json) => ({ body: withKey(json, `"a":${lists(100)}`) }),
  'a hundred thousand levels': (json) => ({ body: withKey(json, `"a":${lists(100_000)}`) }),
  'a list longer than a batch': (json) => ({ body: `[${Array(101).fill(json).join()}]` }),
  'an empty list': () => ({ body: '[]' }),
  'an empty object': () => ({ body: '{}' }),
  null: () => ({ body: 'null' }),
  'a number': () => ({ body: '7' }),
  'a text': (json) => ({ body: JSON.stringify(json) }),
  'a body too large': (json) => ({
    body: withKey(json, `"a":"${'x'.repeat(defaultLimits.bodyBytesMax)}"`),
  }),
  'a small body that unpacks to a large one': (json) => ({
    body: gzipSync(withKey(json, `"a":"${'x'.repeat(20_000_000)}"`)),
    headers: { 'content-encoding': 'gzip' },
  }),
  'a body that is not packed as it says': (json) => ({
    body: json,
    headers: { 'content-encoding': 'gzip' },
  }),
  'an unknown packing': (json) => ({ body: json, headers: { 'content-encoding': 'lzma' } }),
  'no content type': (json) => ({
    body: Buffer.from(json),
    headers: { 'content-type': undefined },
  }),
  'a form': () => ({
    body: 'type=StopHarvest&world=first',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  'plain text': (json) => ({ body: json, headers: { 'content-type': 'text/plain' } }),
  'a multipart form': (json) => ({
    body: `--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${json}\r\n--b--\r\n`,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  }),
  'another JSON': (json) => ({
    body: json,
    headers: { 'content-type': 'application/json-seq' },
  }),
}

/** A 4xx that says in words what is wrong. */
function expectNamed({ status, text }: Answer): void {
  expect(status, text).toBeGreaterThanOrEqual(400)
  expect(status, text).toBeLessThan(500)
  const told = JSON.parse(text)
  const words: unknown = told.detail ?? told.errors?.[0]?.message
  expect(words, text).toEqual(expect.stringMatching(/\w/))
}

describe.each(Object.entries(bodyFaults))('%s', (_, make) => {
  test('is told by every operation, and the log does not move', async () => {
    const head = await fake.store.head()
    for (const { path, body } of operations) {
      expectNamed(await post(path(), make(JSON.stringify(body))))
    }
    expect(await fake.store.head()).toBe(head)
    expect(fake.said).toEqual([])
  })
})

// Faults in the fields of a command.

const wrongTexts: Readonly<Record<string, unknown>> = {
  'a zero character': 'a\0b',
  'half a surrogate pair': 'a\ud800b',
  'half a surrogate pair at the end': 'a\udc00',
  'a line break': 'a\nb',
  'an escape sequence': '\u001b[2J',
  'an empty text': '',
  blanks: ' \t ',
  'a text too long': 'x'.repeat(501),
  'a number for a text': 7,
  'a truth value for a text': true,
  'an object for a text': { toString: 'gear' },
  'a list for a text': ['gear'],
}

const wrongNumbers: Readonly<Record<string, unknown>> = {
  'a text for a number': '3',
  'NaN in a text': 'NaN',
  'a fraction': 1.5,
  'a negative number': -1,
  'a number beyond 2^53': 2 ** 53 + 2,
  'a number beyond 2^32': 2 ** 32,
  'a huge number': 1e308,
  'a truth value for a number': true,
  'an object for a number': { valueOf: 3 },
  'a list for a number': [3],
}

const wrongLists = (item: unknown): Readonly<Record<string, unknown>> => ({
  'an empty list': [],
  'a list too long': Array(300).fill(item),
  'null in a list': [item, null],
  'a list in a list': [[item]],
  'an object for a list': { 0: item, length: 1 },
  'a text for a list': 'all',
})

function wrongValues(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'number') return wrongNumbers
  if (Array.isArray(value)) return { ...wrongLists(value[0]), ...wrongItems(value[0]) }
  return wrongTexts
}

/** A list that has one wrong thing in it. */
const wrongItems = (item: unknown) =>
  Object.fromEntries(
    Object.entries(
      typeof item === 'object' && item !== null
        ? Object.fromEntries(wrongFields(item as Fields).map(({ name, fields }) => [name, fields]))
        : wrongValues(item),
    ).map(([name, wrong]) => [`${name}, in a list`, [wrong]]),
  )

type Fields = Readonly<Record<string, unknown>>
type Wrong = { readonly name: string; readonly fields: Fields }

function wrongFields(fields: Fields): readonly Wrong[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    Object.entries(wrongValues(value)).map(([fault, wrong]) => ({
      name: `${field}: ${fault}`,
      fields: { ...fields, [field]: wrong },
    })),
  )
}

/** Of every command but `type`, which says which command it is. */
const faultsOf = (name: CommandName): readonly Wrong[] => {
  const { type, ...fields } = sampleCommand(name) as Fields
  const without = Object.keys(fields)
    // May be left out: the landing that the world chooses, the pace of a world.
    .filter((field) => field !== 'landing' && field !== 'ups')
    .map((field) => {
      const { [field]: _, ...rest } = fields
      return { name: `${field}: missing`, fields: rest }
    })
  const around = [
    { name: 'an unknown field', fields: { ...fields, admin: true } },
    { name: 'a field of the log', fields: { ...fields, account: 'system' } },
    { name: 'a field that chance fills', fields: { ...fields, chance: 1 } },
    { name: 'a commandId with blanks', fields: { ...fields, commandId: 'a b' } },
    { name: 'a commandId too long', fields: { ...fields, commandId: 'a'.repeat(65) } },
    { name: 'an empty commandId', fields: { ...fields, commandId: '' } },
    { name: 'a commandId with a zero character', fields: { ...fields, commandId: 'a\0' } },
    { name: 'a commandId that is a number', fields: { ...fields, commandId: 7 } },
  ]
  return [...wrongFields(fields), ...without, ...around].map((wrong) => ({
    ...wrong,
    fields: { ...wrong.fields, type },
  }))
}

/** What counts as another cell, count or name is refused by the game and not as bad input; both say what is wrong. */
const isRefused = (text: string) => /"refused":"\w+"|"__typename":"Refused"/.test(text)

describe.each(commandNames)('%s with a wrong field', (name) => {
  const faults = faultsOf(name)

  test('sent to the mailbox is told which, and the log does not move', async () => {
    const head = await fake.store.head()
    for (const { name: fault, fields } of faults) {
      const body = JSON.stringify(fields)
      const { status, text } = await post(`/mailbox/${ada.mailbox}/actions`, { body })
      if (status === 200) expect(isRefused(text), `${fault}: ${text}`).toBe(true)
      else {
        expect(status, `${fault}: ${text}`).toBe(400)
        expect(JSON.parse(text).errors, fault).toEqual([
          { field: expect.stringMatching(/\w/), detail: expect.stringMatching(/\w/) },
          ...JSON.parse(text).errors.slice(1),
        ])
      }
      expect(await fake.store.head(), fault).toBe(head)
    }
    expect(fake.said).toEqual([])
  })

  test('sent by GraphQL is told which, and the log does not move', async () => {
    const head = await fake.store.head()
    // A variable that the operation does not declare is none of its input.
    const undeclared = /unknown field|field of the log|chance fills/
    for (const { name: fault, fields } of faults.filter((one) => !undeclared.test(one.name))) {
      // An ID takes a number for its text.
      if (fault === 'world: a number for a text') continue
      const { query } = sampleMutation(name)
      const body = JSON.stringify({ query, variables: fields })
      const { status, text } = await post('/graphql', { body })
      const { data, errors } = JSON.parse(text)
      const answer = data && (Object.values(data)[0] as { __typename: string; faults?: unknown[] })
      if (errors) expect(errors[0].message, fault).toMatch(/\w/)
      else expect(['Invalid', 'Refused'], `${fault}: ${text}`).toContain(answer?.__typename)
      expect(status, text).toBeLessThan(500)
      expect(await fake.store.head(), fault).toBe(head)
    }
    expect(fake.said).toEqual([])
  })
})

test('the classes of fault are at least forty, in bodies and in fields each', () => {
  const inFields = new Set(commandNames.flatMap((name) => faultsOf(name).map(classOf)))
  expect(Object.keys(bodyFaults).length).toBeGreaterThanOrEqual(40)
  expect(inFields.size).toBeGreaterThanOrEqual(40)
})
const classOf = ({ name }: Wrong) => name.replace(/^\w+: /, '')

test('minus zero is zero: the log has only one of them', async () => {
  const eve = await fake.enter('Eve')
  const body = '{"type":"ClaimMany","world":"first","cells":[-0]}'
  const headers = { authorization: `Bearer ${eve.token}` }
  await post(`/mailbox/${eve.mailbox}/actions`, { body, headers })
  const [event] = await fake.store.readAll((await fake.store.head()) - 1, 1)
  expect(event).toMatchObject({ type: 'CellsClaimed', data: { cells: [0] } })
})

describe('a command sent again', () => {
  test.each(commandNames.filter((name) => commandTable[name].decidedBy !== 'account'))(
    '%s with a commandId that was used for another is refused, with the same it is done once',
    async (name) => {
      const eve = await fake.join('Eve')
      const send = (fields: Fields) => {
        const headers = { authorization: `Bearer ${eve.token}` }
        const body = JSON.stringify({ ...fields, commandId: 'again' })
        return post(`/mailbox/${eve.mailbox}/actions`, { body, headers })
      }
      await send({ type: 'RenamePlayer', name: 'Eva' })
      const head = await fake.store.head()
      const other = await send(sampleCommand(name))
      expect(JSON.parse(other.text).refused).toMatch(/CommandIdReused|TooBusy/)
      const same = await send({ type: 'RenamePlayer', name: 'Eva' })
      expect(JSON.parse(same.text).status).toBe('accepted')
      expect(await fake.store.head()).toBe(head)
    },
  )
})

test('memory is flat: a thousand faults more leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const flood = async (times: number) => {
    const makers = Object.entries(bodyFaults).filter(([name]) => !/large|thousand/.test(name))
    for (let round = 0; round < times; round++) {
      const { path, body } = operations[round % operations.length]!
      const [, make] = makers[round % makers.length]!
      await post(path(), make(JSON.stringify(body)))
    }
  }
  const heap = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  await flood(500)
  const before = heap()
  await flood(1000)
  expect(heap() - before).toBeLessThan(4_000_000)
})
