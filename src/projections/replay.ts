// Runs the ledger again: every tick through a given one, with the events that it fixes, proving it on the way.

import type { LedgerEvent } from '../domain/events.ts'
import { type Hashed, LedgerBroken, type Seal, verifyHash, verifySeal } from '../domain/ledger.ts'
import type { Kernel, KernelResult, RunWatch, TickEvents } from '../domain/ports/kernel.ts'
import type { EventQueue, QueuedEvent } from './eventQueue.ts'

export type SealedTick = { readonly seal: Seal; readonly events: readonly QueuedEvent[] }

export type Replay = {
  /** Sealed ticks after `through`: still to be run. */
  readonly ahead: readonly SealedTick[]
  /** Ticks whose hash an engine testified, and which have it. */
  readonly proved: number
}

/** Hashes are kept for as many hashed ticks as a seal may be late with its testimony. */
const HASHES_KEPT = 1_000
/** Ticks of a batch, and events that end one early: what is asked for and what comes back stay of a size. */
export const BATCH_TICKS = 1_000
const BATCH_EVENTS = 10_000

/**
 * Runs `kernel`, which stands at tick 0 or at a snapshot's, through tick `through`, in batches of many ticks; `pages` and
 * `queue` go on where the snapshot ends. Testimonies of its tick and of earlier ones were proved when it was opened.
 * Every `hashEvery`-th tick is hashed, here as when they were first run. `consumed` is told what each batch gave,
 * `progress` now and then how far the one under way is. Once `signal` aborts, the batch under way ends early, and what it
 * gave is told to nobody.
 * Throws `LedgerBroken` where log, ledger and rules do not agree, and the signal's reason.
 */
export async function replay(options: {
  kernel: Kernel
  pages: AsyncIterable<readonly LedgerEvent[]>
  queue: Pick<EventQueue, 'take'>
  through: number
  hashEvery: number
  consumed: (result: KernelResult) => void
  progress?: (tick: number) => void
  signal?: AbortSignal
}): Promise<Replay> {
  const { kernel, through, hashEvery, consumed, progress, signal } = options
  const watch: RunWatch = { ...(progress && { progress }), ...(signal && { signal }) }
  const first = await kernel.hash()
  const proofs = proofsFrom(first)
  let ran = first.tick
  let batch: TickEvents[] = []
  let batchEvents = 0
  const ahead: SealedTick[] = []

  const runTo = async (tick: number) => {
    const asked = { through: tick, events: batch, watch: [], players: 'all' } as const
    const result = await kernel.run({ ...asked, hash: tick % hashEvery === 0, hashEvery }, watch)
    signal?.throwIfAborted()
    batch = []
    batchEvents = 0
    ran = tick
    proofs.ran(tick, result.hashes)
    consumed(result)
  }

  // All that a snapshot brings is news to who looks on.
  if (ran > 0) await runTo(ran)
  for await (const seal of sealsIn(options.pages)) {
    const events = await options.queue.take(seal.count)
    const ids = events.map(({ eventId }) => eventId)
    verifySeal(seal, ids)
    proofs.testify(seal.hashOf)
    if (seal.tick > through) {
      ahead.push({ seal, events })
      continue
    }
    while (seal.tick > ran + BATCH_TICKS) await runTo(ran + BATCH_TICKS)
    if (events.length > 0) batch.push(tickEvents({ seal, events }))
    batchEvents += events.length
    if (batchEvents >= BATCH_EVENTS) await runTo(seal.tick)
  }
  while (ran < through) await runTo(Math.min(through, ran + BATCH_TICKS))
  return { ahead, proved: proofs.proved() }
}

export const nextHashed = (tick: number, hashEvery: number) =>
  (Math.floor(tick / hashEvery) + 1) * hashEvery

async function* sealsIn(pages: AsyncIterable<readonly LedgerEvent[]>): AsyncGenerator<Seal> {
  for await (const page of pages) {
    for (const event of page) if (event.type === 'TickSealed') yield event.data
  }
}

/** Holds what seals testify of hashes against those that were computed; one of a tick to come waits for it. */
function proofsFrom(first: Hashed) {
  const provedThrough = first.tick === 0 ? -1 : first.tick
  const hashes = new Map([[first.tick, first.hash]])
  let ranThrough = first.tick
  let waiting: Hashed[] = []
  let proved = 0
  let newest = provedThrough
  const prove = ({ tick, hash }: Hashed) => {
    const computed = hashes.get(tick)
    if (computed === undefined)
      throw new LedgerBroken(`the ledger has a hash of tick ${tick}, too old`)
    verifyHash({ tick, hash }, computed)
    // Seals repeat the newest testimony until there is another.
    if (tick > newest) proved++
    newest = Math.max(newest, tick)
  }
  return {
    proved: () => proved,
    testify(testimony: Hashed) {
      if (testimony.tick <= provedThrough) return
      if (testimony.tick <= ranThrough) prove(testimony)
      else waiting.push(testimony)
    },
    ran(through: number, computed: readonly Hashed[]) {
      ranThrough = through
      for (const { tick, hash } of computed) hashes.set(tick, hash)
      for (const old of hashes.keys()) {
        if (hashes.size <= HASHES_KEPT) break
        hashes.delete(old)
      }
      for (const testimony of waiting) if (testimony.tick <= through) prove(testimony)
      waiting = waiting.filter(({ tick }) => tick > through)
    },
  }
}

/** The newest hash that a batch gave, if it gave any. */
export const newestHashed = ({ tick, hash, hashes }: KernelResult): Hashed | undefined =>
  hash === undefined ? hashes.at(-1) : { tick, hash }

export const tickEvents = ({ seal, events }: SealedTick): TickEvents => ({
  tick: seal.tick,
  events: events.map(({ commandId, event }) => ({ commandId, event })),
})
