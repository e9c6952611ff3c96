// A world to look at: a store that survives, time that the test owns, a kernel of the test's choice.

import type { LedgerEvent, SimulationEvent } from '../../src/domain/events.ts'
import type { EventStore, RecordedEvent } from '../../src/domain/ports/eventStore.ts'
import type { OpenKernel, WorldSettings } from '../../src/domain/ports/kernel.ts'
import type { Leadership } from '../../src/domain/ports/leadership.ts'
import type { Snapshots } from '../../src/domain/ports/snapshots.ts'
import type { Chance } from '../../src/domain/ports/time.ts'
import { ledgerStream, playerStream } from '../../src/domain/streams.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { inProcessLeadership } from '../../src/platform/leadership.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import type { SnapshotPorts } from '../../src/projections/startingPoint.ts'
import {
  openWorld,
  type RunningWorld,
  type WorldPorts,
} from '../../src/projections/worldProjector.ts'
import type { FeedItem } from '../../src/projections/worldReader.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { simulatedTime } from '../helpers/simulatedTime.ts'

export const settings: WorldSettings = { world: 'earth', seed: 7, n: 4, ups: 20 }

/** Snapshots of worlds that the fake kernel runs. */
export const snapshotsFor = (
  store: Snapshots,
  everyTicks: number,
  more: Partial<SnapshotPorts> = {},
): SnapshotPorts => ({
  store,
  rulesHash: 'fake0000fake0000',
  everyTicks,
  migrateRules: false,
  ...more,
})

let ids = 0
const nextId = () => `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`
const chance: Chance = { uuid: nextId, secret: () => 'secret', u32: () => 4 }

export function createRig(store: EventStore = memoryEventStore()) {
  const time = simulatedTime()
  const messaging = inProcessMessaging()
  const leadership = inProcessLeadership('here')
  const said: string[] = []
  const versions = new Map<string, number>()
  let engines = 0

  const appendTo = async (stream: string, event: SimulationEvent, commandId: string) => {
    const version = versions.get(stream) ?? (await store.readStream(stream, 0, 100_000)).length
    const metadata = {
      eventId: nextId(),
      commandId,
      account: 'ann',
      world: 'earth',
      correlationId: commandId,
      causationId: commandId,
      at: '2026-01-01T00:00:00.000Z',
    }
    await store.append(stream, version, [
      {
        account: 'ann',
        commandId,
        payloadHash: commandId,
        outcome: 'accepted',
        events: [{ ...event, version: 1, metadata }],
      },
    ])
    versions.set(stream, version + 1)
  }
  return {
    ...time,
    store,
    messaging,
    leadership,
    said,
    /** Orders that the fake kernel answers with one outcome each. */
    async order(...commandIds: string[]) {
      for (const commandId of commandIds) {
        const event: SimulationEvent = { type: 'HarvestStopped', data: { account: 'ann' } }
        await appendTo(playerStream('earth', 'ann'), event, commandId)
      }
    },
    appendTo,
    open(overrides: Partial<WorldPorts> & { openKernel?: OpenKernel } = {}): RunningWorld {
      return openWorld({
        settings,
        store,
        openKernel: fakeKernel().open,
        clock: time.clock,
        scheduler: time.scheduler,
        chance,
        leadership: leadership as Leadership,
        messaging,
        openCache: nodeCache,
        engineId: `engine ${++engines}`,
        say: (line) => said.push(line),
        ...overrides,
      })
    },
    async ledger(): Promise<readonly (LedgerEvent & RecordedEvent)[]> {
      const events = await store.readStream(ledgerStream('earth'), 0, 100_000)
      return events as readonly (LedgerEvent & RecordedEvent)[]
    },
  }
}

export type Rig = ReturnType<typeof createRig>

/** Reads a feed into a list; `failure` is what ended it, if it failed. */
export function collect(feed: AsyncIterable<FeedItem>) {
  const items: FeedItem[] = []
  const collected: { items: FeedItem[]; ended: boolean; failure?: Error } = { items, ended: false }
  const read = async () => {
    for await (const item of feed) items.push(item)
  }
  read().then(
    () => {
      collected.ended = true
    },
    (error: Error) => {
      collected.failure = error
      collected.ended = true
    },
  )
  return collected
}
