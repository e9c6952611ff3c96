import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { commandHandler, SYSTEM_ACCOUNT } from '../../src/commands/handler.ts'
import type { Submission, Submitted } from '../../src/commands/submit.ts'
import { generateCell, isWater } from '../../src/domain/generation/terrain.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
import type { PersonalData } from '../../src/domain/ports/personalData.ts'
import { accountStream, playerStream, territoryStream } from '../../src/domain/streams.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { faultyStore, testChance, testClock, testScheduler } from './fixture.ts'

const eden: WorldSettings = { world: 'eden', seed: 7, n: 24, ups: 20 }
const home = Array.from({ length: 5_000 }, (_, cell) => cell).find(
  (cell) => !isWater(generateCell(eden.seed, eden.n, cell).terrain),
)!

function setUp(
  more: {
    roomForWorld?: () => boolean
    claimLimit?: () => number | undefined
    personalData?: PersonalData
  } = {},
) {
  const faulty = faultyStore(memoryEventStore())
  const ports = {
    store: faulty.store,
    personalData: memoryPersonalData(),
    messaging: inProcessMessaging(),
    clock: testClock(),
    scheduler: testScheduler(),
    chance: testChance(),
    worldSettings: (world: string) => (world === 'eden' ? eden : undefined),
    ...more,
  }
  let handler = commandHandler(ports)
  const heard: [string, unknown][] = []
  for (const topic of ['worlds', 'chat/eden'])
    ports.messaging.subscribe(topic, (message) => heard.push([topic, message]))
  const submit = async (submission: Submission): Promise<Submitted> => {
    const result = await handler.submit(submission)
    if ('status' in result) expect.fail(`invalid: ${JSON.stringify(result.faults)}`)
    return result
  }
  const join = async (name = 'Ada') => {
    const { joined } = await submit({ account: undefined, type: 'JoinPlayer', input: { name } })
    if (joined === undefined) expect.fail('nobody joined')
    return joined
  }
  const enter = async (name = 'Ada') => {
    const joined = await join(name)
    await submit({ ...joined, type: 'EnterWorld', world: 'eden', input: { landing: home } })
    return joined
  }
  return {
    ...faulty,
    ...ports,
    heard,
    submit,
    join,
    enter,
    handler: () => handler,
    restart: () => {
      handler = commandHandler({ ...ports, chance: testChanceAfterRestart() })
    },
  }
}

/** Other ids than those of the first run. */
const testChanceAfterRestart = () => ({ ...testChance(), uuid: () => crypto.randomUUID() })

const claim = { type: 'ClaimMany', world: 'eden', input: { cells: [home] } }

test('a claim is judged by the limit that the world has published of the player', async () => {
  let limit: number | undefined = 0
  const { enter, submit } = setUp({ claimLimit: () => limit })
  const ada = await enter()
  expect((await submit({ ...ada, ...claim })).answer).toMatchObject({
    refused: 'ClaimLimitReached',
  })
  limit = undefined
  expect((await submit({ ...ada, ...claim })).answer).toMatchObject({ status: 'accepted' })
})

