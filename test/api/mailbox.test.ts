import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  act,
  type Called,
  type Fake,
  FakeWorld,
  openFake,
  type Player,
  until,
  worldsAmong,
} from './fakes.ts'

let fake: Fake
// A world for each test: its chat and its outcomes would reach the next one's players.
beforeEach(async () => {
  fake = await openFake({ limits: { pollWaitMs: 60_000 } })
})
afterEach(() => fake.api.close())

const messages = (player: Player, query = '') =>
  fake.call('GET', `/mailbox/${player.mailbox}/messages${query}`, { token: player.token })
const poll = (player: Player, query = '', signal?: AbortSignal) =>
  fake.call('GET', `/poll/${player.mailbox}${query}`, {
    token: player.token,
    ...(signal ? { signal } : {}),
  })
const after = ({ body }: Called, index = -1) =>
  `?after=${encodeURIComponent(body.messages.at(index).cursor)}`
const kinds = ({ body }: Called) => body.messages.map(({ kind }: { kind: string }) => kind)

test('an action is a command in JSON: accepted, unchanged and refused are answers', async () => {
  const ada = await fake.enter()
  const claim = { type: 'ClaimMany', world: 'first', cells: [3], commandId: 'claim-1' }
  const first = await act(fake.call, ada, claim)
  expect(first.status).toBe(200)
  expect(first.body).toMatchObject({
    commandId: 'claim-1',
    command: 'ClaimMany',
    status: 'accepted',
  })
  expect((await act(fake.call, ada, claim)).body).toEqual(first.body)
  const bob = await fake.enter()
  const late = await act(fake.call, bob, { ...claim, commandId: undefined })
  expect(late.status).toBe(200)
  expect(late.body).toMatchObject({
    status: 'refused',
    refused: 'CellTaken',
    detail: expect.any(String),
  })
  const reused = await act(fake.call, ada, { ...claim, cells: [9] })
  expect(reused.body).toMatchObject({ status: 'refused', refused: 'CommandIdReused' })
})

test.each([
  ['nothing', undefined, 'body'],
  ['null', null, 'body'],
  ['a text', 'ClaimMany', 'body'],
  ['no type', { world: 'first' }, 'type'],
  ['an unknown command', { type: 'GiveMeAll', world: 'first' }, 'type'],
  ['a join', { type: 'JoinPlayer', name: 'Eve' }, 'type'],
  ['a world that is no text', { type: 'StopHarvest', world: 7 }, 'world'],
  [
    'a commandId with spaces',
    { type: 'StopHarvest', world: 'first', commandId: 'a b' },
    'commandId',
  ],
  ['a cell outside the planet', { type: 'ClaimMany', world: 'first', cells: [0, 42] }, 'cells[1]'],
  ['an unknown field', { type: 'StopHarvest', world: 'first', now: true }, 'now'],
  ['an empty batch', [], 'body'],
  ['a batch too long', Array(101).fill({ type: 'StopHarvest', world: 'first' }), 'body'],
])('an action of %s is refused and names the field', async (_, body, field) => {
  const ada = await fake.join()
  const answer = await act(fake.call, ada, body)
  expect(answer.status).toBe(400)
  expect(answer.body.errors.map((fault: { field: string }) => fault.field)).toContain(field)
})

test('a batch is answered in order, one answer each, and a fault holds up nobody', async () => {
  const ada = await fake.join()
  const { status, body } = await act(fake.call, ada, [
    { type: 'EnterWorld', world: 'first' },
    { type: 'ClaimMany', world: 'first', cells: 'all' },
    7,
    { type: 'ClaimMany', world: 'first', cells: [30] },
    { type: 'ReleaseCell', world: 'first', cell: 31 },
  ])
  expect(status).toBe(200)
  expect(body).toMatchObject([
    { status: 'accepted', landing: expect.any(Number) },
    { status: 'invalid', errors: [{ field: 'cells' }] },
    { status: 'invalid', errors: [{ field: 'body' }] },
    { status: 'accepted' },
    { status: 'refused', refused: 'NotOwner' },
  ])
})

