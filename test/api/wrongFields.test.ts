// Faults in the fields of commands: classes × every command × every door, as a seed draws them. Each names the field; nothing is written.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commandTable } from '../../src/commands/table.ts'
import type { CommandName } from '../../src/domain/commands.ts'
import { seedOf } from '../helpers/killReport.ts'
import { type Fake, openFake, type Player } from './fakes.ts'
import { httpAsker, socketAsker } from './faults/ask.ts'
import { chanceOf } from './faults/chance.ts'
import { commandNames, sampleCommand, sampleMutation } from './samples.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const again = `ORRERY_SEED=${seed} npx vitest run test/api/wrongFields.test.ts`

let fake: Fake
let ada: Player
let http: ReturnType<typeof httpAsker>
let socket: ReturnType<typeof socketAsker>
beforeAll(async () => {
  fake = await openFake({ limits: { commandsPerMinute: 1e9, requestsPerMinute: 1e9 } })
  ada = await fake.enter('Ada')
  http = httpAsker(fake.url)
  socket = socketAsker(fake.url, ada.token)
})
afterAll(async () => {
  await socket.close()
  http.close()
  await fake.api.close()
})

let ids = 0
const post = (path: string, body: unknown, { token } = ada) =>
  http.ask({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

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

const classOf = ({ name }: Wrong) => name.replace(/^\w+: /, '')

function groupedByClass(wrongs: readonly Wrong[]) {
  const groups = new Map<string, Wrong[]>()
  for (const wrong of wrongs) {
    groups.set(classOf(wrong), [...(groups.get(classOf(wrong)) ?? []), wrong])
  }
  return groups
}

/** One fault of each class, in a field by chance, in an order by chance. */
function oneOfEach(name: CommandName): readonly Wrong[] {
  const chance = chanceOf(seed + (commandNames as readonly CommandName[]).indexOf(name))
  const byClass = groupedByClass(faultsOf(name))
  return chance.shuffled([...byClass.values()].map((wrongs) => chance.one(wrongs)))
}

const namesFields = [{ field: expect.stringMatching(/\w/), detail: expect.stringMatching(/\w/) }]

describe.each(commandNames)(`%s with a wrong field (seed ${seed})`, (name) => {
  const path = () => `/mailbox/${ada.mailbox}/actions`

  test('sent to the mailbox is told which, and the log does not move', async () => {
    const head = await fake.store.head()
    for (const { name: fault, fields } of faultsOf(name)) {
      const { status, text } = await post(path(), fields)
      if (status === 200) expect(isRefused(text), `${fault}: ${text}`).toBe(true)
      else {
        expect(status, `${fault}: ${text}`).toBe(400)
        expect(JSON.parse(text).errors.slice(0, 1), fault).toEqual(namesFields)
      }
      expect(await fake.store.head(), fault).toBe(head)
    }
    expect(fake.said).toEqual([])
  })

  test('sent in a batch is told which in its place, and the log does not move', async () => {
    const head = await fake.store.head()
    const faults = oneOfEach(name)
    for (let from = 0; from < faults.length; from += 100) {
      const part = faults.slice(from, from + 100)
      const { status, text } = await post(
        path(),
        part.map(({ fields }) => fields),
      )
      expect(status, text).toBe(200)
      for (const [at, answer] of JSON.parse(text).entries()) {
        const told = `${part[at]!.name}: ${JSON.stringify(answer)}\n${again}`
        if (answer.status === 'invalid')
          expect(answer.errors.slice(0, 1), told).toEqual(namesFields)
        else expect(answer, told).toMatchObject({ status: 'refused', refused: expect.any(String) })
      }
    }
    expect(await fake.store.head()).toBe(head)
  })

  // A variable that the operation does not declare is none of its input; and an ID takes a number for its text.
  const undeclared = /unknown field|field of the log|chance fills|world: a number for a text/
  const sent: readonly (readonly [
    string,
    (body: object) => Promise<{ status: number; text: string }>,
  ])[] = [
    ['by GraphQL', (body) => post('/graphql', body)],
    [
      'over a WebSocket',
      (payload) => socket.ask(JSON.stringify({ id: `a${ids++}`, type: 'subscribe', payload })),
    ],
  ]

  test.each(sent)('sent %s is told which, and the log does not move', async (door, send) => {
    const head = await fake.store.head()
    const { query } = sampleMutation(name)
    for (const { name: fault, fields } of oneOfEach(name)) {
      if (undeclared.test(fault)) continue
      const { status, text } = await send({ query, variables: fields })
      const told = `${fault}: ${status} ${text}\n${again}`
      const { data, errors } = door === 'by GraphQL' ? JSON.parse(text) : payloadOf(text)
      const answer = data && (Object.values(data)[0] as { __typename: string; faults?: unknown[] })
      if (errors) expect(errors[0].message, told).toMatch(/\w/)
      else expect(['Invalid', 'Refused'], told).toContain(answer?.__typename)
      if (answer?.__typename === 'Invalid') expect(answer.faults?.slice(0, 1)).toEqual(namesFields)
      if (door === 'by GraphQL')
        expect(status, told).toBe(answer?.__typename === 'Refused' ? 200 : 400)
      expect(await fake.store.head(), told).toBe(head)
    }
    expect(fake.said).toEqual([])
  })
})

/** An error is a list of them; a result has data and errors. */
function payloadOf(text: string) {
  const { type, payload } = JSON.parse(text)
  return type === 'error' ? { data: undefined, errors: payload } : payload
}

test('the classes of fault in fields are at least forty', () => {
  const classes = new Set(commandNames.flatMap((name) => faultsOf(name).map(classOf)))
  expect(classes.size).toBeGreaterThanOrEqual(40)
})

test('minus zero is zero: the log has only one of them', async () => {
  const eve = await fake.enter('Eve')
  const body = '{"type":"ClaimMany","world":"first","cells":[-0]}'
  await post(`/mailbox/${eve.mailbox}/actions`, body, eve)
  const [event] = await fake.store.readAll((await fake.store.head()) - 1, 1)
  expect(event).toMatchObject({ type: 'CellsClaimed', data: { cells: [0] } })
})

describe('a command sent again', () => {
  test.each(commandNames.filter((name) => commandTable[name].decidedBy !== 'account'))(
    '%s with a commandId that was used for another is refused, with the same it is done once',
    async (name) => {
      const eve = await fake.join('Eve')
      const send = (fields: Fields) =>
        post(`/mailbox/${eve.mailbox}/actions`, { ...fields, commandId: 'again' }, eve)
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