describe('bad input names its field and changes nothing', () => {
  const bad: readonly (readonly [string, Partial<Submission>, string])[] = [
    ['a command that is none', { type: 'ConquerWorld' }, 'type'],
    ['a command id with a blank', { ...claim, commandId: 'a b' }, 'commandId'],
    ['a command id too long', { ...claim, commandId: 'x'.repeat(65) }, 'commandId'],
    ['an empty command id', { ...claim, commandId: '' }, 'commandId'],
    ['nobody who asks', { ...claim, account: undefined }, 'account'],
    ['no world', { type: 'ClaimMany', input: { cells: [1] } }, 'world'],
    ['a world id with a hyphen', { ...claim, world: 'e-den' }, 'world'],
    ['no input', { ...claim, input: undefined }, 'cells'],
    ['input that is no object', { ...claim, input: 'cells' }, 'input'],
    ['input that is a list', { ...claim, input: [1] }, 'input'],
    ['no cells', { ...claim, input: { cells: [] } }, 'cells'],
    ['too many cells', { ...claim, input: { cells: Array(257).fill(1) } }, 'cells'],
    ['a cell below all', { ...claim, input: { cells: [1, -1] } }, 'cells[1]'],
    ['a cell beyond the planet', { ...claim, input: { cells: [10 * 24 * 24 + 2] } }, 'cells[0]'],
    ['half a cell', { ...claim, input: { cells: [1.5] } }, 'cells[0]'],
    ['a cell as text', { ...claim, input: { cells: ['1'] } }, 'cells[0]'],
    ['a field that is none', { ...claim, input: { cells: [1], force: true } }, 'force'],
    [
      'a cell beyond the planet in a blueprint',
      {
        ...claim,
        type: 'PlaceMany',
        input: {
          structures: [
            { cell: 1, prototype: 'kiln' },
            { cell: 2, prototype: 'kiln' },
            { cell: 99_999, prototype: 'kiln' },
          ],
        },
      },
      'structures[2].cell',
    ],
    [
      'a prototype that is none',
      { ...claim, type: 'PlaceMany', input: { structures: [{ cell: 1, prototype: 'castle' }] } },
      'structures[0].prototype',
    ],
    [
      'a field that is none in a blueprint',
      {
        ...claim,
        type: 'PlaceMany',
        input: { structures: [{ cell: 1, prototype: 'kiln', owner: 'me' }] },
      },
      'structures[0].owner',
    ],
    [
      'a seventh direction',
      { ...claim, type: 'RotateStructure', input: { cell: 1, direction: 6 } },
      'direction',
    ],
    ['no path', { ...claim, type: 'MovePlayer', input: { path: [] } }, 'path'],
    [
      'a path too long',
      { ...claim, type: 'MovePlayer', input: { path: Array(65).fill(0) } },
      'path',
    ],
    ['a path nowhere', { ...claim, type: 'MovePlayer', input: { path: [0, 7] } }, 'path[1]'],
    [
      'a count of nothing',
      { ...claim, type: 'Craft', input: { recipe: 'gear', count: 0 } },
      'count',
    ],
    [
      'a count too high',
      { ...claim, type: 'Craft', input: { recipe: 'gear', count: 10_001 } },
      'count',
    ],
    [
      'a recipe that cannot be a name',
      { ...claim, type: 'Craft', input: { recipe: '\u0000', count: 1 } },
      'recipe',
    ],
    [
      'an item that is none',
      {
        ...claim,
        type: 'Transfer',
        input: { cell: 1, item: 'gold', count: 1, way: 'put' },
      },
      'item',
    ],
    [
      'a way that is none',
      {
        ...claim,
        type: 'Transfer',
        input: { cell: 1, item: 'plate', count: 1, way: 'steal' },
      },
      'way',
    ],
    ['nothing said', { ...claim, type: 'Say', input: { text: '   ' } }, 'text'],
    ['too much said', { ...claim, type: 'Say', input: { text: 'x'.repeat(501) } }, 'text'],
    ['U+0000', { ...claim, type: 'Say', input: { text: 'a\u0000b' } }, 'text'],
    ['a line break', { ...claim, type: 'Say', input: { text: 'a\nb' } }, 'text'],
    ['half a surrogate pair', { ...claim, type: 'Say', input: { text: 'a\ud800' } }, 'text'],
    ['a name too long', { type: 'RenamePlayer', input: { name: 'x'.repeat(33) } }, 'name'],
    ['a name of nothing', { type: 'RenamePlayer', input: { name: null } }, 'name'],
    ['a name that is no text', { type: 'RenamePlayer', input: { name: 5 } }, 'name'],
    [
      'a seed beyond u32',
      { type: 'FoundWorld', world: 'mars', input: { seed: 2 ** 32, n: 8 } },
      'seed',
    ],
    ['a planet of nothing', { type: 'FoundWorld', world: 'mars', input: { seed: 1, n: 0 } }, 'n'],
    [
      'a world too slow',
      { type: 'FoundWorld', world: 'mars', input: { seed: 1, n: 8, ups: 5 } },
      'ups',
    ],
  ]

  test.each(bad)('%s', async (_, submission, field) => {
    const { enter, handler, store } = setUp()
    const { account } = await enter()
    const head = await store.head()
    const result = await handler().submit({ account, type: '', input: {}, ...submission })
    if (!('status' in result)) expect.fail(`it was taken: ${JSON.stringify(result)}`)
    expect(result.faults.map((fault) => fault.field)).toEqual([field])
    expect(result.faults[0]?.detail).not.toBe('')
    expect(await store.head()).toBe(head)
  })

  test('every fault is told, not only the first', async () => {
    const { enter, handler } = setUp()
    const { account } = await enter()
    const input = { cell: -1, item: 'gold', count: 0, way: 'put' }
    const result = await handler().submit({ account, type: 'Transfer', world: 'eden', input })
    expect(result).toMatchObject({
      status: 'invalid',
      faults: [{ field: 'cell' }, { field: 'item' }, { field: 'count' }],
    })
  })

  test('text outside the basic plane is fine, and a name is trimmed', async () => {
    const { join, personalData } = setUp()
    const { account } = await join('  Ada 🚀 ')
    expect((await personalData.names([account])).get(account)).toBe('Ada 🚀')
  })
})

