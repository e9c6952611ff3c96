import { fc, test as lawTest } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type StreamQueues, streamQueues } from '../../src/commands/streamQueue.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'
import { type EventStore, StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { territoryStream } from '../../src/domain/streams.ts'
import { type Territory, territory } from '../../src/domain/territory.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import {
  claim,
  type Fault,
  faultyStore,
  foreignClaim,
  newEvent,
  territoryCommand,
  testScheduler,
} from './fixture.ts'

const eden = territoryStream('eden')
const home = 700
const neighbours = neighboursOf(24, home)

function setUp(limits: Parameters<typeof streamQueues>[2] = {}) {
  const faulty = faultyStore(memoryEventStore())
  const scheduler = testScheduler()
  const queues = streamQueues(faulty.store, scheduler, limits)
  return { ...faulty, scheduler, queues }
}

const claimsIn = async (store: EventStore) =>
  (await store.readStream(eden, 0, 10_000)).map(({ data }) => data)

const ownerOf = async (queues: StreamQueues, cell: number) =>
  ((await queues.read(eden, territory)) as Territory).owners.get(cell)

const refusal = (refused: string) => expect.objectContaining({ status: 'refused', refused })

describe('a group', () => {
  test('fifty players race for one cell: the first to come has it, 49 are refused by name', async () => {
    const { queues, store, counts } = setUp()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => queues.submit(claim(`player-${i}`, 'race', home))),
    )
    expect(answers[0]).toEqual({ status: 'accepted', events: 1, position: 1 })
    expect(answers.slice(1)).toEqual(Array(49).fill(refusal('CellTaken')))
    expect(await claimsIn(store)).toEqual([{ account: 'player-0', cells: [home] }])
    expect(counts.appends).toBe(1)
  })

  test('a command is decided on what those before it in the group leave', async () => {
    const { queues, store, counts } = setUp()
    const [first, second, third] = neighbours
    const chain = [home, first!, second!, third!]
    const answers = await Promise.all(
      chain.map((cell, i) => queues.submit(claim('ada', `c${i}`, cell))),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('accepted'))
    expect(await claimsIn(store)).toEqual(chain.map((cell) => ({ account: 'ada', cells: [cell] })))
    expect(counts.appends).toBe(1)
  })

  test('streams do not wait for one another', async () => {
    const { queues } = setUp()
    const other = { ...claim('bob', 'b', home), stream: territoryStream('other') }
    const answers = await Promise.all([
      queues.submit(claim('ada', 'a', home)),
      queues.submit(other),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
  })

  test('a decider that throws fails its command and no other', async () => {
    const { queues } = setUp()
    const broken = {
      ...claim('ada', 'broken', home),
      decide: () => {
        throw new Error('a bug')
      },
    }
    const [failed, answered] = await Promise.allSettled([
      queues.submit(broken),
      queues.submit(claim('bob', 'fine', home)),
    ])
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('a bug') })
    expect(answered).toMatchObject({ status: 'fulfilled', value: { status: 'accepted' } })
  })

  test('what the store cannot hold fails alone', async () => {
    const { queues, failAppends } = setUp()
    failAppends('bad command', undefined, 'bad command', undefined)
    const results = await Promise.allSettled([
      queues.submit(claim('ada', 'a', home)),
      queues.submit(claim('bob', 'b', home + 5)),
      queues.submit(claim('eve', 'e', home)),
    ])
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { status: 'accepted' } },
      { status: 'rejected', reason: new TypeError('cannot be held') },
      { status: 'fulfilled', value: { status: 'refused', refused: 'CellTaken' } },
    ])
  })
})

