import { EventEmitter } from 'node:events'
import { test as property } from '@fast-check/vitest'
import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EventStore } from '../../../src/domain/ports/eventStore.ts'
import { logFollowers } from '../../../src/platform/postgres/followers.ts'
import { ownEvents } from '../../../src/platform/postgres/ownEvents.ts'
import type { Plan } from '../../../src/platform/postgres/plan.ts'
import { recorded } from '../../../src/platform/postgres/reader.ts'

const STREAM = 'territory-first'

const textsOf = (position: number) => ({
  type: 'CellReleased',
  version: 1,
  data: JSON.stringify({ cell: position }),
  metadata: '{}',
})

const eventAt = (position: number) => {
  const { type, version, data, metadata } = textsOf(position)
  return recorded([position, STREAM, position, type, version, data, metadata])
}

/** The events at positions `from + 1` to `to`, all of one stream whose versions are the positions. */
function planned(from: number, to: number): Plan {
  const events = Array.from({ length: to - from }, (_, index) => [textsOf(from + index + 1)])
  const append = { stream: STREAM, expectedVersion: from, events } as unknown as Plan['appends'][0]
  return {
    from,
    to,
    appends: [append],
    answers: [],
    versions: new Map(),
    results: [],
    doubtful: [],
  }
}

describe('those who follow the log', () => {
  let closing = new AbortController()
  afterEach(() => closing.abort())

  /** A database that others write to as well, up to position `head`. */
  function opened() {
    closing = new AbortController()
    const connection = Object.assign(new EventEmitter(), { query: async () => {}, release() {} })
    const log = { head: 0 }
    const readAll = vi.fn<EventStore['readAll']>(async (after, limit) =>
      Array.from({ length: Math.min(limit, log.head - after) }, (_, at) => eventAt(after + at + 1)),
    )
    const followers = logFollowers({ connect: async () => connection } as unknown as Pool, {
      readAll,
      isOwn: (note) => note === 'own',
      patienceMs: 1_000,
      pollMs: 1e9,
      closed: closing.signal,
    })
    const batches = followers.subscribe(0, closing.signal)[Symbol.asyncIterator]()
    const read = async () =>
      ((await batches.next()).value ?? []).map(({ position }: { position: number }) => position)
    const write = (from: number, to: number) => {
      log.head = to
      followers.committed(planned(from, to))
    }
    const note = (payload: string) => connection.emit('notification', { payload })
    return { log, readAll, read, write, note }
  }

  it('are told of what this process writes without a question to the database', async () => {
    const { readAll, read, write, note } = opened()
    const first = read()
    await vi.waitFor(() => expect(readAll).toHaveBeenCalledTimes(1))
    write(0, 2)
    expect(await first).toEqual([1, 2])
    const asked = readAll.mock.calls.length
    for (let position = 2; position < 20; position += 3) {
      const next = read()
      note('own')
      write(position, position + 3)
      expect(await next).toEqual([position + 1, position + 2, position + 3])
    }
    expect(readAll).toHaveBeenCalledTimes(asked)
  })

  it('are told of what others wrote in between, in order', async () => {
    const { read, write, log } = opened()
    write(0, 2)
    expect(await read()).toEqual([1, 2])
    log.head = 5
    write(5, 6)
    expect(await read()).toEqual([3, 4, 5, 6])
  })

  it('ask the database when another tells that it has written', async () => {
    const { read, write, log, note } = opened()
    write(0, 2)
    expect(await read()).toEqual([1, 2])
    const next = read()
    log.head = 3
    note('other')
    expect(await next).toEqual([3])
  })
})

describe('what this process has written itself', () => {
  const steps = fc.array(
    fc.record({ skipped: fc.constantFrom(0, 0, 0, 1, 3), count: fc.nat({ max: 4 }) }),
    { maxLength: 30 },
  )

  property.prop([steps, fc.integer({ min: 0, max: 200 })])(
    'is told as the log has it from any position on, or not at all, and the newest always is',
    (written, sizeMax) => {
      const own = ownEvents(sizeMax)
      let head = 0
      for (const { skipped, count } of written) {
        const from = head + (count > 0 ? skipped : 0)
        own.add(planned(from, from + count))
        head = from + count
        if (count > 0)
          expect(own.after(from, 10)).toEqual(
            planned(from, head)
              .appends[0]!.events.flat()
              .map((_, at) => eventAt(from + at + 1)),
          )
        for (let after = 0; after <= head; after++) {
          const positions = own.after(after, 3).map(({ position }) => position)
          expect([
            [],
            [after + 1],
            [after + 1, after + 2],
            [after + 1, after + 2, after + 3],
          ]).toContainEqual(positions)
          if (positions.length > 0 && positions.length < 3) expect(positions.at(-1)).toBe(head)
        }
        if (count > 0) expect(own.newest).toBe(head)
      }
    },
  )

  it('is kept within its bound, however much is written', () => {
    const own = ownEvents(1_000)
    for (let from = 0; from < 10_000; from += 10) own.add(planned(from, from + 10))
    expect(own.after(9_990, 100)).toHaveLength(10)
    expect(own.after(9_000, 100)).toEqual([])
  })
})