describe('joining', () => {
  test('gives an account, a token whose hash alone is kept, and a mailbox', async () => {
    const { join, personalData, store } = setUp()
    const { account, token, mailbox } = await join('Ada')
    expect(token).toMatch(/^orrery_.{43}$/)
    const tokenHash = createHash('sha256').update(token).digest('hex')
    expect(await personalData.sessionByToken(tokenHash)).toEqual({ account, tokenHash, mailbox })
    expect((await personalData.names([account])).get(account)).toBe('Ada')
    const [event] = await store.readStream(accountStream(account), 0, 10)
    expect(event).toMatchObject({ type: 'PlayerJoined', data: { account } })
    expect(JSON.stringify(event)).not.toContain('Ada')
  })

  test('leaves nobody behind when the log cannot be written', async () => {
    const { join, failAppends, personalData, store } = setUp()
    const kept: string[] = []
    const { keepName } = personalData
    personalData.keepName = (account, ...rest) => {
      kept.push(account)
      return keepName(account, ...rest)
    }
    failAppends(...Array(10).fill('lost'))
    await expect(join('Ada')).rejects.toThrow('the connection is gone')
    expect(kept).toHaveLength(1)
    expect(await personalData.names(kept)).toEqual(new Map())
    expect(await store.head()).toBe(0)
  })

  test('is needed for everything else', async () => {
    const { submit, store } = setUp()
    for (const submission of [
      claim,
      { type: 'EnterWorld', world: 'eden', input: {} },
      { type: 'RenamePlayer', input: { name: 'Bob' } },
      { type: 'EraseAccount', input: {} },
    ]) {
      const { answer } = await submit({ account: 'stranger', ...submission })
      expect(answer).toMatchObject({ status: 'refused', refused: 'NotJoined' })
    }
    expect(await store.head()).toBe(0)
  })
})