describe('a retry', () => {
  test.each([
    ['accepted', claim('ada', 'again', home)],
    ['refused', claim('ada', 'again', 0, 2_000)],
    ['unchanged', claim('ada', 'again', home + 1)],
  ])('gets the first answer when it was %s, also from another server', async (status, command) => {
    const store = memoryEventStore()
    await foreignClaim(store, 'ada', home + 1)
    const first = await streamQueues(store, testScheduler()).submit(command)
    expect(first.status).toBe(status)
    await foreignClaim(store, 'bob', home + 7)
    const head = await store.head()
    const queues = streamQueues(store, testScheduler())
    expect(await queues.submit(command)).toEqual(first)
    expect(await store.head()).toBe(head)
  })

  test('in one group with the first gets the same answer, and writes nothing', async () => {
    const { queues, store } = setUp()
    const command = territoryCommand('ada', 'twice', { type: 'ClaimMany', cells: [home] })
    const [first, second] = await Promise.all([queues.submit(command), queues.submit(command)])
    expect(second).toEqual(first)
    expect(first).toMatchObject({ status: 'accepted' })
    expect(await store.head()).toBe(1)
  })

  test.each(['in one group', 'later'])('with another payload is told so: %s', async (when) => {
    const { queues, store } = setUp()
    const first = queues.submit(claim('ada', 'same', home))
    if (when === 'later') await first
    const second = queues.submit(claim('ada', 'same', neighbours[0]!))
    expect(await first).toMatchObject({ status: 'accepted' })
    expect(await second).toEqual(refusal('CommandIdReused'))
    expect(await store.head()).toBe(1)
  })

  test('of one account is not a retry of another’s', async () => {
    const { queues } = setUp()
    expect(await queues.submit(claim('ada', 'same', home))).toMatchObject({ status: 'accepted' })
    expect(await queues.submit(claim('bob', 'same', 5))).toMatchObject({ status: 'accepted' })
  })

  test('does not hold up those who wait with it, nor what they are decided on', async () => {
    const { queues, store } = setUp()
    const release = territoryCommand('ada', 'r', { type: 'ReleaseCell', cell: home })
    const first = await queues.submit(claim('ada', 'a', home))
    await queues.submit(release)
    // Decided again, the claim would be accepted: the cell is free. Its remembered answer must not take it from bob.
    const [again, bobs] = await Promise.all([
      queues.submit(claim('ada', 'a', home)),
      queues.submit(claim('bob', 'b', home)),
    ])
    expect(again).toEqual(first)
    expect(bobs).toMatchObject({ status: 'accepted' })
    expect(await ownerOf(queues, home)).toBe('bob')
    expect(await store.head()).toBe(3)
  })
})

describe('another writer', () => {
  test('who was first wins: the group is decided again on what they wrote', async () => {
    const { queues, store } = setUp()
    await queues.submit(claim('ada', 'a', home))
    await foreignClaim(store, 'bob', neighbours[0]!)
    const answers = await Promise.all([
      queues.submit(claim('ada', 'taken', neighbours[0]!)),
      queues.submit(claim('ada', 'free', neighbours[1]!)),
    ])
    expect(answers).toEqual([refusal('CellTaken'), expect.objectContaining({ status: 'accepted' })])
  })

  test('who always is first leaves the command refused, and not remembered', async () => {
    const memory = memoryEventStore()
    let next = 1_000
    let meddling = true
    const store: EventStore = {
      ...memory,
      async append(...asked) {
        if (meddling) await foreignClaim(memory, 'bob', next++)
        return memory.append(...asked)
      },
    }
    const queues = streamQueues(store, testScheduler(), { conflicts: 3 })
    expect(await queues.submit(claim('ada', 'a', home))).toEqual(refusal('TooBusy'))
    expect(next).toBe(1_004)
    meddling = false
    expect(await queues.submit(claim('ada', 'a', home))).toMatchObject({ status: 'accepted' })
  })

  test('is seen by a fresh read', async () => {
    const { queues, store } = setUp()
    await queues.submit(claim('ada', 'a', home))
    await foreignClaim(store, 'bob', 5)
    expect(await ownerOf(queues, 5)).toBe(undefined)
    const fresh = (await queues.read(eden, territory, { fresh: true })) as Territory
    expect(fresh.owners.get(5)).toBe('bob')
  })
})

test('a reader who sees events before their writer is answered does not fold them twice', async () => {
  const { store, counts } = faultyStore(memoryEventStore())
  const peeking: EventStore = {
    ...store,
    async append(...asked) {
      const result = await store.append(...asked)
      await queues.read(eden, territory, { fresh: true })
      return result
    },
  }
  const queues: StreamQueues = streamQueues(peeking, testScheduler())
  await queues.submit(claim('ada', 'a', home))
  await queues.submit(claim('ada', 'b', neighbours[0]!))
  const state = (await queues.read(eden, territory)) as Territory
  expect(state.claims.get('ada')).toBe(2)
  expect(counts.appends).toBe(2)
})

