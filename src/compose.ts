// Wires everything: the only file that knows all. main.ts starts it; tests start the same server through it.

import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openMetrics } from './api/metrics/metrics.ts'
import { type Api, startApi } from './api/server.ts'
import { runDemoBot } from './bots/demoIdentity.ts'
import { followErasures } from './commands/erasure.ts'
import { type CommandHandler, commandHandler, SYSTEM_ACCOUNT } from './commands/handler.ts'
import { foldsOfWorld, snapshotFolds } from './commands/snapshotFolds.ts'
import type { Submit } from './commands/submit.ts'
import type { Config } from './config.ts'
import type { WorldSettings } from './domain/ports/kernel.ts'
import type { PersonalData } from './domain/ports/personalData.ts'
import type { Progress, ReadModels } from './domain/ports/readModels.ts'
import type { Snapshots } from './domain/ports/snapshots.ts'
import { prototypes } from './domain/prototypes.ts'
import { rulesHash } from './domain/simulation/rulesHash.generated.ts'
import { openOperatorDoor } from './operator.ts'
import { operatorActions } from './operatorActions.ts'
import { nodeCache } from './platform/cache.ts'
import { systemClock, systemScheduler } from './platform/clock.ts'
import { NoVersions, openVersions } from './platform/git/versions.ts'
import { type ChosenKernel, chooseKernel } from './platform/kernel/choose.ts'
import { builtKernel } from './platform/kernel/rust/built.ts'
import { inProcessLeadership } from './platform/leadership.ts'
import type { Log } from './platform/log.ts'
import { logObserver } from './platform/logObserver.ts'
import { inProcessMessaging } from './platform/messaging.ts'
import { observedStore } from './platform/observedStore.ts'
import { observers } from './platform/observers.ts'
import { systemChance } from './platform/random.ts'
import { type Say, StartRefused } from './platform/startRefused.ts'
import { openStorage, type Storage } from './platform/storage.ts'
import { storeHealth } from './platform/storeHealth.ts'
import type { SnapshotPorts } from './projections/startingPoint.ts'
import { openWorld, type RunningWorld } from './projections/worldProjector.ts'
import { type FoundedWorlds, followWorlds } from './projections/worlds.ts'

export type Orrery = {
  readonly url: string
  /** The first world, as it was founded. */
  readonly world: WorldSettings
  /** Resolves when the first world is live; rejects when it cannot be opened (other rules, a broken ledger). */
  readonly ready: Promise<void>
  /** Takes nothing more, seals what was run, and lets go of the database. */
  stop(): Promise<void>
}

/** Where it tells what it does; without `note` and `trace`, nothing is told in fields. */
type Told = { readonly say: Say } & Partial<Pick<Log, 'note' | 'trace'>>

const times = { clock: systemClock, scheduler: systemScheduler, chance: systemChance }
/** The world that a server founds by itself. */
const FIRST_WORLD = 'first'
const root = fileURLToPath(new URL('..', import.meta.url))
const clientDir = join(root, 'dist/client')