test('a batch of a hundred is answered whole, one of a hundred and one not at all', async () => {
  const ada = await fake.enter()
  const bad = { type: 'ClaimMany', world: 'first', cells: [-1] }
  const say = (number: number) => ({ type: 'Say', world: 'first', text: `line ${number}` })
  const batch = Array.from({ length: 101 }, (_, at) => (at % 10 === 9 ? bad : say(at)))
  const head = await fake.store.head()
  const tooLong = await act(fake.call, ada, batch)
  expect(tooLong).toMatchObject({ status: 400, body: { errors: [{ field: 'body' }] } })
  expect(await fake.store.head()).toBe(head)
  expect((await messages(ada)).body.messages).toEqual([])
  const { status, body } = await act(fake.call, ada, batch.slice(0, 100))
  expect(status).toBe(200)
  const decided = Array.from({ length: 100 }, (_, at) => (at % 10 === 9 ? 'invalid' : 'accepted'))
  expect(body.map((answer: { status: string }) => answer.status)).toEqual(decided)
  const told = (await messages(ada)).body.messages.map(({ text }: { text: string }) => text)
  expect(told).toEqual(
    Array.from({ length: 100 }, (_, at) => `line ${at}`).filter((_, at) => at % 10 !== 9),
  )
})

test('an id that comes again in its batch gets the first answer, and another command under it is refused', async () => {
  const ada = await fake.enter()
  const claim = { type: 'ClaimMany', world: 'first', cells: [3], commandId: 'one' }
  const before = await fake.store.head()
  const { body } = await act(fake.call, ada, [
    claim,
    { ...claim, cells: [4] },
    claim,
    { ...claim, commandId: 'two' },
  ])
  expect(body).toMatchObject([
    { status: 'accepted', commandId: 'one' },
    { status: 'refused', refused: 'CommandIdReused', commandId: 'one' },
    { status: 'accepted', commandId: 'one' },
    { status: 'unchanged', commandId: 'two' },
  ])
  expect(body[2]).toEqual(body[0])
  expect(await fake.store.head()).toBe(before + 1)
})

test('messages wait until they are acknowledged, and acknowledging is for ever', async () => {
  const ada = await fake.enter()
  for (const commandId of ['a', 'b', 'c']) fake.world.tell({ account: ada.account, commandId })
  const first = await messages(ada)
  expect(first.body.messages).toMatchObject([
    { kind: 'outcome', world: 'first', commandId: 'a', reason: 'Done' },
    { commandId: 'b' },
    { commandId: 'c' },
  ])
  expect((await messages(ada)).body).toEqual(first.body)
  expect((await messages(ada, after(first, 0))).body.messages).toMatchObject([
    { commandId: 'b' },
    { commandId: 'c' },
  ])
  expect((await messages(ada)).body.messages).toHaveLength(2)
  expect((await messages(ada, after(first))).body.messages).toEqual([])
  expect((await messages(ada)).body.messages).toEqual([])
})

test('an old cursor reads again from there, but takes no acknowledgement back', async () => {
  const ada = await fake.enter()
  for (const commandId of ['a', 'b', 'c']) fake.world.tell({ account: ada.account, commandId })
  const all = await messages(ada)
  await messages(ada, after(all))
  expect((await messages(ada, after(all, 0))).body.messages).toHaveLength(2)
  expect((await messages(ada)).body.messages).toEqual([])
})

test('a cursor of one world doubles nothing of another, which goes on after what was acknowledged', async () => {
  const [first, second] = [new FakeWorld('first'), new FakeWorld('second')]
  const all = [first, second]
  const both = await openFake({ world: first, worlds: worldsAmong(all) })
  const ada = await both.enter()
  second.enter(ada.account, 3)
  const read = (query = '') =>
    both.call('GET', `/mailbox/${ada.mailbox}/messages${query}`, { token: ada.token })
  for (const world of all) world.tell({ account: ada.account, commandId: 'a' })
  const ofFirst = await read('?world=first')
  expect(ofFirst.body.messages).toHaveLength(1)
  const ofBoth = await read()
  expect(ofBoth.body.messages).toHaveLength(2)
  await read(after(ofBoth))
  second.tell({ account: ada.account, commandId: 'b' })
  expect((await read(after(ofFirst))).body.messages).toMatchObject([
    { world: 'second', commandId: 'b' },
  ])
  await both.api.close()
})