describe('a command', () => {
  test('in a world that is none is refused', async () => {
    const { join, submit } = setUp()
    const { account } = await join()
    const { answer } = await submit({ account, ...claim, world: 'atlantis' })
    expect(answer).toMatchObject({ status: 'refused', refused: 'NoSuchWorld' })
  })

  test('for the territory is refused to who is not in the world', async () => {
    const { join, submit, store } = setUp()
    const { account } = await join()
    const refused = { status: 'refused', refused: 'NotInWorld' }
    expect((await submit({ account, ...claim, commandId: 'early' })).answer).toMatchObject(refused)
    await submit({ account, type: 'EnterWorld', world: 'eden', input: {} })
    // The retry gets the first answer, a new command another.
    expect((await submit({ account, ...claim, commandId: 'early' })).answer).toMatchObject(refused)
    expect((await submit({ account, ...claim })).answer).toMatchObject({ status: 'accepted' })
    expect(await store.readStream(territoryStream('eden'), 0, 10)).toHaveLength(1)
  })

  test('writes down who, where, when and why', async () => {
    const { enter, submit, store } = setUp()
    const { account } = await enter()
    const correlationId = 'request-1'
    const { commandId } = await submit({ account, ...claim, correlationId })
    const [event] = await store.readStream(territoryStream('eden'), 0, 10)
    expect(event).toMatchObject({
      type: 'CellsClaimed',
      version: 1,
      data: { account, cells: [home] },
      metadata: {
        commandId,
        account,
        world: 'eden',
        correlationId,
        causationId: commandId,
        at: '2023-11-14T22:13:20.000Z',
      },
    })
    expect(event?.metadata.eventId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('without an id gets one, and is then another command each time', async () => {
    const { enter, submit } = setUp()
    const { account } = await enter()
    const first = await submit({ account, ...claim })
    const second = await submit({ account, ...claim })
    expect(first.commandId).not.toBe(second.commandId)
    expect([first.answer.status, second.answer.status]).toEqual(['accepted', 'unchanged'])
  })

  test('leaves out a field by null or by nothing, and asks the same', async () => {
    const { join, submit } = setUp()
    const { account } = await join()
    const enter = { account, type: 'EnterWorld', world: 'eden', commandId: 'e' }
    const first = await submit({ ...enter, input: { landing: null } })
    expect(first.answer.status).toBe('accepted')
    expect(await submit({ ...enter, input: undefined })).toEqual(first)
  })
})

describe('a retry, also after a restart', () => {
  const refusedClaim = { ...claim, input: { cells: [home + 1_000, home] } }

  test.each([
    ['accepted', claim],
    ['refused', refusedClaim],
    ['accepted', { type: 'MovePlayer', world: 'eden', input: { path: [0, 1] } }],
    ['unchanged', { type: 'StopHarvest', world: 'eden', input: {} }],
    ['accepted', { type: 'Say', world: 'eden', input: { text: 'hello' } }],
    ['accepted', { type: 'RenamePlayer', input: { name: 'Eve' } }],
    ['accepted', { type: 'FoundWorld', world: 'mars', input: { seed: 1, n: 8 } }],
  ])('gets the first answer, %s: %o', async (status, submission) => {
    const { enter, submit, restart, store, clock } = setUp()
    const { account } = await enter()
    const first = await submit({ account, ...submission, commandId: 'once' })
    expect(first.answer.status).toBe(status)
    const head = await store.head()
    restart()
    clock.pass(60_000)
    expect(await submit({ account, ...submission, commandId: 'once' })).toEqual(first)
    expect(await store.head()).toBe(head)
  })

  test('with another payload is told so', async () => {
    const { enter, submit } = setUp()
    const { account } = await enter()
    await submit({ account, ...claim, commandId: 'once' })
    for (const other of [
      { ...claim, input: { cells: [home + 1] } },
      { type: 'LeaveWorld', world: 'eden', input: {} },
      { type: 'RenamePlayer', input: { name: 'Eve' } },
    ]) {
      const { answer } = await submit({ account, ...other, commandId: 'once' })
      expect(answer).toMatchObject({ status: 'refused', refused: 'CommandIdReused' })
    }
  })

  test('to enter still tells where the player landed', async () => {
    const { join, submit, restart } = setUp()
    const { account } = await join()
    const enter = { account, type: 'EnterWorld', world: 'eden', input: {}, commandId: 'e' }
    const first = await submit(enter)
    expect(first.landing).toBeTypeOf('number')
    restart()
    expect(await submit(enter)).toEqual(first)
    const again = await submit({ ...enter, commandId: 'e2' })
    expect(again).toMatchObject({ answer: { status: 'unchanged' }, landing: first.landing })
  })

  test('to be renamed does not bring an old name back', async () => {
    const { enter, submit, personalData } = setUp()
    const { account } = await enter()
    const rename = (name: string, commandId: string) =>
      submit({ account, type: 'RenamePlayer', input: { name }, commandId })
    await rename('Eve', 'first')
    await rename('Zoe', 'second')
    await rename('Eve', 'first')
    expect((await personalData.names([account])).get(account)).toBe('Zoe')
  })
})

describe('moves', () => {
  test('are at most two a second for each player', async () => {
    const { enter, submit, clock, store } = setUp()
    const ada = await enter('Ada')
    const bob = await enter('Bob')
    const move = ({ account }: { account: string }, commandId: string) =>
      submit({ account, type: 'MovePlayer', world: 'eden', input: { path: [0] }, commandId })
    const first = await move(ada, 'm1')
    await move(ada, 'm2')
    const tooFast = await move(ada, 'm3')
    expect(tooFast.answer).toMatchObject({ status: 'refused', refused: 'TooBusy' })
    expect((await move(bob, 'm1')).answer.status).toBe('accepted')
    expect(await move(ada, 'm1')).toEqual(first)
    clock.pass(999)
    expect((await move(ada, 'm3')).answer.status).toBe('refused')
    clock.pass(1)
    expect((await move(ada, 'm3')).answer.status).toBe('accepted')
    const moves = await store.readStream(playerStream('eden', ada.account), 1, 10)
    expect(moves.map(({ type }) => type)).toEqual(Array(3).fill('MoveOrdered'))
  })
})

describe('what belongs beside the log', () => {
  test('what is said is kept once and told to the world', async () => {
    const { enter, submit, heard, personalData, store } = setUp()
    const { account } = await enter()
    const head = await store.head()
    const say = { account, type: 'Say', world: 'eden', input: { text: 'hello' }, commandId: 's' }
    expect((await submit(say)).answer).toMatchObject({ status: 'accepted', events: 0 })
    await submit(say)
    expect(await store.head()).toBe(head)
    expect(heard).toEqual([['chat/eden', expect.objectContaining({ account, text: 'hello' })]])
    expect(await personalData.chatAfter('eden', 0, 10)).toHaveLength(1)
  })

  test('who is not in the world is not heard in it', async () => {
    const { join, submit, heard } = setUp()
    const { account } = await join()
    const say = { account, type: 'Say', world: 'eden', input: { text: 'hello' } }
    expect((await submit(say)).answer).toMatchObject({ refused: 'NotInWorld' })
    expect(heard).toEqual([])
  })

  test('an erased account leaves no name, no session and no chat, and may do nothing more', async () => {
    const { enter, submit, personalData } = setUp()
    const { account, mailbox } = await enter()
    await submit({ account, type: 'Say', world: 'eden', input: { text: 'hello' } })
    const { answer } = await submit({ account, type: 'EraseAccount', input: {} })
    expect(answer.status).toBe('accepted')
    expect(await personalData.names([account])).toEqual(new Map())
    expect(await personalData.sessionByMailbox(mailbox)).toBe(undefined)
    expect(await personalData.chatAfter('eden', 0, 10)).toEqual([])
    for (const submission of [claim, { type: 'RenamePlayer', input: { name: 'Ada' } }]) {
      const late = await submit({ account, ...submission })
      expect(late.answer).toMatchObject({ status: 'refused', refused: 'AccountErased' })
    }
    expect(await personalData.names([account])).toEqual(new Map())
  })

  test.each([
    ['a name', { type: 'RenamePlayer', input: { name: 'Eve' } }],
    ['a line of chat', { type: 'Say', world: 'eden', input: { text: 'hello' } }],
  ])('%s that is kept while the account is erased goes as well', async (_, submission) => {
    const inner = memoryPersonalData()
    let meanwhile = async () => {}
    const personalData: PersonalData = {
      ...inner,
      async keepName(...asked) {
        await meanwhile()
        return inner.keepName(...asked)
      },
      async keepChat(...asked) {
        await meanwhile()
        return inner.keepChat(...asked)
      },
    }
    const { enter, submit, heard } = setUp({ personalData })
    const { account } = await enter()
    let erased = 0
    meanwhile = async () => {
      meanwhile = async () => {}
      erased += 1
      await submit({ account, type: 'EraseAccount', input: {} })
    }
    await submit({ account, ...submission })
    expect(erased).toBe(1)
    expect(await inner.names([account])).toEqual(new Map())
    expect(await inner.chatAfter('eden', 0, 10)).toEqual([])
    expect(heard).toEqual([])
  })

  test('a founded world is announced', async () => {
    const { join, submit, heard } = setUp()
    const { account } = await join()
    const input = { seed: 5, n: 8 }
    const { answer } = await submit({ account, type: 'FoundWorld', world: 'mars', input })
    expect(answer.status).toBe('accepted')
    expect(heard).toEqual([['worlds', { world: 'mars', seed: 5, n: 8, ups: 20 }]])
  })

  test('a full server founds no more worlds', async () => {
    const { join, submit, heard } = setUp({ roomForWorld: () => false })
    const { account } = await join()
    const found = { account, type: 'FoundWorld', world: 'mars', input: { seed: 5, n: 8 } }
    expect((await submit(found)).answer).toMatchObject({ refused: 'TooBusy' })
    expect(heard).toEqual([])
  })
})

test('the server founds its first world by itself, and the retry is nothing new', async () => {
  const { submit, heard } = setUp()
  const input = { seed: 5, n: 8, ups: 30 }
  const found = { account: SYSTEM_ACCOUNT, type: 'FoundWorld', world: 'first', input }
  expect((await submit(found)).answer.status).toBe('accepted')
  expect((await submit(found)).answer.status).toBe('unchanged')
  expect(heard).toEqual([['worlds', { world: 'first', ...input }]])
})

test('fifty players race for a cell through the handler: one has it, 49 are refused by name', async () => {
  const { enter, submit } = setUp()
  const players = await Promise.all(Array.from({ length: 50 }, (_, i) => enter(`player ${i}`)))
  const answers = await Promise.all(
    players.map(({ account }) => submit({ account, ...claim }).then(({ answer }) => answer)),
  )
  expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1)
  expect(
    answers.filter((answer) => answer.status === 'refused' && answer.refused === 'CellTaken'),
  ).toHaveLength(49)
})

test('whoever builds a line gets it from claim to recipe', async () => {
  const { enter, submit, store } = setUp()
  const { account } = await enter()
  const next = neighboursOf(eden.n, home)[0]!
  const asks: readonly (readonly [string, object])[] = [
    ['ClaimMany', { cells: [home, next] }],
    ['PlaceMany', { structures: [{ cell: home, prototype: 'kiln' }] }],
    ['RotateStructure', { cell: home, direction: 2 }],
    ['SelectRecipe', { cell: home, recipe: 'plate' }],
    ['RemoveMany', { cells: [home] }],
    ['ReleaseCell', { cell: home }],
  ]
  for (const [type, input] of asks)
    expect((await submit({ account, type, world: 'eden', input })).answer.status).toBe('accepted')
  const log = await store.readStream(territoryStream('eden'), 0, 100)
  expect(log.map(({ type }) => type)).toEqual([
    'CellsClaimed',
    'StructuresPlaced',
    'StructureRotated',
    'RecipeSelected',
    'StructuresRemoved',
    'CellReleased',
  ])
  expect(log[1]?.data).toEqual({
    account,
    structures: [{ cell: home, prototype: 'kiln', direction: 0 }],
  })
})
