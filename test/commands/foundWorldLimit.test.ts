import { expect, test } from 'vitest'
import { commandHandler, SYSTEM_ACCOUNT } from '../../src/commands/handler.ts'
import { systemClock, systemScheduler } from '../../src/platform/clock.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { systemChance } from '../../src/platform/random.ts'

test('a player founds no planet that fills the server; the operator may', async () => {
  const store = memoryEventStore()
  const { submit } = commandHandler({
    store,
    personalData: memoryPersonalData(),
    messaging: inProcessMessaging(),
    clock: systemClock,
    scheduler: systemScheduler,
    chance: systemChance,
    worldSettings: () => undefined,
  })
  const joined = await submit({ account: undefined, type: 'JoinPlayer', input: { name: 'Ada' } })
  const account = 'joined' in joined ? joined.joined?.account : undefined
  const head = await store.head()
  const found = (who: string | undefined, n: number) =>
    submit({ account: who, type: 'FoundWorld', world: 'big', input: { seed: 1, n, ups: 20 } })
  expect(await found(account, 129)).toMatchObject({ status: 'invalid', faults: [{ field: 'n' }] })
  expect(await store.head()).toBe(head)
  expect(await found(account, 128)).toMatchObject({ answer: { status: 'accepted' } })
  expect(
    await submit({
      account: SYSTEM_ACCOUNT,
      type: 'FoundWorld',
      world: 'vast',
      input: { seed: 1, n: 2048, ups: 20 },
    }),
  ).toMatchObject({ answer: { status: 'accepted' } })
})
