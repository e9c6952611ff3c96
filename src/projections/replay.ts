// Runs the ledger again: every tick through a given one, with the events that it fixes, proving it on the way.

import type { LedgerEvent } from '../domain/events.ts'
import { type Hashed, LedgerBroken, type Seal, verifyHash, verifySeal } from '../domain/ledger.ts'
import type { Kernel, KernelResult, TickEvents } from '../domain/ports/kernel.ts'
import type { EventQueue, QueuedEvent } from './eventQueue.ts'

export type SealedTick = { readonly seal: Seal; readonly events: readonly QueuedEvent[] }

export type Replay = {
  /** Sealed ticks after `through`: still to be run. */
  readonly ahead: readonly SealedTick[]
}

/** Hashes are kept for as many hashed ticks as a seal may be late with its testimony. */
const HASHES_KEPT = 1_000

/**
 * Runs `kernel`, which stands at tick 0 or at a snapshot's, through tick `through`; `pages` and `queue` go on where the
 * snapshot ends. Testimonies of its tick and of earlier ones were proved when it was opened. Batches end at every `hashEvery`-th tick: those are
 * the ticks that are hashed, here as when they were first run. `consumed` is told what each batch gave.
 * Throws `LedgerBroken` where log, ledger and rules do not agree.
 */
export async function replay(options: {
  kernel: Kernel
  pages: AsyncIterable<readonly LedgerEvent[]>
  queue: EventQueue
  through: number
  hashEvery: number
  consumed: (result: KernelResult) => void
}): Promise<Replay> {
  const { kernel, through, hashEvery, consumed } = options
  const hashes = new Map<number, string>()
  const first = await kernel.hash()
  let ran = first.tick
  let batch: TickEvents[] = []
  const ahead: SealedTick[] = []
  const provedThrough = first.tick === 0 ? -1 : first.tick
  hashes.set(first.tick, first.hash)

  const runTo = async (tick: number) => {
    const hash = tick % hashEvery === 0
    const result = await kernel.run({
      through: tick,
      events: batch,
      watch: [],
      hash,
      players: 'all',
    })
    batch = []
    ran = tick
    if (result.hash !== undefined) {
      hashes.set(tick, result.hash)
      const [oldest] = hashes.keys()
      if (hashes.size > HASHES_KEPT && oldest !== undefined) hashes.delete(oldest)
    }
    consumed(result)
  }
  /** Through the last tick that is hashed before `tick`: the events of `tick` belong to the next batch. */
  const runBefore = async (tick: number) => {
    for (let next = nextHashed(ran, hashEvery); next < tick; next += hashEvery) await runTo(next)
  }
  const testify = ({ tick, hash }: Hashed) => {
    const computed = hashes.get(tick)
    if (computed !== undefined) verifyHash({ tick, hash }, computed)
    else if (tick <= ran) throw new LedgerBroken(`the ledger has a hash of tick ${tick}, too old`)
  }

  // Testimony of a tick that has not been run yet waits until it has.
  let testimonies: Hashed[] = []
  const testifyRun = () => {
    for (const testimony of testimonies) if (testimony.tick <= ran) testify(testimony)
    testimonies = testimonies.filter(({ tick }) => tick > ran)
  }

  // All that a snapshot brings is news to who looks on.
  if (ran > 0) await runTo(ran)
  for await (const page of options.pages) {
    for (const event of page) {
      if (event.type !== 'TickSealed') continue
      const seal = event.data
      const events = await options.queue.take(seal.count)
      const ids = events.map(({ eventId }) => eventId)
      verifySeal(seal, ids)
      if (seal.hashOf.tick > provedThrough) testimonies.push(seal.hashOf)
      if (seal.tick > through) {
        ahead.push({ seal, events })
        continue
      }
      await runBefore(seal.tick)
      testifyRun()
      if (events.length > 0) batch.push(tickEvents({ seal, events }))
    }
  }
  await runBefore(through + 1)
  if (ran < through) await runTo(through)
  testifyRun()
  return { ahead }
}

export const nextHashed = (tick: number, hashEvery: number) =>
  (Math.floor(tick / hashEvery) + 1) * hashEvery

export const tickEvents = ({ seal, events }: SealedTick): TickEvents => ({
  tick: seal.tick,
  events: events.map(({ commandId, event }) => ({ commandId, event })),
})
