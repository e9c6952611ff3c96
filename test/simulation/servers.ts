// Simulated server processes over one log: started, stopped, killed, cut off, and taken over by others.

import { type CommandHandler, commandHandler, SYSTEM_ACCOUNT } from '../../src/commands/handler.ts'
import { foldsOfWorld, snapshotFolds } from '../../src/commands/snapshotFolds.ts'
import type { Submit } from '../../src/commands/submit.ts'
import type { OpenCache } from '../../src/domain/ports/cache.ts'
import type { Leadership } from '../../src/domain/ports/leadership.ts'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { nodeCache } from '../../src/platform/cache.ts'
import { inProcessLeadership } from '../../src/platform/leadership.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { openWorld, type RunningWorld } from '../../src/projections/worldProjector.ts'
import { followWorlds } from '../../src/projections/worlds.ts'
import { faultyKernels } from './faultyKernel.ts'
import { faultySnapshots } from './faultySnapshots.ts'
import { faultyStore, type Line } from './faultyStore.ts'
import type { Sabotage } from './sabotage.ts'
import type { Stage } from './stage.ts'

export const WORLD = 'first'
/** So small that what a reader missed is sometimes gone. */
const ENTRIES_CACHED = 2
const SNAPSHOT_TICKS = 30

export type Planet = { readonly seed: number; readonly n: number; readonly ups: number }

export type Server = {
  readonly name: string
  readonly line: Line
  /** Rejects with `StoreUnavailable` where the outcome is unknown. */
  readonly submit: Submit
  world(): RunningWorld | undefined
  /** The lease of its world is lost. */
  loseLease(): void
  /** Ends it: in good order, or cut off from the log for ever. Resolves when nothing of it runs any more. */
  end(how: 'stopped' | 'killed'): Promise<void>
  /** What it still holds after its end. */
  left(): readonly string[]
}

export type StartServer = () => Promise<Server>

/** `sabotage` breaks what the simulation must notice. */
export function servers(stage: Stage, planet: Planet, sabotage: Sabotage): StartServer {
  let started = 0
  return async () => {
    const name = `server ${++started}`
    const line: Line = { cut: false }
    const way = faultyStore(stage, line)
    const store = sabotage.store(way)
    const kernels = { count: 0 }
    const { leadership, lose } = losable(inProcessLeadership(name))
    const messaging = inProcessMessaging((topic, error) =>
      stage.fault(`a subscriber of ${topic} failed: ${error}`),
    )
    const say = (words: string) => stage.note(`${name} says: ${words}`)
    const times = { clock: stage.clock, scheduler: stage.scheduler, chance: stage.chance }
    const snapshots = faultySnapshots(stage, line, stage.shelf)
    const worlds = followWorlds({
      store,
      scheduler: stage.scheduler,
      messaging,
      say,
      open: (settings) =>
        sabotage.world(
          openWorld({
            ...times,
            settings,
            store,
            messaging,
            say,
            leadership,
            engineId: name,
            snapshots: {
              store: snapshots,
              rulesHash,
              everyTicks: SNAPSHOT_TICKS,
              migrateRules: false,
              // However short a stream is.
              folds: (world) => foldsOfWorld(handler.folds, snapshots, world, 1),
            },
            openKernel: sabotage.kernel(faultyKernels(stage, kernels)),
            openCache: smallCache,
          }),
        ),
    })
    const handler: CommandHandler = commandHandler({
      ...times,
      store,
      personalData: stage.personalData,
      messaging,
      worldSettings: worlds.worldSettings,
      claimLimit: (world, account) => worlds.get(world)?.claimLimit(account),
      savedFolds: snapshotFolds(snapshots),
      limits: { folds: 2 },
    })
    stage.note(`${name} starts`)
    await worlds.ready
    const { seed, n, ups } = planet
    while (!worlds.get(WORLD)) {
      const founding = { account: SYSTEM_ACCOUNT, type: 'FoundWorld', world: WORLD }
      await handler.submit({ ...founding, input: { seed, n, ups } }).catch(() => {})
      await stage.scheduler.sleep(20)
    }
    let ended: Promise<void> | undefined
    const end = async (how: 'stopped' | 'killed') => {
      stage.note(`${name} is ${how}`)
      if (how === 'killed') line.cut = true
      await handler.close()
      await worlds.stop()
      way.end()
    }
    return {
      name,
      line,
      submit: (asked) => stage.track(`${asked.type} at ${name}`, handler.submit(asked)),
      world: () => worlds.get(WORLD),
      loseLease: lose,
      end(how) {
        ended ??= stage.track(`the end of ${name}`, end(how))
        return ended
      },
      left: () => [
        ...(kernels.count === 0 ? [] : [`${name} left ${kernels.count} kernels open`]),
        ...(handler.waiting() === 0 ? [] : [`${name} left ${handler.waiting()} commands waiting`]),
      ],
    }
  }
}

const smallCache: OpenCache = (name, capacity, evicted) =>
  nodeCache(name, Math.min(capacity, ENTRIES_CACHED), evicted)

function losable(inner: Leadership): { leadership: Leadership; lose: () => void } {
  let lose = () => {}
  return {
    lose: () => lose(),
    leadership: {
      holder: inner.holder,
      async acquire(name, signal) {
        const lease = await inner.acquire(name, signal)
        const gone = new AbortController()
        lose = () => gone.abort(new Error('another has the lease'))
        return { ...lease, lost: AbortSignal.any([lease.lost, gone.signal]) }
      },
    },
  }
}