describe('a store that fails', () => {
  const outages: readonly (readonly [string, readonly Fault[]])[] = [
    ['loses the append', ['lost']],
    ['writes and does not say so', ['written but not told']],
    ['loses it thrice', ['lost', 'lost', 'lost']],
    ['loses it, then writes and does not say so', ['lost', 'written but not told']],
  ]

  test.each(outages)('and %s: each command is written once and answered', async (_, faults) => {
    const { queues, store, failAppends, scheduler } = setUp()
    failAppends(...faults)
    const answers = await Promise.all([
      queues.submit(claim('ada', 'a', home)),
      queues.submit(claim('bob', 'b', home)),
      queues.submit(claim('ada', 'n', neighbours[0]!)),
    ])
    expect(answers).toMatchObject([
      { status: 'accepted', events: 1 },
      { status: 'refused', refused: 'CellTaken' },
      { status: 'accepted', events: 1 },
    ])
    expect(await store.head()).toBe(2)
    expect(scheduler.slept).toHaveLength(faults.length)
    expect(await ownerOf(queues, home)).toBe('ada')
  })

  test('also when reading: the outcome is looked up as soon as it can be', async () => {
    const { queues, store, failAppends, failReads } = setUp()
    await queues.submit(claim('ada', 'a', home))
    failAppends('written but not told')
    failReads(3)
    expect(await queues.submit(claim('ada', 'b', neighbours[0]!))).toMatchObject({
      status: 'accepted',
    })
    expect(await store.head()).toBe(2)
  })

  test('for long says that the outcome is unknown, and the same id finds it out later', async () => {
    const { queues, store, failAppends, failReads } = setUp({ outages: 2 })
    failAppends('written but not told')
    failReads(3)
    const unknown = queues.submit(claim('ada', 'a', home))
    await expect(unknown).rejects.toBeInstanceOf(StoreUnavailable)
    failReads(0)
    expect(await queues.submit(claim('ada', 'a', home))).toMatchObject({ status: 'accepted' })
    expect(await store.head()).toBe(1)
  })

  test('for long fails all who wait in the group, and the next group is served', async () => {
    const { queues, failAppends } = setUp({ outages: 1 })
    failAppends('lost', 'lost')
    const results = await Promise.allSettled([
      queues.submit(claim('ada', 'a', home)),
      queues.submit(claim('bob', 'b', home)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await queues.submit(claim('bob', 'b', home))).toMatchObject({ status: 'accepted' })
  })

  test('waits longer each time', async () => {
    const { queues, failAppends, scheduler } = setUp()
    failAppends('lost', 'lost', 'lost', 'lost')
    await queues.submit(claim('ada', 'a', home))
    expect(scheduler.slept).toEqual([50, 100, 200, 400])
  })
})

describe('a fold', () => {
  const history = 100_000

  async function longHistory() {
    const memory = memoryEventStore()
    const cellOf = (i: number) => Math.floor(i / 2) % 5_000
    const events = Array.from({ length: history }, (_, i): DomainEvent => {
      const data = { account: 'old', cell: cellOf(i) }
      return i % 2 === 0
        ? { type: 'CellsClaimed', data: { account: 'old', cells: [data.cell] } }
        : { type: 'CellReleased', data }
    })
    await memory.append(eden, 0, [
      {
        account: 'old',
        commandId: 'history',
        payloadHash: 'h',
        outcome: 'accepted',
        events: events.map((event) => newEvent(event)),
      },
    ])
    const faulty = faultyStore(memory)
    let folded = 0
    const counting = {
      ...territory,
      evolve: (state: Territory, event: Parameters<typeof territory.evolve>[1]) => {
        folded += 1
        return territory.evolve(state, event)
      },
    }
    const queues = streamQueues(faulty.store, testScheduler())
    return { ...faulty, queues, decider: counting, folded: () => folded }
  }

  test('costs the history once, and a command after that its own events', async () => {
    const { queues, decider, counts, folded, store } = await longHistory()
    await queues.submit({ ...claim('ada', 'first', 5_700), decider })
    expect(counts.read).toBe(history)
    expect(folded()).toBe(history + 1)

    for (const [i, cell] of neighboursOf(24, 5_700).entries())
      await queues.submit({ ...claim('ada', `alone-${i}`, cell), decider })
    expect(counts.read).toBe(history)
    expect(folded()).toBe(history + 7)

    // In a group each event is folded twice: once tentatively, once when it is in the log.
    await Promise.all(
      neighboursOf(24, 5_700).map((cell, i) =>
        queues.submit({
          ...territoryCommand('ada', `r-${i}`, { type: 'ReleaseCell', cell }),
          decider,
        }),
      ),
    )
    expect(counts.read).toBe(history)
    expect(folded()).toBe(history + 7 + 12)

    // Somebody else wrote: only what is missing is read.
    await foreignClaim(store, 'bob', 5_500)
    const read = counts.read
    await queues.submit({ ...claim('ada', 'after', 5_500), decider })
    expect(counts.read - read).toBe(1)
  })

  test('is shared by all who read it at once', async () => {
    const { queues, decider, counts } = await longHistory()
    const states = await Promise.all([1, 2, 3].map(() => queues.read(eden, decider)))
    expect(new Set(states).size).toBe(1)
    expect(counts.read).toBe(history)
  })

  test('that was put away for others is read again, and misses nothing', async () => {
    const { queues, store } = setUp({ folds: 1 })
    await queues.submit(claim('ada', 'a', home))
    await queues.submit({ ...claim('bob', 'b', home), stream: territoryStream('other') })
    expect(await queues.submit(claim('eve', 'e', home))).toEqual(refusal('CellTaken'))
    expect(await store.head()).toBe(2)
  })
})

describe('limits', () => {
  test('a stream takes so many commands, and tells the rest that it is busy', async () => {
    const { queues } = setUp({ waitingPerStream: 2 })
    const answers = await Promise.all(
      [0, 1, 2].map((i) => queues.submit(claim(`p${i}`, 'c', home + i * 50))),
    )
    expect(answers.map((answer) => answer.status)).toEqual(['accepted', 'accepted', 'refused'])
    expect(answers[2]).toEqual(refusal('TooBusy'))
  })

  test('so does the server', async () => {
    const { queues } = setUp({ waiting: 2 })
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((world) =>
        queues.submit({ ...claim('ada', `in-${world}`, home), stream: territoryStream(world) }),
      ),
    )
    expect(answers[2]).toEqual(refusal('TooBusy'))
    expect(await queues.submit(claim('ada', 'now', home))).toMatchObject({ status: 'accepted' })
  })

  test('a group takes so many commands, the next takes the rest', async () => {
    const { queues, counts } = setUp({ group: 4 })
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => queues.submit(claim(`p${i}`, 'c', home + i * 50))),
    )
    expect(counts.appends).toBe(3)
  })

  test('an idle stream leaves no queue behind', async () => {
    const { queues } = setUp()
    const given = queues.submit(claim('ada', 'a', home))
    expect([queues.busy, queues.waiting]).toEqual([1, 1])
    await given
    await queues.close()
    expect([queues.busy, queues.waiting]).toEqual([0, 0])
  })

  test('who closes the queues lets those who wait have their answers', async () => {
    const { queues } = setUp()
    const given = queues.submit(claim('ada', 'a', home))
    const closed = queues.close()
    expect(await queues.submit(claim('bob', 'b', 5))).toEqual(refusal('TooBusy'))
    await closed
    expect(await given).toMatchObject({ status: 'accepted' })
  })
})

