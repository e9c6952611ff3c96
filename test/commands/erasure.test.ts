import { expect, test, vi } from 'vitest'
import { followErasures } from '../../src/commands/erasure.ts'
import { accountStream } from '../../src/domain/streams.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { newEvent, testScheduler } from './fixture.ts'

const beginning = { position: 0, reached: async () => {} }

async function erasedAccount(store: ReturnType<typeof memoryEventStore>, account: string) {
  const joined = { type: 'PlayerJoined', data: { account, nameId: 'name' } } as const
  const events = [
    newEvent(joined, account, 'join'),
    newEvent({ type: 'AccountErased', data: {} }, account, 'erase'),
  ]
  await store.append(accountStream(account), 0, [
    { account, commandId: 'both', payloadHash: 'h', outcome: 'accepted', events },
  ])
}

test('an erasure that a crash interrupted is finished, and later ones are followed', async () => {
  const store = memoryEventStore()
  const personalData = memoryPersonalData()
  for (const account of ['ada', 'bob', 'eve']) await personalData.keepName(account, 'name', account)
  await erasedAccount(store, 'ada')
  const end = new AbortController()
  const done = followErasures(
    { store, personalData, scheduler: testScheduler() },
    beginning,
    end.signal,
  )
  const names = async () => [...(await personalData.names(['ada', 'bob', 'eve'])).keys()]
  await vi.waitFor(async () => expect(await names()).toEqual(['bob', 'eve']))
  await erasedAccount(store, 'bob')
  await vi.waitFor(async () => expect(await names()).toEqual(['eve']))
  end.abort()
  await done
})

test('an erasure that fails is told and tried again', async () => {
  const store = memoryEventStore()
  const personalData = memoryPersonalData()
  await personalData.keepName('ada', 'name', 'Ada')
  await erasedAccount(store, 'ada')
  let failures = 2
  const failing = {
    async erase(account: string) {
      if (failures-- > 0) throw new Error('the table is locked')
      await personalData.erase(account)
    },
  }
  const said: string[] = []
  const scheduler = testScheduler()
  const end = new AbortController()
  const done = followErasures(
    { store, personalData: failing, scheduler, say: (line) => said.push(line) },
    beginning,
    end.signal,
  )
  await vi.waitFor(async () => expect(await personalData.names(['ada'])).toEqual(new Map()))
  expect(said).toEqual(Array(2).fill(expect.stringContaining('the table is locked')))
  expect(scheduler.slept).toEqual([1_000, 1_000])
  end.abort()
  await done
})

test('who goes on from a checkpoint erases what comes after it, and tells how far it is', async () => {
  const store = memoryEventStore()
  const erased: string[] = []
  const personalData = {
    erase: async (account: string) => {
      erased.push(account)
    },
  }
  await erasedAccount(store, 'ada')
  const position = await store.head()
  await erasedAccount(store, 'bob')
  const end = new AbortController()
  const reached: number[] = []
  const progress = {
    position,
    reached: async (at: number) => {
      reached.push(at)
    },
  }
  const done = followErasures(
    { store, personalData, scheduler: testScheduler() },
    progress,
    end.signal,
  )
  await vi.waitFor(() => expect(reached).toEqual([position + 2]))
  expect(erased).toEqual(['bob'])
  end.abort()
  await done
})
