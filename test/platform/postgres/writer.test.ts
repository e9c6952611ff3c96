// What only the PostgreSQL store has: groups, a queue, connections that break, a database that disagrees.

import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type AppendResult,
  type EventStore,
  LogBroken,
  StoreBusy,
  StoreUnavailable,
} from '../../../src/domain/ports/eventStore.ts'
import {
  type PostgresEventStoreOptions,
  postgresEventStore,
} from '../../../src/platform/postgres/eventStore.ts'
import { accepted, freshId } from '../../helpers/appends.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

describe('the writer of the PostgreSQL store', () => {
  let database: TestDatabase
  let admin: pg.Pool
  let stream = ''
  const open: EventStore[] = []
  const store = (options: PostgresEventStoreOptions = {}) => {
    const made = postgresEventStore(database.pool(), options)
    open.push(made)
    return made
  }
  beforeAll(async () => {
    database = await testDatabase()
    admin = database.pool()
  })
  beforeEach(() => {
    stream = `territory-${freshId()}`
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()))
  })
  afterAll(() => database.drop())
  const positionOf = (result: AppendResult) =>
    result.kind === 'appended' && result.answers[0]?.status === 'accepted'
      ? result.answers[0].position
      : Number.NaN

  /** Holds the head's lock, as another process in the middle of a transaction would. */
  const holdHead = async () => {
    const client = await admin.connect()
    await client.query('BEGIN')
    await client.query('SELECT position FROM orrery.head FOR UPDATE')
    return async () => {
      await client.query('ROLLBACK')
      client.release()
    }
  }

  it('writes appends that wait in one transaction', async () => {
    const writer = store()
    await writer.append(stream, 0, [accepted()])
    await Promise.all(
      Array.from({ length: 200 }, (_, slot) => writer.append(`${stream}-${slot}`, 0, [accepted()])),
    )
    const { rows } = await admin.query(
      'SELECT DISTINCT xmin::text FROM orrery.events WHERE stream LIKE $1',
      [`${stream}-%`],
    )
    expect(rows.length).toBeLessThanOrEqual(2)
  })

  it('writes nothing ahead of another process that has moved the head just as far', async () => {
    const writer = store({ group: 10 })
    await writer.append(stream, 0, [accepted()])
    const other = await admin.connect()
    await other.query('BEGIN')
    await other.query('SELECT position FROM orrery.head FOR UPDATE')
    // The first ten wait for the head, the second ten are sent behind them.
    const appends = Array.from({ length: 20 }, (_, slot) =>
      writer.append(`${stream}-${slot}`, 0, [accepted()]),
    )
    await vi.waitUntil(async () => {
      const { rows } = await admin.query(
        `SELECT FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      )
      return rows.length > 0
    })
    await other.query(
      `INSERT INTO orrery.events (position, stream, stream_version, type, version, data, metadata)
       SELECT h.position + place, $1, place, 'Moved', 1, '{}', '{}'
       FROM orrery.head h, generate_series(1, 10) AS place`,
      [`another-${stream}`],
    )
    await other.query(`UPDATE orrery.head SET position = position + 10, writer = 'another'`)
    await other.query('COMMIT')
    other.release()
    const kinds = (await Promise.all(appends)).map(({ kind }) => kind)
    expect(kinds).toEqual(Array.from({ length: 20 }, () => 'appended'))
  })

  it('lets an urgent append go before all that wait', async () => {
    const writer = store({ group: 10 })
    await writer.append(stream, 0, [accepted()])
    const release = await holdHead()
    const plain = Array.from({ length: 100 }, (_, slot) =>
      writer.append(`${stream}-${slot}`, 0, [accepted()]),
    )
    const urgent = writer.append(`ledger-${stream}`, 0, [accepted()], { urgent: true })
    await release()
    const first = positionOf(await urgent)
    const positions = (await Promise.all(plain)).map(positionOf)
    // At most one group was under way already.
    expect(positions.filter((position) => position < first).length).toBeLessThanOrEqual(10)
    expect(positions.filter((position) => position > first).length).toBeGreaterThanOrEqual(90)
  })

  it('refuses more than may wait, and takes urgent ones all the same', async () => {
    const writer = store({ waiting: 5 })
    const release = await holdHead()
    const appends = Array.from({ length: 20 }, (_, slot) =>
      writer.append(`${stream}-${slot}`, 0, [accepted()]),
    )
    const urgent = writer.append(`ledger-${stream}`, 0, [accepted()], { urgent: true })
    const settled = Promise.allSettled(appends)
    await release()
    const failures = (await settled).flatMap((one) => (one.status === 'rejected' ? one.reason : []))
    expect(failures.length).toBeGreaterThanOrEqual(10)
    expect(failures.every((reason) => reason instanceof StoreBusy)).toBe(true)
    expect(await urgent).toMatchObject({ kind: 'appended' })
  })

  it('lets one append that the database turns down fail alone', async () => {
    const writer = store()
    await writer.append(stream, 0, [accepted()])
    await admin.query(
      `ALTER TABLE orrery.events ADD CONSTRAINT no_poison CHECK (stream NOT LIKE '%poison%')`,
    )
    const results = await Promise.allSettled([
      writer.append(`${stream}-a`, 0, [accepted()]),
      writer.append(`${stream}-poison`, 0, [accepted()]),
      writer.append(`${stream}-b`, 0, [accepted()]),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((results[1] as PromiseRejectedResult).reason).not.toBeInstanceOf(StoreUnavailable)
    expect(await writer.readStream(`${stream}-b`, 0, 10)).toHaveLength(1)
    await admin.query('ALTER TABLE orrery.events DROP CONSTRAINT no_poison')
  })

  it('decides anew what was built on a group that the database turned down', async () => {
    const writer = store({ group: 2 })
    await writer.append(stream, 0, [accepted()])
    await admin.query(
      `ALTER TABLE orrery.events ADD CONSTRAINT no_poison CHECK (stream NOT LIKE '%poison%')`,
    )
    const [first, next] = [accepted(), accepted()]
    const results = await Promise.allSettled([
      writer.append(`${stream}-a`, 0, [first]),
      writer.append(`${stream}-poison`, 0, [accepted()]),
      // Sent while the first two are being written.
      writer.append(`${stream}-a`, 1, [next]),
      writer.append(`${stream}-b`, 0, [first]),
    ])
    await admin.query('ALTER TABLE orrery.events DROP CONSTRAINT no_poison')
    expect(results[1]).toMatchObject({ status: 'rejected' })
    expect(results[0]).toMatchObject({ value: { kind: 'appended', streamVersion: 1 } })
    expect(results[2]).toMatchObject({ value: { kind: 'appended', streamVersion: 2 } })
    const value = { kind: 'answered', which: [{ index: 0, remembered: expect.anything() }] }
    expect(results[3]).toMatchObject({ value })
    const written = await writer.readStream(`${stream}-a`, 0, 10)
    expect(written.map(({ metadata }) => metadata.commandId)).toEqual([
      first.commandId,
      next.commandId,
    ])
    expect(await writer.readStream(`${stream}-b`, 0, 10)).toEqual([])
  })

  it('decides anew what was in the air when another process wrote', async () => {
    const [here, there] = [store({ group: 5 }), store()]
    await here.append(stream, 0, [accepted()])
    await here.append(stream, 1, [accepted()])
    const release = await holdHead()
    const inTheAir = Array.from({ length: 20 }, (_, slot) =>
      here.append(`${stream}-${slot % 4}`, Math.floor(slot / 4), [accepted()]),
    )
    const elsewhere = there.append(`${stream}-there`, 0, [accepted()])
    await release()
    const results = await Promise.all([...inTheAir, elsewhere])
    expect(results.every(({ kind }) => kind === 'appended')).toBe(true)
    expect(new Set(results.map(positionOf)).size).toBe(21)
    for (let slot = 0; slot < 4; slot++)
      expect(await here.readStream(`${stream}-${slot}`, 0, 10)).toHaveLength(5)
  })

  it('fails all that is in the air when the connection breaks, and each is written at most once', async () => {
    const writer = store({ group: 5 })
    await writer.append(stream, 0, [accepted()])
    await writer.append(stream, 1, [accepted()])
    const commands = Array.from({ length: 60 }, () => accepted())
    const appendAll = () =>
      Promise.allSettled(
        commands.map((command, slot) => writer.append(`${stream}-${slot}`, 0, [command])),
      )
    const release = await holdHead()
    const first = appendAll()
    // Ends every connection that waits for the head.
    await vi.waitFor(async () => {
      const { rowCount } = await admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
      expect(rowCount).toBeGreaterThan(0)
    })
    await release()
    const failed = (await first).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.every((reason) => reason instanceof StoreUnavailable)).toBe(true)
    for (const one of await appendAll()) expect(one).toMatchObject({ status: 'fulfilled' })
    for (let slot = 0; slot < 60; slot++)
      expect(await writer.readStream(`${stream}-${slot}`, 0, 10)).toHaveLength(1)
  })

  it('believes the database, not its memory, after another process wrote', async () => {
    const [here, there] = [store(), store()]
    await here.append(stream, 0, [accepted()])
    await here.append(stream, 1, [accepted()])
    await there.append(stream, 2, [accepted(3)])
    expect(await here.append(stream, 2, [accepted()])).toEqual({ kind: 'conflict', actual: 5 })
    expect(await here.append(stream, 5, [accepted()])).toMatchObject({ streamVersion: 6 })
    expect(await there.append(stream, 6, [accepted()])).toMatchObject({ streamVersion: 7 })
  })

  it('writes to a head that another process moved', async () => {
    const [here, there] = [store(), store()]
    for (let turn = 0; turn < 5; turn++) {
      expect(await here.append(`${stream}-here`, turn, [accepted()])).toMatchObject({
        streamVersion: turn + 1,
      })
      expect(await there.append(`${stream}-there`, turn, [accepted()])).toMatchObject({
        streamVersion: turn + 1,
      })
    }
  })

  it('connects again by itself after its connections were cut', async () => {
    const writer = store()
    await writer.append(stream, 0, [accepted()])
    await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )
    // The cut may be seen before or while this is sent: then its outcome is unknown, and reading tells.
    const first = await writer.append(stream, 1, [accepted()]).catch((error) => error)
    if (first instanceof Error) expect(first).toBeInstanceOf(StoreUnavailable)
    const version = (await writer.readStream(stream, 0, 10)).length
    expect(version).toBe(first instanceof Error ? 1 : 2)
    expect(await writer.append(stream, version, [accepted()])).toMatchObject({ kind: 'appended' })
  })

  it('says that the outcome is unknown when the connection breaks in the middle', async () => {
    const writer = store()
    await writer.append(stream, 0, [accepted()])
    await writer.append(stream, 1, [accepted()])
    const release = await holdHead()
    const append = writer.append(stream, 2, [accepted()])
    const outcome = expect(append).rejects.toThrow(StoreUnavailable)
    await vi.waitFor(async () => {
      const { rowCount } = await admin.query(`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`)
      expect(rowCount).toBe(1)
    }, 5000)
    await outcome
    await release()
    expect(await writer.append(stream, 2, [accepted()])).toMatchObject({ streamVersion: 3 })
  })

  it('gives up on a database that stays away, and works again once it is back', async () => {
    const pool = database.pool()
    const writer = postgresEventStore(pool, { patienceMs: 200 })
    open.push(writer)
    const { port } = pool.options
    pool.options.port = 1
    await expect(writer.append(stream, 0, [accepted()])).rejects.toThrow(StoreUnavailable)
    await expect(writer.readAll(0, 1)).rejects.toThrow(StoreUnavailable)
    pool.options.port = port
    expect(await writer.append(stream, 0, [accepted()])).toMatchObject({ kind: 'appended' })
  })

  it('halts a reader at a hole in the log', async () => {
    const writer = store()
    await writer.append(stream, 0, [accepted(3)])
    const hole = (await writer.head()) - 1
    const { rows } = await admin.query(
      'DELETE FROM orrery.events WHERE position = $1 RETURNING *',
      [hole],
    )
    const reading = writer.subscribe(0, new AbortController().signal)
    await expect(
      (async () => {
        for await (const batch of reading) expect(batch.at(-1)?.position).toBeLessThan(hole)
      })(),
    ).rejects.toThrow(LogBroken)
    await expect(writer.readStream(stream, 0, 10)).rejects.toThrow(LogBroken)
    await admin.query(
      'INSERT INTO orrery.events SELECT * FROM jsonb_populate_record(null::orrery.events, $1)',
      [JSON.stringify(rows[0])],
    )
    expect(await writer.readStream(stream, 0, 10)).toHaveLength(3)
  })

  it('leaves the parsers of the process alone', async () => {
    const { rows } = await admin.query(
      `SELECT 9007199254740993::bigint AS big, '{"a":1}'::json AS j`,
    )
    expect(rows[0]).toEqual({ big: '9007199254740993', j: { a: 1 } })
  })

  it('forgets old answers in bounded steps', async () => {
    let nowMs = Date.UTC(2030, 0, 1)
    const clock = { now: () => nowMs }
    const writer = store({ clock })
    await admin.query(
      `INSERT INTO orrery.answers SELECT 'old', n::text, '', '{}', 0 FROM generate_series(1, 25000) n`,
    )
    const left = async () =>
      Number(
        (await admin.query(`SELECT count(*) FROM orrery.answers WHERE account = 'old'`)).rows[0]
          .count,
      )
    const leftAfter: number[] = []
    for (let turn = 0; turn < 3; turn++) {
      await writer.append(stream, turn, [accepted()])
      // The step runs after its group was answered, and before the next group.
      await writer.append(`${stream}-then`, turn, [accepted()])
      nowMs += 1
      leftAfter.push(await left())
    }
    expect(leftAfter[0]).toBeGreaterThan(0)
    expect(leftAfter.at(-1)).toBe(0)
  })

  it('takes nothing more once it is closed', async () => {
    const writer = store()
    const last = writer.append(stream, 0, [accepted()])
    await writer.close()
    expect(await last).toMatchObject({ kind: 'appended' })
    await expect(writer.append(stream, 1, [accepted()])).rejects.toThrow('closed')
  })
})