test('a cursor of a world that its reader never entered is refused, and acknowledges nothing', async () => {
  const [first, second] = [new FakeWorld('first'), new FakeWorld('second')]
  const both = await openFake({ world: first, worlds: worldsAmong([first, second]) })
  const ada = await both.enter()
  const read = (query = '') =>
    both.call('GET', `/mailbox/${ada.mailbox}/messages${query}`, { token: ada.token })
  const made = await read('?after=first.1.0.0.0.~second.1.0.0.0.~-.0')
  expect(made.status).toBe(400)
  expect(made.body.errors).toMatchObject([
    { field: 'after', detail: expect.stringContaining('second') },
  ])
  second.enter(ada.account, 3)
  for (const world of [first, second]) world.tell({ account: ada.account, commandId: 'a' })
  expect((await read()).body.messages).toMatchObject([{ world: 'first' }, { world: 'second' }])
  await both.api.close()
})

test('a cursor of ticks that a replaying world has not come to again acknowledges none of them', async () => {
  const ada = await fake.enter()
  fake.world.state = 'replaying'
  const cursor = 'first.50.0.0.50.0123456789ab~-.0'
  expect((await messages(ada, `?after=${cursor}`)).status).toBe(200)
  expect((await fake.personalData.acknowledged(`${ada.mailbox}:first:contents`)) ?? '').toBe('')
  fake.world.state = 'running'
  fake.world.tell({ account: ada.account, commandId: 'a' })
  expect((await messages(ada)).body.messages).toMatchObject([{ commandId: 'a' }])
  const read = await messages(ada)
  fake.world.state = 'replaying'
  await messages(ada, after(read))
  fake.world.state = 'running'
  expect((await messages(ada)).body.messages).toEqual([])
})

test('a mailbox has outcomes, chat, refused orders and the newest contents, each once', async () => {
  const ada = await fake.enter('Ada')
  const bob = await fake.enter('Bob')
  await act(fake.call, bob, { type: 'Say', world: 'first', text: 'hello' })
  await act(fake.call, ada, { type: 'ReleaseCell', world: 'first', cell: 31 })
  fake.world.tell({ account: ada.account })
  fake.world.tell({ account: bob.account })
  const owner = fake.world.players().find((one) => one.account === ada.account)!.index
  const depot = { cell: 31, prototype: 'depot', direction: 0, owner, status: 'idle' as const }
  fake.world.place({ ...depot, contents: { plate: 1 } })
  const all = await messages(ada)
  expect(kinds(all)).toEqual(['outcome', 'chat', 'refused', 'contents'])
  expect(all.body.messages).toMatchObject([
    { order: 'CellsClaimed' },
    { name: 'Bob', text: 'hello', account: bob.account },
    { command: 'ReleaseCell', refused: 'NotOwner' },
    { structures: [{ cell: 31, contents: { plate: 1 } }] },
  ])
  const none = await messages(ada, after(all))
  expect(none.body.messages).toEqual([])
  fake.world.place({ ...depot, contents: { plate: 2 } })
  expect((await messages(ada, after(all))).body.messages).toEqual([])
  fake.world.tick += fake.world.settings.ups
  const later = await messages(ada, after(all))
  expect(later.body.messages).toMatchObject([{ structures: [{ contents: { plate: 2 } }] }])
})

test('a limit cuts the answer, says so, and the next goes on after it', async () => {
  const ada = await fake.enter()
  for (let count = 0; count < 5; count += 1) {
    fake.world.tell({ account: ada.account, commandId: `order-${count}` })
  }
  const seen: string[] = []
  let query = '?limit=2'
  for (;;) {
    const page = await messages(ada, query)
    seen.push(...page.body.messages.map((message: { commandId: string }) => message.commandId))
    if (!page.body.more) break
    query = `${after(page)}&limit=2`
  }
  expect(seen).toEqual([0, 1, 2, 3, 4].map((count) => `order-${count}`))
})

test('a backlog that is gone is told: take a snapshot', async () => {
  const ada = await fake.enter()
  fake.world.tell({ account: ada.account, commandId: 'gone' })
  fake.world.gone = { tick: fake.world.tick, index: 0 }
  fake.world.tell({ account: ada.account, commandId: 'kept' })
  const answer = await messages(ada)
  expect(answer.body.messages).toMatchObject([{ kind: 'takeSnapshot' }, { commandId: 'kept' }])
  const next = await messages(ada, after(answer, 0))
  expect(next.body.messages).toMatchObject([{ commandId: 'kept' }])
})

