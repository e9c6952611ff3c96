// The rules that every event store keeps, run on every adapter.

import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type {
  Answer,
  AppendResult,
  DecidedCommand,
  EventStore,
  RecordedEvent,
} from '../../src/domain/ports/eventStore.ts'
import { accepted, event, freshId, refused, unchanged } from '../helpers/appends.ts'

const hourMs = 60 * 60 * 1000

/** What the suite may turn: a clock that only moves when told to. */
export type OpenOptions = { readonly clock: { now(): number } }

export type Opened = {
  /** Another store on the same log, with connections of its own where there are any. */
  another(): Promise<EventStore>
  close(): Promise<void>
}

/** `open` gives a log of its own, which may hold events already. */
export function eventStoreContract(
  name: string,
  open: (options: OpenOptions) => Promise<Opened>,
): void {
  describe(`the event store ${name}`, () => {
    let nowMs = Date.UTC(2026, 0, 1)
    let log: Opened
    let store: EventStore
    let stream = ''
    beforeAll(async () => {
      log = await open({ clock: { now: () => nowMs } })
      store = await log.another()
    })
    afterAll(() => log.close())
    beforeEach(() => {
      stream = `territory-${freshId()}`
    })

    describe('appending', () => {
      it('makes events durable with rising positions and contiguous versions', async () => {
        const before = await store.head()
        const result = await store.append(stream, 0, [accepted(2), accepted(1)])
        const rank = await ranks(store, before)
        expect(ranked(result, rank)).toEqual({
          kind: 'appended',
          streamVersion: 3,
          answers: [
            { status: 'accepted', events: 2, position: 2 },
            { status: 'accepted', events: 1, position: 3 },
          ],
        })
        const events = await store.readStream(stream, 0, 100)
        expect(events.map(({ streamVersion }) => streamVersion)).toEqual([1, 2, 3])
        const positions = events.map(({ position }) => position)
        expect(positions.map(rank)).toEqual([1, 2, 3])
        expect(await store.head()).toBe(positions[2])
      })

      it('gives events back as they were written', async () => {
        const written = event(freshId(), 7)
        const text = 'a "quoted" \\ back\\slash, {braces}, ☃ 🪐, \n and a \u0000 inside JSON'
        const odd = { ...written, metadata: { ...written.metadata, causationId: text } }
        const before = await store.head()
        await store.append(stream, 0, [accepted(1, { events: [odd] })])
        const [read] = await store.readStream(stream, 0, 1)
        const { position, streamVersion, stream: of, ...rest } = read!
        expect(rest).toEqual(odd)
        expect({ streamVersion, of }).toEqual({ streamVersion: 1, of: stream })
        expect(position).toBeGreaterThan(before)
        expect(await store.readAll(before, 1)).toEqual([read])
      })

      it('writes nothing on a conflict and tells the version that is', async () => {
        await store.append(stream, 0, [accepted(2)])
        const head = await store.head()
        const late = accepted()
        for (const expected of [0, 1, 3, 1000]) {
          expect(await store.append(stream, expected, [late])).toEqual({
            kind: 'conflict',
            actual: 2,
          })
        }
        expect(await store.head()).toBe(head)
        expect(await store.answer(late.account, late.commandId)).toBeUndefined()
        expect(await store.append(stream, 2, [late])).toMatchObject({ kind: 'appended' })
      })

      it('has one winner of each cell when six writers create a thousand streams', async () => {
        const writers = await Promise.all(Array.from({ length: 6 }, () => log.another()))
        const cells = Array.from({ length: 1000 }, (_, cell) => `${stream}-cell-${cell}`)
        const won = new Map<string, string>()
        const claims = writers.map(async (writer, index) => {
          const results = await Promise.all(
            cells.map((cell) => writer.append(cell, 0, [accepted(1, { account: `p${index}` })])),
          )
          return results.map((result, cell) => {
            if (result.kind === 'appended') won.set(cells[cell]!, `p${index}`)
            return result.kind
          })
        })
        const kinds = (await Promise.all(claims)).flat()
        expect(kinds.filter((kind) => kind === 'appended')).toHaveLength(1000)
        expect(kinds.filter((kind) => kind === 'conflict')).toHaveLength(5000)
        for (const cell of cells) {
          const events = await store.readStream(cell, 0, 10)
          expect(events.map(({ metadata }) => metadata.account)).toEqual([won.get(cell)])
        }
        await Promise.all(writers.map((writer) => writer.close()))
      })

      it('orders the appends of several writers to one stream by its version', async () => {
        const writers = await Promise.all(Array.from({ length: 3 }, () => log.another()))
        await Promise.all(writers.map((writer) => insist(writer, stream, 20)))
        const versions = (await store.readStream(stream, 0, 100)).map((one) => one.streamVersion)
        expect(versions).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
        await Promise.all(writers.map((writer) => writer.close()))
      })
    })

    describe('remembering answers', () => {
      const outcomes: [string, (given?: Partial<DecidedCommand>) => DecidedCommand][] = [
        ['accepted', (given) => accepted(2, given)],
        ['refused', refused],
        ['unchanged', unchanged],
      ]
      it.each(outcomes)(
        'gives a command sent again its first answer (%s), and writes nothing',
        async (status, make) => {
          const command = make()
          const first = await store.append(stream, 0, [command])
          if (first.kind !== 'appended') throw new Error(`the first append was ${first.kind}`)
          const head = await store.head()
          const remembered = { payloadHash: command.payloadHash, answer: first.answers[0]! }
          expect(remembered.answer.status).toBe(status)
          // As the caller knows the stream now, and as it knew it at first: an old retry must not look like a conflict.
          for (const expected of [first.streamVersion, 0]) {
            expect(
              await store.append(stream, expected, [
                accepted(),
                make({ commandId: command.commandId }),
              ]),
            ).toEqual({ kind: 'answered', which: [{ index: 1, remembered }] })
          }
          const elsewhere = await log.another()
          expect(await elsewhere.append(stream, 0, [command])).toEqual({
            kind: 'answered',
            which: [{ index: 0, remembered }],
          })
          expect(await elsewhere.answer(command.account, command.commandId)).toEqual(remembered)
          await elsewhere.close()
          expect(await store.head()).toBe(head)
        },
      )

      it('shows that an id was used with another payload', async () => {
        const command = accepted()
        await store.append(stream, 0, [command])
        const reused = accepted(1, { commandId: command.commandId, payloadHash: 'another' })
        const result = await store.append(stream, 1, [reused])
        expect(result).toMatchObject({
          kind: 'answered',
          which: [{ index: 0, remembered: { payloadHash: command.payloadHash } }],
        })
      })

      it('takes the same id of another account for another command', async () => {
        const command = accepted()
        await store.append(stream, 0, [command])
        const twin = accepted(1, { commandId: command.commandId, account: 'bob' })
        expect(await store.append(stream, 1, [twin])).toMatchObject({ kind: 'appended' })
      })

      it('needs no stream to remember a refusal', async () => {
        const command = refused()
        expect(await store.append(stream, 0, [command])).toEqual({
          kind: 'appended',
          streamVersion: 0,
          answers: [{ status: 'refused', refused: 'CellTaken', detail: 'cell 7 is taken' }],
        })
        expect(await store.readStream(stream, 0, 10)).toEqual([])
        expect(await store.append(stream, 0, [accepted()])).toMatchObject({ streamVersion: 1 })
      })

      it('answers a command that waits twice at the same time once', async () => {
        const command = accepted()
        const results = await Promise.all([
          store.append(stream, 0, [command]),
          store.append(stream, 0, [command]),
          store.append(`${stream}-other`, 0, [command]),
        ])
        expect(results.map(({ kind }) => kind)).toEqual(['appended', 'answered', 'answered'])
        expect(await store.readStream(stream, 0, 10)).toHaveLength(1)
      })

      it('has no answer for a command that it never saw', async () => {
        expect(await store.answer('ada', freshId())).toBeUndefined()
      })

      it('forgets an answer after 48 hours, not before', async () => {
        const command = accepted()
        await store.append(stream, 0, [command])
        nowMs += 47 * hourMs
        expect(await store.answer(command.account, command.commandId)).toBeDefined()
        expect(await store.append(stream, 1, [command])).toMatchObject({ kind: 'answered' })
        nowMs += 2 * hourMs
        expect(await store.answer(command.account, command.commandId)).toBeUndefined()
        expect(await store.append(stream, 1, [command])).toMatchObject({ kind: 'appended' })
        expect(await store.answer(command.account, command.commandId)).toMatchObject({
          answer: { status: 'accepted' },
        })
      })
    })

    describe('a bad command', () => {
      const bad: [string, string, () => DecidedCommand][] = [
        ['U+0000 in its id', 'U+0000', () => accepted(1, { commandId: `a\u0000${freshId()}` })],
        ['an unpaired surrogate', 'surrogate', () => accepted(1, { account: '\ud800' })],
        [
          'data that is not JSON',
          'BigInt',
          () => {
            const odd = event(freshId())
            // The type forbids it; a mistake elsewhere would not ask the type.
            const data = { account: 'ada', cell: 1n as unknown as number }
            return accepted(1, { events: [{ ...odd, type: 'CellReleased', data }] })
          },
        ],
        ['events although it was refused', 'events', () => refused({ events: [event('x')] })],
      ]
      it.each(bad)('with %s fails alone', async (_, told, make) => {
        const [good, failed, after] = await Promise.allSettled([
          store.append(`${stream}-a`, 0, [accepted()]),
          store.append(`${stream}-b`, 0, [make()]),
          store.append(`${stream}-c`, 0, [accepted()]),
        ])
        expect(good).toMatchObject({ value: { kind: 'appended' } })
        expect(after).toMatchObject({ value: { kind: 'appended' } })
        expect(failed).toMatchObject({ status: 'rejected', reason: expect.any(TypeError) })
        expect(String((failed as PromiseRejectedResult).reason)).toContain(told)
        expect(await store.readStream(`${stream}-b`, 0, 10)).toEqual([])
      })

      it('takes the commands of its own append with it', async () => {
        const twice = freshId()
        const append = store.append(stream, 0, [
          accepted(1, { commandId: twice }),
          accepted(1, { commandId: twice }),
        ])
        await expect(append).rejects.toThrow('twice')
        expect(await store.readStream(stream, 0, 10)).toEqual([])
      })
    })

    describe('reading', () => {
      it('reads a stream in pages', async () => {
        await store.append(stream, 0, [accepted(7)])
        const read = async (after: number, limit: number) =>
          (await store.readStream(stream, after, limit)).map((one) => one.streamVersion)
        expect(await read(0, 3)).toEqual([1, 2, 3])
        expect(await read(3, 3)).toEqual([4, 5, 6])
        expect(await read(6, 3)).toEqual([7])
        expect(await read(7, 3)).toEqual([])
      })

      it('misses nothing and sees no position twice beside eight writers', async () => {
        const writers = await Promise.all(Array.from({ length: 8 }, () => log.another()))
        const reader = await log.another()
        const after = await reader.head()
        const ended = new AbortController()
        const seen: RecordedEvent[] = []
        const total = 8 * 60
        const reading = (async () => {
          for await (const batch of reader.subscribe(after, ended.signal)) {
            seen.push(...batch)
            if (seen.length >= total) ended.abort()
          }
        })()
        const acknowledged = await Promise.all(
          writers.map(async (writer, index) => {
            const positions: number[] = []
            for (let version = 0; version < 60; version++) {
              const result = await writer.append(`${stream}-${index}`, version, [accepted()])
              if (result.kind === 'appended' && result.answers[0]?.status === 'accepted') {
                positions.push(result.answers[0].position)
              }
            }
            return positions
          }),
        )
        await reading
        const positions = seen.map(({ position }) => position)
        expect(positions).toEqual([...acknowledged.flat()].sort((a, b) => a - b))
        expect(new Set(positions).size).toBe(total)
        await Promise.all([...writers, reader].map((one) => one.close()))
      })

      it('catches up after an absence and goes live without a gap', async () => {
        const after = await store.head()
        for (let version = 0; version < 20; version++) {
          await store.append(stream, version * 100, [accepted(100)])
        }
        const ended = new AbortController()
        const positions: number[] = []
        let live = false
        for await (const batch of store.subscribe(after, ended.signal)) {
          positions.push(...batch.map(({ position }) => position))
          if (positions.length === 2000 && !live) {
            live = true
            void store.append(stream, 2000, [accepted(1)])
          }
          if (positions.length === 2001) ended.abort()
        }
        const written = await readEverything(store, after)
        expect(positions).toEqual(written.map(({ position }) => position))
        expect(positions).toHaveLength(2001)
      })

      it('ends a subscription that sleeps when its signal aborts', async () => {
        const ended = new AbortController()
        const batches = store.subscribe(await store.head(), ended.signal)[Symbol.asyncIterator]()
        const next = batches.next()
        ended.abort()
        expect(await next).toEqual({ done: true, value: undefined })
      })
    })

    it('behaves like a plain list whatever is appended', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyAppend, { maxLength: 25 }), async (appends) => {
          const prefix = `model-${freshId()}`
          const before = await store.head()
          const model = listModel()
          const results: [AppendResult, object][] = []
          for (const { slot, skew, commands } of appends) {
            const of = `${prefix}-${slot}`
            const expected = Math.max(0, model.version(of) + skew)
            const ids = new Set<string>()
            const decided = commands.flatMap(({ id, outcome, events }) => {
              const commandId = `${prefix}-${id}`
              if (ids.has(commandId)) return []
              ids.add(commandId)
              if (outcome === 'accepted') return [accepted(events, { commandId })]
              return [outcome === 'refused' ? refused({ commandId }) : unchanged({ commandId })]
            })
            results.push([
              await store.append(of, expected, decided),
              model.append(of, expected, decided),
            ])
          }
          const rank = await ranks(store, before)
          for (const [result, told] of results) expect(ranked(result, rank)).toEqual(told)
          const written = await readEverything(store, before)
          expect(written.map((one) => [one.stream, one.metadata.eventId])).toEqual(model.log)
        }),
        { numRuns: 30 },
      )
    })
  })
}

