// A ledger run again: in few large requests, proved on the way, and ended early when asked.

import { describe, expect, it } from 'vitest'
import { LedgerBroken } from '../../src/domain/ledger.ts'
import type { Kernel, KernelBatch, KernelResult } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import type { EventQueue } from '../../src/projections/eventQueue.ts'
import { replay } from '../../src/projections/replay.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { collect, createRig, settings } from './rig.ts'

const EVERY = settings.ups

const noEvents: EventQueue = {
  waiting: () => 0,
  read: () => ({ through: 0, newest: 0 }),
  takeUpTo: () => [],
  take: async () => [],
  ended: Promise.resolve(),
}

/** The ledger of a world that somebody watched for three minutes. */
async function watchedLedger() {
  const rig = createRig()
  const world = rig.open()
  await rig.until(() => world.status().state !== 'replaying')
  collect(world.feed({ status: true }))
  await rig.advance(180_000)
  await world.stop()
  const ledger = await rig.ledger()
  const lastSeal = ledger.findLast(({ type }) => type === 'TickSealed')!
  return { ledger, through: (lastSeal.data as { tick: number }).tick }
}

/** Every batch that a kernel is asked for. */
function listening(kernel: Kernel) {
  const asked: KernelBatch[] = []
  const run: Kernel['run'] = (batch, watch) => {
    asked.push(batch)
    return kernel.run(batch, watch)
  }
  return { asked, kernel: { ...kernel, run } }
}

async function* pages<Event>(ledger: readonly Event[]) {
  yield ledger
}

describe('a ledger that is replayed', () => {
  it('takes one request for a thousand ticks, and every hash in between is told and proved', async () => {
    const { ledger, through } = await watchedLedger()
    expect(through).toBeGreaterThan(3_000)
    const { asked, kernel } = listening(await fakeKernel().open(settings))
    const results: KernelResult[] = []
    const consumed = (result: KernelResult) => results.push(result)
    const given = { kernel, pages: pages(ledger), queue: noEvents, through, hashEvery: EVERY }
    await replay({ ...given, consumed })
    expect(asked.map((batch) => batch.through)).toEqual([1_000, 2_000, 3_000, through])
    const hashed = results.flatMap(({ hashes }) => hashes)
    expect(hashed.map(({ tick }) => tick)).toEqual(
      Array.from({ length: Math.floor(through / EVERY) }, (_, place) => (place + 1) * EVERY),
    )

    const wrong = ledger.map((event) =>
      event.type === 'TickSealed' && event.data.hashOf.tick === hashed[30]!.tick
        ? { ...event, data: { ...event.data, hashOf: { ...event.data.hashOf, hash: 'f00d' } } }
        : event,
    )
    const again = { ...given, kernel: await fakeKernel().open(settings), pages: pages(wrong) }
    await expect(replay({ ...again, consumed: () => {} })).rejects.toThrow(LedgerBroken)
  })

  it('tells how far it is, and ends at a tick when asked, with nothing told of what it ran by then', async () => {
    const kernel = await inThreadKernel(settings)
    const end = new AbortController()
    const told: number[] = []
    let consumed = 0
    const ended = replay({
      kernel,
      pages: pages([]),
      queue: noEvents,
      through: 5_000,
      hashEvery: EVERY,
      consumed: ({ tick }) => {
        consumed = tick
      },
      progress(tick) {
        told.push(tick)
        if (tick === 1_500) end.abort(new Error('enough'))
      },
      signal: end.signal,
    })
    await expect(ended).rejects.toThrow('enough')
    expect(told).toEqual(Array.from({ length: 1_500 }, (_, place) => place + 1))
    expect(consumed).toBe(1_000)
    const stands = await kernel.hash()
    const other = await inThreadKernel(settings)
    const asked = { events: [], watch: [], players: 'none', hash: true } as const
    expect(await other.run({ ...asked, through: 1_500 })).toMatchObject(stands)
    // And goes on from there as if nothing had been.
    const [one, another] = [
      await kernel.run({ ...asked, through: 1_600 }),
      await other.run({ ...asked, through: 1_600 }),
    ]
    expect(one.hash).toBe(another.hash)
  })

  it('does not keep a server from stopping', async () => {
    const { open } = fakeKernel()
    const rig = createRig()
    const first = rig.open({ openKernel: open })
    await rig.until(() => first.status().state !== 'replaying')
    collect(first.feed({ status: true }))
    await rig.advance(60_000)
    await first.stop()
    let began = false
    const world = rig.open({
      async openKernel(opened) {
        const kernel = await open(opened)
        return {
          ...kernel,
          // As long as it is not ended.
          run: (batch, watch) =>
            new Promise((resolve) => {
              began = true
              watch!.signal!.addEventListener('abort', () => resolve(kernel.run(batch, watch)))
            }),
        }
      },
    })
    world.ready.catch(() => {})
    await rig.until(() => began)
    await world.stop()
    expect(world.status().state).toBe('stopped')
  })
})
