// Replay with proof: what a log alone says of its worlds, held against what the engines that ran them testified.

import type { LedgerEvent, WorldEvent, WorldId } from '../domain/events.ts'
import {
  emptyLedger,
  evolveLedger,
  horizonOf,
  type Ledger,
  publishableThrough,
  RulesDiffer,
} from '../domain/ledger.ts'
import type { RecordedEvent } from '../domain/ports/eventStore.ts'
import type { Kernel, KernelResult, OpenKernel, WorldSettings } from '../domain/ports/kernel.ts'
import { isSimulationStream, ledgerStream, parseStream } from '../domain/streams.ts'
import { upcast } from '../domain/upcasts.ts'
import { type QueuedEvent, queued } from './eventQueue.ts'
import { replay } from './replay.ts'

/** A whole log, the oldest event first. */
export type Log = AsyncIterable<RecordedEvent>

/** What a log has of a world. */
export type WorldInLog = {
  readonly settings: WorldSettings
  readonly ledger: Ledger
  /** The newest tick that any engine may have shown. */
  readonly through: number
  /** Events that players' commands made of it. */
  readonly events: number
  readonly seals: number
  /** How often it was started. */
  readonly engines: number
}

/** Reads a log once. By the order in which they were founded. Throws `LedgerBroken` for a ledger that no engine can have written. */
export async function worldsInLog(log: Log): Promise<ReadonlyMap<WorldId, WorldInLog>> {
  const found = new Map<WorldId, Counted>()
  for await (const event of log) {
    const stream = parseStream(event.stream)
    if (!stream || stream.kind === 'account') continue
    if (stream.kind === 'world') {
      const { world, seed, n, ups } = (upcast(event) as WorldEvent).data
      if (!found.has(world)) found.set(world, countedFrom({ world, seed, n, ups }))
      continue
    }
    const world = found.get(stream.world)
    if (!world) continue
    if (stream.kind === 'ledger') count(world, upcast(event) as LedgerEvent)
    else world.events++
  }
  return new Map([...found].map(([name, world]) => [name, told(world)]))
}

type Counted = {
  readonly settings: WorldSettings
  ledger: Ledger
  events: number
  seals: number
  engines: number
}

const countedFrom = (settings: WorldSettings): Counted => ({
  settings,
  ledger: emptyLedger,
  events: 0,
  seals: 0,
  engines: 0,
})

function count(world: Counted, event: LedgerEvent): void {
  world.ledger = evolveLedger(world.ledger, event)
  if (event.type === 'EngineStarted') world.engines++
  if (event.type === 'TickSealed') world.seals++
}

const told = (world: Counted): WorldInLog => ({
  ...world,
  through: publishableThrough(world.ledger, horizonOf(world.settings.ups)),
})

/**
 * Runs a world of the log from its first tick through `through`, with a kernel of its own, which `finished` may ask before it
 * is closed. Throws `RulesDiffer` where these rules are not those that it ran under, `LedgerBroken` where log, ledger and rules
 * disagree, and the signal's reason.
 */
export async function replayWorld<Result>(options: {
  log: Log
  world: WorldInLog
  openKernel: OpenKernel
  through: number
  /** Told what each batch of ticks gave. */
  consumed: (result: KernelResult) => void
  /** Now and then: the tick that it has come to. */
  progress?: (tick: number) => void
  signal?: AbortSignal
  /** `proved`: hashes that engines testified, and which are those of the log. */
  finished: (kernel: Kernel, proved: number) => Promise<Result>
}): Promise<Result> {
  const { log, world, openKernel, finished, ...rest } = options
  const { settings, ledger } = world
  const kernel = await openKernel(settings)
  try {
    assertOneRule(ledger, settings.world, kernel.rulesHash)
    const { pages, queue } = inStep(log, settings.world)
    const { proved } = await replay({ ...rest, kernel, pages, queue, hashEvery: settings.ups })
    return await finished(kernel, proved)
  } finally {
    await kernel.close()
  }
}

/** From its first tick on a world can be run under the rules alone that it was run under. */
function assertOneRule({ rulesChanged, rulesHash }: Ledger, world: WorldId, ours: string): void {
  if (rulesChanged) {
    throw new RulesDiffer(
      `world ${world} was taken over from the rules ${rulesChanged.from} to ${rulesChanged.to}: from its first tick on it runs under neither alone`,
    )
  }
  if (rulesHash !== undefined && rulesHash !== ours) {
    throw new RulesDiffer(
      `world ${world} was run under the rules ${rulesHash}, this version has the rules ${ours}: replay it with the version that ran it`,
    )
  }
}

/** A seal comes after what it seals, so one reading gives both: by the time of a seal its events wait. */
function inStep(log: Log, world: WorldId) {
  const waiting: QueuedEvent[] = []
  async function* pages() {
    for await (const event of log) {
      if (isSimulationStream(event.stream, world)) waiting.push(queued(event))
      else if (event.stream === ledgerStream(world)) yield [upcast(event) as LedgerEvent]
    }
  }
  // A seal over events that the log has not got is told by their digest.
  const take = async (wanted: number) => waiting.splice(0, wanted)
  return { pages: pages(), queue: { take } }
}
