import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/domain/ports/eventStore.ts'
import { isNeonUrl, neonDriver } from '../../../src/platform/neon/pool.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { eventStoreContract } from '../../contracts/eventStore.ts'
import { accepted } from '../../helpers/appends.ts'
import { neonDatabase } from '../../helpers/neon.ts'

eventStoreContract("over Neon's driver", async ({ clock }) => {
  const database = await neonDatabase()
  const stores: EventStore[] = []
  return {
    async another() {
      const store = postgresEventStore(database.pool(), { clock, pollMs: 100 })
      stores.push(store)
      return store
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()))
      await database.drop()
    },
  }
})

describe("Neon's driver", () => {
  it('is taken for hosts of Neon only', () => {
    expect(isNeonUrl('postgres://a:b@ep-calm-sun-1.eu-central-1.aws.neon.tech/orrery')).toBe(true)
    expect(isNeonUrl('postgres://a:b@neon.tech.example.org/orrery')).toBe(false)
    expect(isNeonUrl('postgres://a:b@localhost/neon.tech')).toBe(false)
  })

  it('refuses the pooled host, which keeps no session', () => {
    const pooled = 'postgres://a:b@ep-calm-sun-1-pooler.eu-central-1.aws.neon.tech/orrery'
    expect(() => neonDriver(pooled)).toThrow(/pooled host.*direct connection/)
  })

  it('goes on after every WebSocket was cut', async () => {
    const database = await neonDatabase()
    const store = postgresEventStore(database.pool(), { pollMs: 100 })
    const ended = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const batch of store.subscribe(0, ended.signal)) {
        seen.push(...batch.map(({ position }) => position))
        if (seen.length >= 2) ended.abort()
      }
    })()
    await store.append('territory-cut', 0, [accepted()])
    database.cut()
    // What was under way when it was cut may be unknown: the stream's version says, as it would to a caller.
    for (let version = 1; version < 2; ) {
      await store.append('territory-cut', version, [accepted()]).catch(() => {})
      version = (await store.readStream('territory-cut', 0, 10).catch(() => [])).length
    }
    await reading
    expect(seen.slice(0, 2)).toEqual([1, 2])
    await store.close()
    await database.drop()
  })
})
