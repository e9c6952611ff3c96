// The worlds that are founded: their settings, and a running world for each.

import type { WorldEvent, WorldId } from '../domain/events.ts'
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailable,
} from '../domain/ports/eventStore.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Messaging } from '../domain/ports/messaging.ts'
import type { Progress } from '../domain/ports/readModels.ts'
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

/** Follows the log (from where `progress` stands, if it is given) and opens every world as it is founded. */
export function followWorlds(ports: {
  store: EventStore
  scheduler: Scheduler
  messaging: Messaging
  open: (settings: WorldSettings) => RunningWorld
  say: (line: string) => void
  progress?: Progress
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
  const { progress } = ports
  // A checkpoint's state is what was founded through its position.
  for (const settings of (progress?.state ?? []) as readonly WorldSettings[]) found(settings)
  const { caughtUp, ended } = followLog(
    ports,
    progress?.position ?? 0,
    stopping.signal,
    take,
    (position) =>
      progress?.reached(
        position,
        [...running.values()].map(({ settings }) => settings),
      ),
  )
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
  after: number,
  signal: AbortSignal,
  take: (recorded: RecordedEvent) => void,
  taken: (position: number) => Promise<void> | undefined,
): { caughtUp: Promise<void>; ended: Promise<void> } {
  let tell: () => void = () => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  const follow = async () => {
    const head = await headOf(store, scheduler, signal)
    if (head <= after) tell()
    for await (const batch of store.subscribe(after, signal)) {
      batch.forEach(take)
      const position = batch.at(-1)?.position ?? 0
      if (position >= head) tell()
      await taken(position)
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