test.each([
  ['after=yesterday', 'after'],
  ['after=first.1.0.0.0.', 'after'],
  ['after=nowhere.1.0.0.0.~-.0', 'after'],
  ['after=first.999999999.0.0.0.~-.0', 'after'],
  ['after=first.0.0.999999999.0.~-.0', 'after'],
  ['after=first.0.0.0.999999999.0123456789ab~-.0', 'after'],
  ['after=first.0.0.0.0.0123~-.0', 'after'],
  ['after=first.-1.0.0.0.~-.0', 'after'],
  ['after=first.0.0.0.0.~first.0.0.0.0.~-.0', 'after'],
  ['after=', 'after'],
  ['limit=0', 'limit'],
  ['limit=many', 'limit'],
  ['world=nowhere', 'world'],
])('messages?%s is refused and names %s', async (query, field) => {
  const ada = await fake.enter()
  const { status, body } = await messages(ada, `?${query}`)
  expect(status).toBe(400)
  expect(body.errors[0].field).toBe(field)
})

test('a poll answers at once when something waits', async () => {
  const ada = await fake.enter()
  fake.world.tell({ account: ada.account, commandId: 'a' })
  expect((await poll(ada)).body.messages).toMatchObject([{ commandId: 'a' }])
})

test('two polls at once both get what arrives, and nothing is lost or doubled between polls', async () => {
  const ada = await fake.enter()
  const open = () => fake.world.subscribers.size
  const before = open()
  const polls = [poll(ada), poll(ada)]
  await until(() => open() === before + 2)
  expect(fake.world.presence()).toContainEqual(
    expect.objectContaining({ account: ada.account, state: 'connected' }),
  )
  fake.world.tell({ account: ada.account, commandId: 'a' })
  const [one, two] = await Promise.all(polls)
  expect(one?.body.messages).toMatchObject([{ commandId: 'a' }])
  expect(two?.body).toEqual(one?.body)
  fake.world.tell({ account: ada.account, commandId: 'b' })
  const next = await poll(ada, after(one!))
  expect(next.body.messages).toMatchObject([{ commandId: 'b' }])
  await until(() => open() === before)
})

test('a poll without a cursor is told what another reader acknowledges while it waits', async () => {
  let looks = 0
  let held: Promise<void> | undefined
  class Slow extends FakeWorld {
    override async player(account: string) {
      looks += 1
      const before = held
      held = undefined
      await before
      return super.player(account)
    }
  }
  const slow = await openFake({ world: new Slow() })
  const ada = await slow.enter()
  const read = (path: string) => slow.call('GET', path, { token: ada.token })
  const path = `/mailbox/${ada.mailbox}/messages`
  const waiting = read(`/poll/${ada.mailbox}`)
  await until(() => looks === 2)
  let goOn = () => {}
  held = new Promise((resolve) => {
    goOn = resolve
  })
  slow.world.tell({ account: ada.account, commandId: 'a' })
  await until(() => held === undefined)
  await read(`${path}${after(await read(path))}`)
  goOn()
  expect((await waiting).body.messages).toMatchObject([{ commandId: 'a' }])
  await slow.api.close()
})

test('a poll wakes for chat and for a refused order', async () => {
  const ada = await fake.enter('Ada')
  const bob = await fake.enter('Bob')
  const start = (await messages(ada)).body.cursor
  const before = fake.world.subscribers.size
  const chat = poll(ada, `?after=${start}`)
  await until(() => fake.world.subscribers.size > before)
  await act(fake.call, bob, { type: 'Say', world: 'first', text: 'wake up' })
  const heard = await chat
  expect(heard.body.messages.at(-1)).toMatchObject({ kind: 'chat', text: 'wake up' })
  const refused = poll(ada, after(heard))
  await until(() => fake.world.subscribers.size > before)
  await act(fake.call, ada, { type: 'ReleaseCell', world: 'first', cell: 31 })
  expect(kinds(await refused)).toEqual(['refused'])
})

/** Who owns a depot, and has acknowledged everything: by the cursor returned, and so by none. */
async function withDepot() {
  const ada = await fake.enter('Ada')
  const owner = fake.world.players().find((one) => one.account === ada.account)!.index
  const put = (count: number) => {
    const depot = { cell: 31, prototype: 'depot', direction: 0, owner, status: 'idle' as const }
    fake.world.place({ ...depot, contents: { plate: count } })
  }
  const tellContents = () =>
    fake.world.emit({ kind: 'contents', tick: fake.world.tick, structures: [] })
  put(1)
  fake.world.tell({ account: ada.account, commandId: 'before' })
  await act(fake.call, ada, { type: 'Say', world: 'first', text: 'before' })
  await act(fake.call, ada, { type: 'ReleaseCell', world: 'first', cell: 31 })
  const all = await messages(ada)
  expect(kinds(all)).toEqual(['outcome', 'chat', 'refused', 'contents'])
  const cursor = after(all)
  await messages(ada, cursor)
  return { ada, cursor, put, tellContents }
}

