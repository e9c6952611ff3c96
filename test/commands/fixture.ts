// What the tests of the commands stand on: time and chance that they own, and a store that fails when told to.

import type { StreamCommand } from '../../src/commands/groupDecision.ts'
import type { TerritoryCommand } from '../../src/domain/commands.ts'
import type { DomainEvent } from '../../src/domain/events.ts'
import {
  type EventStore,
  type NewEvent,
  StoreUnavailable,
} from '../../src/domain/ports/eventStore.ts'
import type { Chance, Clock, Scheduler } from '../../src/domain/ports/time.ts'
import { territoryStream } from '../../src/domain/streams.ts'
import { territory } from '../../src/domain/territory.ts'

/** Time that moves only when told to. */
export function testClock(start = 1_700_000_000_000): Clock & { pass(ms: number): void } {
  let now = start
  return {
    now: () => now,
    monotonic: () => now,
    pass: (ms) => {
      now += ms
    },
  }
}

/** Sleeps not at all, and remembers how long it was asked to. */
export function testScheduler(): Scheduler & { readonly slept: number[] } {
  const slept: number[] = []
  return { slept, sleep: async (ms) => void slept.push(ms) }
}

/** The same ids and numbers in every run. */
export function testChance(): Chance {
  let drawn = 0
  const next = () => ++drawn
  return {
    uuid: () => `00000000-0000-7000-8000-${String(next()).padStart(12, '0')}`,
    secret: (bytes) => String(next()).padStart(Math.ceil((bytes * 4) / 3), 's'),
    u32: next,
  }
}

export type Fault =
  /** Nothing is written, and nobody is told so. */
  | 'lost'
  /** All is written, and nobody is told so. */
  | 'written but not told'
  /** The store cannot hold what it was given. */
  | 'bad command'

/** A store that fails as told: the faults of the next appends, in order, and how many of the next reads fail. */
export function faultyStore(inner: EventStore) {
  const faults: (Fault | undefined)[] = []
  const counts = { appends: 0, read: 0, answers: 0 }
  let failingReads = 0
  const read = <Result>(result: () => Promise<Result>) => {
    if (failingReads > 0) {
      failingReads -= 1
      throw new StoreUnavailable('the store is away')
    }
    return result()
  }
  const store: EventStore = {
    ...inner,
    async append(stream, expectedVersion, commands, options) {
      counts.appends += 1
      const fault = faults.shift()
      if (fault === 'bad command') throw new TypeError('cannot be held')
      if (fault !== 'lost') {
        const result = await inner.append(stream, expectedVersion, commands, options)
        if (fault === undefined) return result
      }
      throw new StoreUnavailable('the connection is gone')
    },
    async readStream(...asked) {
      const page = await read(() => inner.readStream(...asked))
      counts.read += page.length
      return page
    },
    async answer(...asked) {
      counts.answers += 1
      return read(() => inner.answer(...asked))
    },
  }
  return {
    store,
    counts,
    failAppends: (...next: (Fault | undefined)[]) => void faults.push(...next),
    failReads: (many: number) => {
      failingReads = many
    },
  }
}

let recorded = 0

/** An event as the log takes it. */
export const newEvent = (event: DomainEvent, account = 'foreign', commandId = 'c'): NewEvent => ({
  ...event,
  version: 1,
  metadata: {
    eventId: `event-${++recorded}`,
    commandId,
    account,
    correlationId: commandId,
    causationId: commandId,
    at: '2026-01-01T00:00:00.000Z',
  },
})

/** A territory command on its way to the stream of `eden`, a planet of frequency 24. */
export function territoryCommand(
  account: string,
  commandId: string,
  wish: { type: 'ClaimMany'; cells: readonly number[] } | { type: 'ReleaseCell'; cell: number },
): StreamCommand {
  const given = { account, at: 0, world: 'eden', n: 24, seed: 7 }
  const command: TerritoryCommand = { ...given, ...wish }
  return {
    stream: territoryStream('eden'),
    decider: territory,
    account,
    commandId,
    payloadHash: JSON.stringify(wish),
    withoutEvents: 'unchanged',
    decide: (state) => territory.decide(command, state as ReturnType<typeof territory.initial>),
    record: (event) => newEvent(event, account, commandId),
  }
}

export const claim = (account: string, commandId: string, ...cells: number[]) =>
  territoryCommand(account, commandId, { type: 'ClaimMany', cells })

/** Appends the claim as another node would: past the queue. */
export async function foreignClaim(store: EventStore, account: string, ...cells: number[]) {
  const stream = territoryStream('eden')
  const version = (await store.readStream(stream, 0, 1_000_000)).length
  const event = newEvent({ type: 'CellsClaimed', data: { account, cells } }, account)
  return store.append(stream, version, [
    {
      account,
      commandId: event.metadata.eventId,
      payloadHash: 'foreign',
      outcome: 'accepted',
      events: [event],
    },
  ])
}
