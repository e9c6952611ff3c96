// Replay with proof: what the log alone says of a world, run by the reference rules in this thread.

import pg from 'pg'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { EventStore, RecordedEvent } from '../../src/domain/ports/eventStore.ts'
import type { OpenKernel } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/launcher.ts'
import { postgresEventStore } from '../../src/platform/postgres/eventStore.ts'
import { replayWorld, worldsInLog } from '../../src/projections/logReplay.ts'

export type ReplayedLog = {
  /** The newest tick that any engine may have shown. */
  readonly through: number
  /** State hash by tick, of every tick that is hashed. */
  readonly hashes: ReadonlyMap<number, string>
  /** What came of every order, by `tick.index`. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly eventsByCommand: ReadonlyMap<string, readonly RecordedEvent[]>
  readonly ledger: { readonly seals: number; readonly engines: number }
  readonly events: number
}

/** Of a data folder whose server has stopped or was killed. Throws `LedgerBroken` where log, ledger and rules disagree. */
export async function replayDataFolder(dataDir: string, world = 'first'): Promise<ReplayedLog> {
  const server = await startEmbeddedPostgres(dataDir, () => {})
  const pool = new pg.Pool(server.connection)
  pool.on('error', () => {})
  const store = postgresEventStore(pool)
  try {
    return await replayLog(store, world)
  } finally {
    await store.close()
    await pool.end()
    await server.stop()
  }
}

const PAGE = 1_000

/** Of a log that nobody writes to. Throws `LedgerBroken` where log, ledger and rules disagree. */
export async function replayLog(
  store: EventStore,
  world: string,
  openKernel: OpenKernel = inThreadKernel,
): Promise<ReplayedLog> {
  const log: RecordedEvent[] = []
  for (let page = await store.readAll(0, PAGE); page.length > 0; ) {
    for (const event of page) log.push(event)
    page = await store.readAll(log.at(-1)!.position, PAGE)
  }
  async function* events() {
    yield* log
  }
  const found = (await worldsInLog(events())).get(world)
  if (!found) throw new Error(`world ${world} is not founded in this log`)
  const { through, seals, engines } = found
  const outcomes = new Map<string, Outcome>()
  const hashes = new Map<number, string>()
  await replayWorld({
    log: events(),
    world: found,
    openKernel: async (settings) => {
      const kernel = await openKernel(settings)
      const start = await kernel.hash()
      hashes.set(start.tick, start.hash)
      return kernel
    },
    through,
    consumed: (result) => {
      for (const { tick, hash } of result.hashes) hashes.set(tick, hash)
      for (const outcome of result.outcomes) {
        outcomes.set(`${outcome.tick}.${outcome.index}`, outcome)
      }
    },
    finished: async () => {},
  })
  const eventsByCommand = byCommand(log)
  return {
    through,
    hashes,
    outcomes,
    eventsByCommand,
    ledger: { seals, engines },
    events: log.length,
  }
}

function byCommand(log: readonly RecordedEvent[]) {
  const events = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const { commandId } = event.metadata
    const others = events.get(commandId)
    if (others) others.push(event)
    else events.set(commandId, [event])
  }
  return events
}
