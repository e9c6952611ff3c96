// A connection that is cut in the middle of COMMIT, a database that is slow: what is acknowledged is there, once.

import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type DecidedCommand,
  type EventStore,
  StoreBusy,
  StoreUnavailable,
} from '../../../src/domain/ports/eventStore.ts'
import { postgresEventStore } from '../../../src/platform/postgres/eventStore.ts'
import { accepted, freshId } from '../../helpers/appends.ts'
import { type DatabaseProxy, databaseProxy } from '../../helpers/databaseProxy.ts'
import { seedOf } from '../../helpers/killReport.ts'
import { seeded } from '../../helpers/mortal.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const WRITERS = 12
const COMMANDS = 40

let database: TestDatabase
let proxy: DatabaseProxy
const open: { store: EventStore; pool: pg.Pool }[] = []
beforeAll(async () => {
  database = await testDatabase()
  proxy = await databaseProxy(database.connection, seeded(seed))
})
afterAll(async () => {
  proxy.cutShare = 0
  proxy.delayMs = 0
  for (const { store, pool } of open) {
    await store.close()
    await pool.end()
  }
  await proxy.close()
  await database.drop()
})
const throughProxy = (options: Parameters<typeof postgresEventStore>[1] = {}) => {
  const pool = new pg.Pool({ ...proxy.connection, max: 4, pipeline: true })
  const store = postgresEventStore(pool, options)
  open.push({ store, pool })
  return store
}

/** Asks until the store answers. */
async function insist<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }
}

/** Position of the command's event, whatever happens on the way: where nobody knows, its id tells. */
async function appendOnce(store: EventStore, stream: string, command: DecidedCommand) {
  for (;;) {
    const version = (await insist(() => store.readStream(stream, 0, 1_000))).length
    try {
      const result = await store.append(stream, version, [command])
      if (result.kind === 'appended')
        return { position: positionOf(result.answers[0]), doubt: false }
      if (result.kind === 'answered')
        return { position: positionOf(result.which[0]?.remembered.answer), doubt: true }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      const known = await insist(() => store.answer(command.account, command.commandId))
      if (known) return { position: positionOf(known.answer), doubt: true }
    }
  }
}
const positionOf = (answer: { readonly status: string; readonly position?: number } | undefined) =>
  answer?.position ?? Number.NaN

it(`a connection cut in the middle of COMMIT loses nothing and writes nothing twice: the client learns the truth by its command id (ORRERY_SEED=${seed})`, async () => {
  const store = throughProxy()
  const stream = `territory-${freshId()}`
  await appendOnce(store, stream, accepted())
  proxy.cutShare = 0.25
  const told = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const mine: { commandId: string; position: number; doubt: boolean }[] = []
      for (let n = 0; n < COMMANDS; n++) {
        const command = accepted()
        const { position, doubt } = await appendOnce(store, `${stream}-${writer % 6}`, command)
        mine.push({ commandId: command.commandId, position, doubt })
      }
      return mine
    }),
  )
  proxy.cutShare = 0
  for (const mine of told) {
    const positions = mine.map(({ position }) => position)
    expect(positions).toEqual([...positions].sort((a, b) => a - b))
  }
  const log = await insist(() => store.readAll(0, 100_000))
  const ids = log.slice(1).map(({ metadata }) => metadata.commandId)
  const acknowledged = told.flat().sort((a, b) => a.position - b.position)
  expect(ids).toEqual(acknowledged.map(({ commandId }) => commandId))
  expect(told.flat().some(({ doubt }) => doubt)).toBe(true)
  for (const [place, times] of Object.entries(proxy.cuts)) expect(times, place).toBeGreaterThan(0)
}, 60_000)

it('a slow database: who finds the queue full is refused at once and in words, and all others are written', async () => {
  const store = throughProxy({ waiting: 100, group: 20 })
  const stream = `territory-${freshId()}`
  await store.append(stream, 0, [accepted()])
  proxy.delayMs = 60
  const from = performance.now()
  const results = await Promise.allSettled(
    Array.from({ length: 400 }, async (_, n) => {
      try {
        return await store.append(`${stream}-${n}`, 0, [accepted()])
      } catch (error) {
        expect(performance.now() - from).toBeLessThan(10_000)
        throw error
      }
    }),
  )
  proxy.delayMs = 0
  const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refused.length).toBeGreaterThan(0)
  for (const error of refused) {
    expect(error).toBeInstanceOf(StoreBusy)
    expect(error.message).toMatch(/appends wait already: try again later/)
  }
  for (const [n, one] of results.entries()) {
    const events = await store.readStream(`${stream}-${n}`, 0, 10)
    expect(events).toHaveLength(one.status === 'fulfilled' ? 1 : 0)
  }
}, 60_000)