type Depot = Awaited<ReturnType<typeof withDepot>>
const news: Record<string, (depot: Depot) => unknown> = {
  outcome: ({ ada }) => fake.world.tell({ account: ada.account, commandId: 'now' }),
  chat: ({ ada }) => act(fake.call, ada, { type: 'Say', world: 'first', text: 'now' }),
  refused: ({ ada }) => act(fake.call, ada, { type: 'ReleaseCell', world: 'first', cell: 32 }),
  contents: ({ put, tellContents }) => {
    put(2)
    fake.world.tick += fake.world.settings.ups
    tellContents()
  },
}
test.each(Object.entries(news))(
  'who owns structures waits by what she acknowledged as by her cursor: for %s',
  async (kind, bring) => {
    const depot = await withDepot()
    const { ada, cursor } = depot
    const before = fake.world.subscribers.size
    const polls = [poll(ada), poll(ada, cursor), poll(ada)]
    let answered = 0
    for (const each of polls) void each.then(() => answered++)
    await until(() => fake.world.subscribers.size === before + polls.length)
    // A look at the mailbox takes turns of the loop: each has looked once a heartbeat is through and another is answered.
    fake.world.beat()
    await messages(ada)
    expect(answered).toBe(0)
    await bring(depot)
    const [one, ...others] = await Promise.all(polls)
    expect(kinds(one!)).toEqual([kind])
    for (const other of others) expect(other.body).toEqual(one!.body)
  },
)

test('contents that change too soon to be told again are told when they are due, though nothing else comes', async () => {
  const { ada, put, tellContents } = await withDepot()
  const before = fake.world.subscribers.size
  const polling = poll(ada)
  await until(() => fake.world.subscribers.size === before + 1)
  put(2)
  tellContents()
  for (let beat = 0; beat < fake.world.settings.ups; beat++) fake.world.beat()
  expect((await polling).body.messages).toMatchObject([
    { kind: 'contents', structures: [{ contents: { plate: 2 } }] },
  ])
})

test('a world that is founded while a poll waits is heard by it', async () => {
  const [first, second] = [new FakeWorld('first'), new FakeWorld('second')]
  const all = [first]
  const both = await openFake({ world: first, worlds: worldsAmong(all) })
  const ada = await both.enter()
  const polling = both.call('GET', `/poll/${ada.mailbox}`, { token: ada.token })
  await until(() => first.subscribers.size === 1)
  all.push(second)
  first.beat()
  await until(() => second.subscribers.size === 1)
  second.enter(ada.account, 3)
  second.tell({ account: ada.account, commandId: 'a' })
  expect((await polling).body.messages).toMatchObject([{ world: 'second', commandId: 'a' }])
  await both.api.close()
})

test('a poll that nothing comes for ends with 204, one too many is told to wait, one that goes away is let go', async () => {
  const quick = await openFake({ limits: { pollWaitMs: 30, pollsPerMailboxMax: 1 } })
  const ada = await quick.enter()
  const path = `/poll/${ada.mailbox}`
  expect((await quick.call('GET', path, { token: ada.token })).status).toBe(204)
  await quick.api.close()

  const slow = await openFake({ limits: { pollWaitMs: 60_000, pollsPerMailboxMax: 1 } })
  const bob = await slow.enter()
  const bobs = `/poll/${bob.mailbox}`
  const going = new AbortController()
  const gone = slow.call('GET', bobs, { token: bob.token, signal: going.signal })
  const rejected = expect(gone).rejects.toThrow()
  await until(() => slow.world.subscribers.size === 1)
  expect((await slow.call('GET', bobs, { token: bob.token })).status).toBe(429)
  going.abort()
  await rejected
  await until(() => slow.world.subscribers.size === 0)
  const open = slow.call('GET', bobs, { token: bob.token })
  await until(() => slow.world.subscribers.size === 1)
  await slow.api.close()
  expect((await open).status).toBe(204)
})