/** Appends `count` commands to a stream that others write to as well. */
async function insist(store: EventStore, stream: string, count: number): Promise<void> {
  let version = 0
  for (let written = 0; written < count; ) {
    const result = await store.append(stream, version, [accepted()])
    if (result.kind === 'answered') throw new Error('a fresh command has no answer')
    if (result.kind === 'appended') written++
    version = result.kind === 'conflict' ? result.actual : result.streamVersion
  }
}

const anyAppend = fc.record({
  slot: fc.nat({ max: 3 }),
  skew: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) },
  ),
  commands: fc.array(
    fc.record({
      id: fc.nat({ max: 40 }),
      outcome: fc.constantFrom('accepted' as const, 'refused' as const, 'unchanged' as const),
      events: fc.nat({ max: 3 }),
    }),
    { maxLength: 4 },
  ),
})

/** What the port promises, in the fewest words. */
function listModel() {
  const log: [string, string][] = []
  const answers = new Map<string, { payloadHash: string; answer: object }>()
  const version = (stream: string) => log.filter(([of]) => of === stream).length
  return {
    log,
    version,
    append(stream: string, expected: number, commands: readonly DecidedCommand[]) {
      const which = commands.flatMap(({ commandId }, index) => {
        const remembered = answers.get(commandId)
        return remembered ? [{ index, remembered }] : []
      })
      if (which.length > 0) return { kind: 'answered', which }
      if (version(stream) !== expected) return { kind: 'conflict', actual: version(stream) }
      const given = commands.map(({ commandId, payloadHash, outcome, events }) => {
        for (const { metadata } of events) log.push([stream, metadata.eventId])
        const position = log.length
        const accepted = { status: 'accepted', events: events.length, position }
        const other = outcome === 'unchanged' ? { status: outcome } : { status: 'refused' }
        const answer =
          outcome === 'accepted'
            ? accepted
            : { ...other, ...Object(outcome === 'unchanged' ? {} : outcome) }
        answers.set(commandId, { payloadHash, answer })
        return answer
      })
      return { kind: 'appended', answers: given, streamVersion: version(stream) }
    },
  }
}

/**
 * Tells how many events a log has after `after` and up to a position. Where positions are dense, that is their distance.
 */
async function ranks(store: EventStore, after: number): Promise<(position: number) => number> {
  const positions = (await readEverything(store, after)).map(({ position }) => position)
  if (store.dense) expect(positions).toEqual(positions.map((_, index) => after + 1 + index))
  return (position) => positions.filter((at) => at <= position).length
}

/** A result with ranks in place of positions, so that it can be told before it is known. */
function ranked(result: AppendResult, rank: (position: number) => number): object {
  const of = (answer: Answer): Answer =>
    answer.status === 'accepted' ? { ...answer, position: rank(answer.position) } : answer
  if (result.kind === 'appended') return { ...result, answers: result.answers.map(of) }
  if (result.kind === 'conflict') return result
  const which = result.which.map(({ index, remembered }) => ({
    index,
    remembered: { ...remembered, answer: of(remembered.answer) },
  }))
  return { ...result, which }
}

async function readEverything(store: EventStore, after: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await store.readAll(events.at(-1)?.position ?? after, 5000)
    if (page.length === 0) return events
    events.push(...page)
  }
}
