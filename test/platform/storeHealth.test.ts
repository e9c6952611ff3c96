import { expect, test } from 'vitest'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { storeHealth } from '../../src/platform/storeHealth.ts'
import { simulatedTime } from '../helpers/simulatedTime.ts'

test('a store that answers is well, and is asked at most once a second', async () => {
  const time = simulatedTime()
  let asked = 0
  const health = storeHealth({ head: async () => ++asked }, time)
  expect(await Promise.all([health(), health(), health()])).toEqual(Array(3).fill(undefined))
  await time.advance(999)
  await health()
  expect(asked).toBe(1)
  await time.advance(1)
  await health()
  expect(asked).toBe(2)
})

test('a store that is away is told with its reason, and is well again when it is back', async () => {
  const time = simulatedTime()
  let away = true
  const head = async () => {
    if (away) throw new StoreUnavailable('connection refused')
    return 1
  }
  const health = storeHealth({ head }, time)
  expect(await health()).toBe('the event log is away: connection refused')
  away = false
  await time.advance(1_000)
  expect(await health()).toBeUndefined()
})

test('a store that never answers is away, and no second question waits behind the first', async () => {
  const time = simulatedTime()
  let asked = 0
  const head = () => {
    asked += 1
    return new Promise<number>(() => {})
  }
  const health = storeHealth({ head }, time)
  for (let round = 0; round < 5; round++) {
    const answer = health()
    await time.advance(2_000)
    expect(await answer).toMatch(/no answer within 2000 ms/)
  }
  expect(asked).toBe(1)
})
