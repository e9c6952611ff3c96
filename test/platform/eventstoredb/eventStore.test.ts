import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventStore, StoreUnavailable } from '../../../src/domain/ports/eventStore.ts'
import {
  type EventStoreDbOptions,
  eventStoreDbEventStore,
} from '../../../src/platform/eventstoredb/eventStore.ts'
import { eventStoreContract, type OpenOptions } from '../../contracts/eventStore.ts'
import { accepted, freshId, refused, unchanged } from '../../helpers/appends.ts'
import { type EventStoreDbServer, eventStoreDbServer } from '../../helpers/eventStoreDb.ts'

/** A log of its own on a server: names of its own. */
const open =
  (connect: () => Promise<{ connectionString: string; close(): Promise<void> }>) =>
  async ({ clock }: OpenOptions) => {
    const server = await connect()
    const application = `test-${Date.now()}-${freshId()}`
    const stores: EventStore[] = []
    return {
      async another() {
        const store = eventStoreDbEventStore(server.connectionString, { clock, application })
        stores.push(store)
        return store
      },
      async close() {
        await Promise.all(stores.map((store) => store.close()))
        await server.close()
      },
    }
  }

eventStoreContract("in EventStoreDB, by its client's definitions", open(eventStoreDbServer))

const real = process.env.EVENTSTORE_TEST_URL
if (real) {
  const connect = async () => ({ connectionString: real, close: async () => {} })
  eventStoreContract('in the EventStoreDB of EVENTSTORE_TEST_URL', open(connect))
}

describe('the event store in EventStoreDB', () => {
  let server: EventStoreDbServer
  const stores: EventStore[] = []
  const store = (options: EventStoreDbOptions = {}) => {
    const made = eventStoreDbEventStore(server.connectionString, options)
    stores.push(made)
    return made
  }
  beforeAll(async () => {
    server = await eventStoreDbServer()
  })
  afterAll(async () => {
    await Promise.all(stores.map((one) => one.close()))
    await server.close()
  })

  it('gives an append whose answer was lost its answer when it is sent again', async () => {
    const [writer, command, stream] = [store(), accepted(2), `territory-${freshId()}`]
    server.loseAnswer(stream)
    await expect(writer.append(stream, 0, [command])).rejects.toBeInstanceOf(StoreUnavailable)
    const again = await writer.append(stream, 0, [command])
    expect(again).toMatchObject({
      kind: 'answered',
      which: [{ remembered: { answer: { status: 'accepted', events: 2 } } }],
    })
    expect(await writer.readStream(stream, 0, 10)).toHaveLength(2)
  })

  it('remembers what was refused across a restart, in a stream that the server forgets after 48 hours', async () => {
    const account = `eve-${freshId()}`
    const [no, nothing] = [refused({ account }), unchanged({ account })]
    await store().append(`territory-${freshId()}`, 0, [no, nothing])
    const restarted = store()
    expect((await restarted.answer(account, no.commandId))?.answer).toMatchObject({
      status: 'refused',
      refused: 'CellTaken',
    })
    expect((await restarted.answer(account, nothing.commandId))?.answer.status).toBe('unchanged')
    expect(server.maxAge(`orrery-answers-${account}`)).toBe(48 * 60 * 60)
  })

  it('keeps the logs of two applications on one server apart', async () => {
    const [one, other] = [store({ application: 'one' }), store({ application: 'other' })]
    const command = accepted(3)
    await one.append('territory-first', 0, [command])
    expect(await other.head()).toBe(0)
    expect(await other.readAll(0, 10)).toEqual([])
    expect(await other.append('territory-first', 0, [command])).toMatchObject({ kind: 'appended' })
    expect(await one.readAll(0, 10)).toHaveLength(3)
  })

  it('keeps the newest answers of an account, and no more', async () => {
    const writer = store({ answersPerAccount: 2 })
    const account = `mallory-${freshId()}`
    const commands = [refused({ account }), refused({ account }), refused({ account })]
    for (const command of commands) await writer.append('territory-none', 0, [command])
    const known = commands.map(({ commandId }) => writer.answer(account, commandId))
    expect((await Promise.all(known)).map((one) => one !== undefined)).toEqual([false, true, true])
  })

  it('follows on after its subscription was cut, without gap or repetition', async () => {
    const [writer, stream, ended] = [store(), `territory-${freshId()}`, new AbortController()]
    const after = await writer.head()
    const seen: number[] = []
    const reading = (async () => {
      for await (const batch of writer.subscribe(after, ended.signal)) {
        seen.push(...batch.map(({ streamVersion }) => streamVersion))
        if (seen.length === 1) server.cut()
        if (seen.length === 3) ended.abort()
      }
    })()
    for (let version = 0; version < 3; version++) await writer.append(stream, version, [accepted()])
    await reading
    expect(seen).toEqual([1, 2, 3])
  })

  it('says that the store is unavailable where no server answers', async () => {
    const away = eventStoreDbEventStore('esdb://127.0.0.1:1?tls=false')
    await expect(away.head()).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(away.append('territory-first', 0, [accepted()])).rejects.toBeInstanceOf(
      StoreUnavailable,
    )
    await away.close()
  })
})