const cells = fc.integer({ min: 0, max: 11 })
const wishes = fc.array(
  fc.record({ account: cells.map((i) => `p${i % 3}`), cell: cells, id: cells }),
  {
    minLength: 1,
    maxLength: 40,
  },
)
const faults = fc.array(
  fc.option(fc.constantFrom<Fault>('lost', 'written but not told'), { nil: undefined }),
  { maxLength: 12 },
)

lawTest.prop([wishes, faults, fc.array(fc.nat(3), { maxLength: 40 })])(
  'whatever the store does: one answer a command id, told alike to all, and every event of it once',
  async (asked, failures, pauses) => {
    const { queues, store, failAppends } = setUp({ outages: 20 })
    failAppends(...failures)
    const answers = new Map<string, unknown[]>()
    const running = asked.map(async ({ account, cell, id }, i) => {
      for (let turn = 0; turn < (pauses[i] ?? 0); turn++) await Promise.resolve()
      // The cell is part of the id, so that the same id always asks the same.
      const commandId = `${id}-${cell}`
      const answer = await queues.submit(claim(account, commandId, cell))
      const key = `${account} ${commandId}`
      answers.set(key, [...(answers.get(key) ?? []), answer])
    })
    await Promise.all(running)
    for (const given of answers.values())
      expect(new Set(given.map((a) => JSON.stringify(a))).size).toBe(1)
    const accepted = [...answers.values()].filter(
      ([a]) => (a as { status: string }).status === 'accepted',
    )
    const log = await store.readStream(eden, 0, 10_000)
    expect(log).toHaveLength(accepted.length)
    const state = log.reduce(
      (fold, event) => territory.evolve(fold, event as never),
      territory.initial(),
    )
    expect(await queues.read(eden, territory)).toEqual(state)
  },
)