/** Starts a server. Throws `StartRefused` with what a person can do about it. `storage` replaces the database (tests). */
export async function compose(
  config: Config,
  { storage, ...told }: Told & { storage?: Storage },
): Promise<Orrery> {
  const closing: (() => Promise<unknown>)[] = []
  const stop = once(async () => {
    for (const close of closing.reverse()) await close()
  })
  try {
    return await wire(config, told, storage, closing, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function wire(
  config: Config,
  told: Told,
  given: Storage | undefined,
  closing: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Orrery> {
  const { say, note } = told
  const storage = given ?? (await openStorage(config, say))
  closing.push(() => storage.close())
  const { personalData, readModels, snapshots } = storage
  const { metrics, observer, tracing } = await measuring(config, told, closing)
  const store = observedStore(storage.store, observer, systemClock)
  await savePrototypes(readModels)
  const messaging = messagingOf(say)
  const engineId = `${hostname()}/${process.pid}/${systemChance.uuid()}`
  const kernels = chooseKernel(config.kernel, { say, tell: observer.kernelIs }, builtKernel())
  const engine = {
    ...times,
    store,
    observer,
    messaging,
    say,
    engineId,
    openKernel: kernels.open,
    leadership: inProcessLeadership(engineId),
    openCache: nodeCache,
    readModels,
  }
  const worlds = followWorlds({
    store,
    scheduler: systemScheduler,
    messaging,
    say,
    progress: await storage.progress('worlds'),
    open: (settings) =>
      openWorld({
        ...engine,
        settings,
        snapshots: snapshotsOf(config, snapshots, settings, () => handler.folds),
      }),
  })
  closing.push(() => worlds.stop())
  const handler: CommandHandler = commandHandler({
    ...times,
    store,
    personalData,
    messaging,
    worldSettings: worlds.worldSettings,
    claimLimit: (world, account) => worlds.get(world)?.claimLimit(account),
    savedFolds: snapshotFolds(snapshots, storage.archivedFolds),
    roomForWorld: () => worlds.list().length < config.worldsMax,
  })
  closing.push(() => handler.close())
  closing.push(finishErasures(store, personalData, await storage.progress('erasures'), say))

  await worlds.ready
  const first = await firstWorld(config, worlds, handler.submit)
  const api = await startApi({
    ...times,
    submit: handler.submit,
    worlds,
    personalData,
    ...frontOf(config),
    ...(config.versions ? await versionsOf(root) : {}),
    ready: readiness(worlds, storeHealth(store, times), kernels),
    metrics,
    stored: () => storedOf(storage, worlds),
    queues: () => ({ commands: handler.waiting(), appends: store.waiting?.() ?? 0 }),
    ...(tracing ? { tracer: tracing.tracer } : {}),
    say,
    ...(note ? { note } : {}),
  })
  closing.push(() => api.close(), await openOperator(config, storage, worlds, api, say))
  if (config.demoBot) {
    const folder = config.dataDir
    const ports = { submit: handler.submit, world: first, scheduler: systemScheduler, say, folder }
    closing.push(runDemoBot(ports))
  }
  return { url: api.url, world: first.settings, ready: first.ready, stop }
}

/** The history of the code that runs, where it runs from a checkout. */
async function versionsOf(root: string) {
  try {
    return { versions: await openVersions(root) }
  } catch (error) {
    if (error instanceof NoVersions) return {}
    throw error
  }
}

/** Opens the operator's door; gives its end. */
async function openOperator(
  config: Config,
  { openPool, personalData }: Storage,
  worlds: FoundedWorlds,
  { revoke }: Api,
  say: Say,
) {
  const close = await openOperatorDoor(
    config.dataDir,
    operatorActions({ ...config, openPool, worlds, personalData, revoke, say }),
  )
  return async () => close?.()
}

async function storedOf({ sizes, snapshots }: Storage, worlds: FoundedWorlds) {
  const newest = async ({ settings: { world } }: RunningWorld) => {
    const [size] = await snapshots.list(world)
    return { world, bytes: size?.bytes ?? 0 }
  }
  return {
    tables: (await sizes?.()) ?? [],
    snapshots: await Promise.all(worlds.list().map(newest)),
  }
}

const savePrototypes = (readModels: ReadModels) =>
  readModels.savePrototypes(
    prototypes.map(({ name, ...properties }) => ({ type: name, properties })),
  )

const messagingOf = (say: Say) =>
  inProcessMessaging((topic, error) => say(`a subscriber of ${topic} failed: ${String(error)}`))

const snapshotsOf = (
  { snapshotMinutes, migrateRules }: Config,
  store: Snapshots,
  { ups }: WorldSettings,
  folds: () => CommandHandler['folds'],
): SnapshotPorts => ({
  store,
  rulesHash,
  everyTicks: snapshotMinutes * 60 * ups,
  migrateRules,
  folds: (world) => foldsOfWorld(folds(), store, world),
})

/** The founded first world, or one founded now as configured. Other values than it was founded with are refused. */
async function firstWorld(
  { firstWorld: wanted }: Config,
  worlds: FoundedWorlds,
  submit: Submit,
): Promise<RunningWorld> {
  const founded = worlds.get(FIRST_WORLD)
  if (founded) {
    assertAsFounded(wanted, founded.settings)
    return founded
  }
  const { seed, n, ups } = wanted
  const submitted = await submit({
    account: SYSTEM_ACCOUNT,
    type: 'FoundWorld',
    world: FIRST_WORLD,
    input: { seed, n, ups },
  })
  const world = worlds.get(FIRST_WORLD)
  if (!world) throw new Error(`the first world was not founded: ${JSON.stringify(submitted)}`)
  return world
}

function assertAsFounded({ set, ...wanted }: Config['firstWorld'], founded: WorldSettings): void {
  const values = {
    WORLD_SEED: [wanted.seed, founded.seed],
    WORLD_N: [wanted.n, founded.n],
    UPS: [wanted.ups, founded.ups],
  } as const
  for (const name of set) {
    const [asked, is] = values[name]
    if (asked === is) continue
    throw new StartRefused(
      `${name} is ${asked}, but world ${founded.world} was founded with ${is}. Leave ${name} out, or start on another DATA_DIR or DATABASE_URL.`,
    )
  }
}

/** What the doors are by configuration. */
const frontOf = ({ host, port, corsOrigins, trustProxy, ...limits }: Config) => ({
  host,
  port,
  corsOrigins,
  trustedProxies: trustProxy,
  ...(existsSync(clientDir) ? { clientDir } : {}),
  limits: {
    joinsPerMinute: limits.joinsPerMinute,
    commandsPerMinute: limits.commandsPerMinute,
    requestsPerMinute: limits.requestsPerMinute,
    connectionsPerAddressMax: limits.connectionsPerAddress,
  },
})

/** Traces are made only where somebody collects them: their packages are loaded with the first. */
async function measuring(
  { otlpEndpoint, serviceName }: Config,
  { note, trace = () => {} }: Told,
  closing: (() => Promise<unknown>)[],
) {
  const metrics = openMetrics()
  const those = [metrics.observer, ...(note ? [logObserver({ note, trace })] : [])]
  if (otlpEndpoint === undefined) return { metrics, observer: observers(those), tracing: undefined }
  const { openTracing } = await import('./platform/tracing.ts')
  const tracing = openTracing(otlpEndpoint, serviceName)
  closing.push(() => tracing.close())
  return { metrics, observer: observers([...those, tracing.observer]), tracing }
}

const readiness =
  (worlds: FoundedWorlds, storeAway: () => Promise<string | undefined>, kernels: ChosenKernel) =>
  async (asked?: string) => {
    const away = await storeAway()
    const standing = worlds.list().flatMap((world) => {
      const { state, tick, replayThrough, stopped, settings } = world.status()
      if (state === 'running') return []
      const replayed = `tick ${tick} of ${replayThrough ?? '?'}`
      return [
        `world ${settings.world} is ${state}: ${state === 'stopped' ? (stopped ?? '') : replayed}`,
      ]
    })
    // Another world that opens for long does not keep this one's players out.
    const judged = worlds.get(asked ?? FIRST_WORLD)?.status().state
    return {
      ready: judged === 'running' && away === undefined,
      reasons: [...(away === undefined ? [] : [away]), ...standing, ...kernels.fallbacks()],
      kernels: kernels.statuses(),
    }
  }

/** Finishes what a crash between AccountErased and the erasure has left. Returns its end. */
function finishErasures(
  store: Storage['store'],
  personalData: PersonalData,
  progress: Progress,
  say: Say,
) {
  const ending = new AbortController()
  const ports = { store, personalData, scheduler: systemScheduler, say }
  const ended = followErasures(ports, progress, ending.signal)
  return async () => {
    ending.abort()
    await ended
  }
}

const once = (run: () => Promise<void>): (() => Promise<void>) => {
  let ran: Promise<void> | undefined
  return () => {
    ran ??= run()
    return ran
  }
}
