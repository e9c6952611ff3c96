// The worlds that are founded: their settings, and a running world for each.

import type { WorldEvent, WorldId } from '../domain/events.ts'
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailable,
} from '../domain/ports/eventStore.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Messaging } from '../domain/ports/messaging.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { parseStream } from '../domain/streams.ts'
import { upcast } from '../domain/upcasts.ts'
import type { RunningWorld } from './worldProjector.ts'
import type { Worlds } from './worldReader.ts'

/** Whoever founds a world may publish its settings here (`WorldSettings`), so that nobody waits for the log. */
export const worldsTopic = 'worlds'

const AWAY_PAUSE_MS = 200

/** `Worlds`, and what the composition needs of it. */
export type FoundedWorlds = Omit<Worlds, 'get' | 'list'> & {
  list(): readonly RunningWorld[]
  get(world: WorldId): RunningWorld | undefined
  /** undefined for a world that is not founded, as far as is known. */
  worldSettings(world: WorldId): WorldSettings | undefined
  /** Resolves once all worlds founded before the start are known; rejects where the log cannot be read. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/** Follows the log from its beginning and opens every world as it is founded. */
export function followWorlds(ports: {
  store: EventStore
  scheduler: Scheduler
  messaging: Messaging
  open: (settings: WorldSettings) => RunningWorld
  say: (line: string) => void
}): FoundedWorlds {
  const stopping = new AbortController()
  const running = new Map<WorldId, RunningWorld>()

  const found = (settings: WorldSettings) => {
    if (running.has(settings.world) || stopping.signal.aborted) return
    const world = ports.open(settings)
    // The reader tells why it stopped; nobody has to wait for it.
    world.ready.catch(() => {})
    running.set(settings.world, world)
  }
  const take = (recorded: RecordedEvent) => {
    if (parseStream(recorded.stream)?.kind !== 'world') return
    const event = upcast(recorded) as WorldEvent
    const { world, seed, n, ups } = event.data
    found({ world, seed, n, ups })
  }
  const endTopic = ports.messaging.subscribe(worldsTopic, (message) =>
    found(message as WorldSettings),
  )
  const { caughtUp, ended } = followLog(ports, stopping.signal, take)
  ended.catch((error: Error) => ports.say(`worlds are not followed any more: ${error.message}`))

  return {
    list: () => [...running.values()],
    get: (world) => running.get(world),
    worldSettings: (world) => running.get(world)?.settings,
    ready: caughtUp,
    async stop() {
      endTopic()
      stopping.abort()
      await Promise.allSettled([ended, ...[...running.values()].map((world) => world.stop())])
    },
  }
}

/** `caughtUp` resolves once `take` has seen all that was in the log at the start. */
function followLog(
  { store, scheduler }: { store: EventStore; scheduler: Scheduler },
  signal: AbortSignal,
  take: (recorded: RecordedEvent) => void,
): { caughtUp: Promise<void>; ended: Promise<void> } {
  let tell: () => void = () => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  const follow = async () => {
    const head = await headOf(store, scheduler, signal)
    if (head === 0) tell()
    for await (const batch of store.subscribe(0, signal)) {
      batch.forEach(take)
      if ((batch.at(-1)?.position ?? 0) >= head) tell()
    }
  }
  const ended = follow()
  const caughtUp = Promise.race([told, ended])
  caughtUp.catch(() => {})
  return { caughtUp, ended }
}

/** A store that is away just now is asked again: it may have to be brought up first. */
async function headOf(store: EventStore, scheduler: Scheduler, signal: AbortSignal) {
  for (;;) {
    try {
      return await store.head()
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || signal.aborted) throw error
      await scheduler.sleep(AWAY_PAUSE_MS, signal)
    }
  }
}
