// Snapshots of a running world: when they are taken, what a start makes of them, and what it passes over.

import { describe, expect, it, vi } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { KernelLost, SaveLost, type WorldSettings } from '../../src/domain/ports/kernel.ts'
import type { Snapshots } from '../../src/domain/ports/snapshots.ts'
import { rulesHash } from '../../src/domain/simulation/rulesHash.generated.ts'
import { playerStream, territoryStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memorySnapshots } from '../../src/platform/memory/snapshots.ts'
import type { RunningWorld } from '../../src/projections/worldProjector.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { collect, createRig, type Rig, snapshotsFor } from './rig.ts'

/** How many ticks a kernel ran that was opened by `open`. */
const counting = (hash?: string) => {
  const ran: number[] = []
  const kernel = fakeKernel({ ran: (tick) => ran.push(tick), ...(hash && { rulesHash: hash }) })
  return { ran, open: kernel.open, crash: kernel.crash }
}

const told = (world: RunningWorld, after = { tick: 0, index: 0 }) =>
  world
    .outcomesAfter('ann', after, 10_000)
    .map((item) => (item.kind === 'outcome' ? item.outcome.commandId : item.kind))

/** Deflating takes real time: whoever counts snapshots waits for each before the time goes on. */
const saves = new Set<Promise<unknown>>()
const keeping = () => {
  const kept = memorySnapshots()
  const { save } = kept
  kept.save = (...asked) => {
    const saving = save(...asked)
    saves.add(saving)
    const forget = () => saves.delete(saving)
    saving.then(forget, forget)
    return saving
  }
  return kept
}

async function run(rig: Rig, world: RunningWorld, ms: number) {
  await world.ready
  for (let left = ms; left > 0; left -= 250) {
    await rig.advance(Math.min(250, left))
    await Promise.allSettled(saves)
  }
}

describe('a world that keeps snapshots', () => {
  it('goes on from the newest after a stop, and runs no tick and reads no event again', async () => {
    const rig = createRig()
    const kept = keeping()
    const snapshots = snapshotsFor(kept, 40)
    const first = rig.open({ snapshots })
    await run(rig, first, 500)
    await rig.order('one', 'two')
    await run(rig, first, 4_000)
    await rig.order('three')
    await rig.advance(500)
    await first.stop()
    const { tick } = first.status()
    const [newest, ...older] = await kept.list('earth')
    expect(newest?.tick).toBeGreaterThanOrEqual(tick)
    expect(older.map((one) => one.tick)).toEqual([120, 80])
    expect(newest).toMatchObject({ position: await lastOrder(rig), pinned: false })

    const positions: number[] = []
    const store = {
      ...rig.store,
      subscribe: (after: number, signal: AbortSignal) => {
        positions.push(after)
        return rig.store.subscribe(after, signal)
      },
    }
    const { ran, open } = counting()
    const second = rig.open({ snapshots, store, openKernel: open })
    await second.ready
    expect(Math.min(...ran)).toBe(newest!.tick + 1)
    expect(positions).toEqual([newest!.position])
    expect(told(second)).toEqual(['one', 'two', 'three'])
    await rig.order('four')
    await rig.advance(500)
    expect(told(second)).toEqual(['one', 'two', 'three', 'four'])
    const cursor = second.outcomesAfter('ann', { tick: 0, index: 0 }, 2)[1]
    expect(told(second, cursor?.kind === 'outcome' ? cursor.cursor : undefined)).toEqual([
      'three',
      'four',
    ])
    expect(rig.said).toContain(`world earth: goes on from its snapshot of tick ${newest?.tick}`)
    await second.stop()
  })

  it('runs the same history as a world that keeps none', async () => {
    const rig = createRig()
    const snapshots = snapshotsFor(keeping(), 20)
    for (const order of ['a', 'b', 'c']) {
      const world = rig.open({ snapshots })
      await run(rig, world, 1_300)
      await rig.order(order)
      await rig.advance(700)
      await world.stop()
    }
    const kept = rig.open({ snapshots })
    await run(rig, kept, 1_000)
    const { tick } = await kept.publishedStatus()
    expect(told(kept)).toEqual(['a', 'b', 'c'])
    await kept.stop()
    // A replay from tick 0 proves every hash that any of them sealed.
    const whole = rig.open()
    await whole.ready
    expect(whole.status().tick).toBeGreaterThanOrEqual(tick)
    expect(told(whole)).toEqual(['a', 'b', 'c'])
    await whole.stop()
  })

  it('passes over a damaged one and says so, and runs from tick 0 where all are', async () => {
    const rig = createRig()
    const kept = keeping()
    const snapshots = snapshotsFor(kept, 20)
    const first = rig.open({ snapshots })
    await run(rig, first, 2_600)
    await first.stop()
    const ticks = (await kept.list('earth')).map(({ tick }) => tick)
    expect(ticks).toHaveLength(3)
    kept.damage('earth', ticks[0]!, 'bit')
    const one = counting()
    const second = rig.open({ snapshots, openKernel: one.open })
    await second.ready
    expect(Math.min(...one.ran)).toBe(ticks[1]! + 1)
    expect(rig.said).toContainEqual(
      expect.stringMatching(`world earth: its snapshot of tick ${ticks[0]} is passed over: .*`),
    )
    await second.stop()
    for (const { tick } of await kept.list('earth')) kept.damage('earth', tick, 'piece')
    const all = counting()
    const third = rig.open({ snapshots, openKernel: all.open })
    await third.ready
    expect(Math.min(...all.ran)).toBe(1)
    await third.stop()
  })

  it('passes over one that its kernel refuses, and one whose state has another hash', async () => {
    const rig = createRig()
    const kept = keeping()
    const snapshots = snapshotsFor(kept, 20)
    const first = rig.open({ snapshots })
    await run(rig, first, 2_600)
    await first.stop()
    const [newest, older] = await kept.list('earth')
    const harmful: Snapshots = {
      ...kept,
      newest: async (...asked) => {
        const found = await kept.newest(...asked)
        if (found?.tick === newest?.tick) return { ...found!, stateHash: 'feedfeedfeedfeed' }
        if (found?.tick !== older?.tick) return found
        return {
          ...found!,
          pieces: new Map([...found!.pieces].filter(([name]) => name !== 'fake')),
        }
      },
    }
    const second = rig.open({ snapshots: { ...snapshots, store: harmful } })
    await second.ready
    expect(rig.said.filter((line) => line.includes('passed over'))).toEqual([
      expect.stringContaining(
        `tick ${newest?.tick} is passed over: it has the hash feedfeedfeedfeed`,
      ),
      expect.stringContaining(`tick ${older?.tick} is passed over: fake is missing`),
    ])
    await second.stop()
  })

  it('ignores one that is ahead of its ledger, or of another log', async () => {
    const [rig, other] = [createRig(), createRig(memoryEventStore())]
    const snapshots = snapshotsFor(keeping(), 20)
    const elsewhere = other.open({ snapshots })
    await run(other, elsewhere, 2_000)
    await elsewhere.stop()
    const { ran, open } = counting()
    const world = rig.open({ snapshots, openKernel: open })
    await world.ready
    expect(Math.min(...ran)).toBe(1)
    expect(rig.said.filter((line) => line.includes('of another log'))).toHaveLength(3)
    await world.stop()
  })

  it('tells nobody an outcome twice, though its kernel is lost before it has run a tick, and older snapshots are read', async () => {
    const rig = createRig()
    const kept = keeping()
    const snapshots = snapshotsFor(kept, 20)
    const first = rig.open({ snapshots })
    await run(rig, first, 1_500)
    await rig.order('one')
    await run(rig, first, 1_500)
    await rig.order('two')
    await run(rig, first, 500)
    await first.stop()
    const [newest] = await kept.list('earth')
    let lost = 0
    const kernel = fakeKernel({
      before: async () => {
        if (++lost > 2) return
        // The second time, an older one is found.
        if (lost === 2) kept.damage('earth', newest!.tick, 'bit')
        throw new KernelLost('a test lost it')
      },
    })
    const second = rig.open({ snapshots, openKernel: kernel.open })
    const heard = collect(second.feed({ account: 'ann' }, { tick: 0, index: 0 }))
    await vi.waitFor(async () => {
      await rig.advance(100)
      expect(second.status().state).toBe('running')
    }, 20_000)
    await rig.order('three')
    await run(rig, second, 1_000)
    expect(lost).toBeGreaterThan(2)
    const outcomes = heard.items.flatMap((item) =>
      item.kind === 'outcome' ? item.outcome.commandId : [],
    )
    expect(outcomes).toEqual(['one', 'two', 'three'])
    expect(told(second)).toEqual(['one', 'two', 'three'])
    await second.stop()
  })

  it('goes on from one when its kernel is lost, and tells nothing twice', async () => {
    const rig = createRig()
    const snapshots = snapshotsFor(keeping(), 20)
    const { ran, open, crash } = counting()
    const world = rig.open({ snapshots, openKernel: open })
    await run(rig, world, 500)
    await rig.order('one')
    await run(rig, world, 2_000)
    const before = Math.max(...ran)
    ran.length = 0
    crash()
    // Reading a snapshot takes real time.
    await vi.waitFor(async () => {
      await rig.advance(100)
      expect(Math.max(...ran)).toBeGreaterThan(before)
    }, 20_000)
    expect(Math.min(...ran)).toBeGreaterThan(20)
    expect(told(world)).toEqual(['one'])
    await world.stop()
  })

  it('runs on while one is being written, takes no other meanwhile, and tries again after a failure', async () => {
    const rig = createRig()
    const kept = keeping()
    let tries = 0
    let fail: (error: Error) => void = () => {}
    const slow: Snapshots = {
      ...kept,
      save: (...asked) => {
        if (++tries > 1) return kept.save(...asked)
        return new Promise((_, reject) => {
          fail = reject
        })
      },
    }
    const world = rig.open({ snapshots: snapshotsFor(slow, 20) })
    await run(rig, world, 1_500)
    await rig.advance(3_000)
    expect(tries).toBe(1)
    const asked = world.publishedStatus()
    await rig.advance(100)
    expect((await asked).tick).toBeGreaterThan(100)
    fail(new StoreUnavailable('the database is away'))
    await rig.advance(3_000)
    expect(tries).toBe(1)
    expect(world.status().snapshots).toEqual({ tick: 0, failed: 'the database is away' })
    await run(rig, world, 61_000)
    expect(world.status().snapshots?.tick).toBeGreaterThan(1_000)
    expect(world.status().snapshots?.failed).toBeUndefined()
    expect(rig.said.filter((line) => line.includes('snapshot'))).toEqual([
      'world earth: no snapshot of tick 40: the database is away',
      'world earth: snapshots are taken again',
    ])
    await world.stop()
  })

  it('takes one again at once when the worker that saved it was lost, also the last one, but not for ever', async () => {
    const rig = createRig()
    const kept = keeping()
    let losses = 0
    const world = rig.open({
      snapshots: snapshotsFor(kept, 0),
      async openKernel(settings, from) {
        const kernel = await fakeKernel().open(settings, from)
        const pieces: typeof kernel.pieces = async (bytes) => {
          if (losses-- > 0) throw new SaveLost('a test lost it')
          return kernel.pieces(bytes)
        }
        return { ...kernel, pieces }
      },
    })
    await run(rig, world, 1_000)
    const asked = async (lost: number) => {
      losses = lost
      const asked = world.snapshot()
      asked.catch(() => {})
      await run(rig, world, 4_000)
      return asked
    }
    await expect(asked(2)).rejects.toThrow(SaveLost)
    expect(world.status().snapshots?.failed).toBe('a test lost it')
    expect(await kept.list('earth')).toEqual([])
    const { tick } = await asked(1)
    expect(world.status().snapshots).toEqual({ tick })
    losses = 1
    await world.stop()
    const ticks = (await kept.list('earth')).map((one) => one.tick)
    expect(ticks).toHaveLength(2)
    expect(ticks[1]).toBe(tick)
  })

  it('takes one on request, which may be kept for ever', async () => {
    const rig = createRig()
    const kept = keeping()
    const world = rig.open({ snapshots: snapshotsFor(kept, 0) })
    await run(rig, world, 3_000)
    expect(await kept.list('earth')).toEqual([])
    const asked = world.snapshot({ pinned: true })
    await rig.advance(2_000)
    const head = await asked
    expect(head.tick % 20).toBe(0)
    expect(await kept.list('earth')).toMatchObject([{ ...head, pinned: true }])
    const late = world.snapshot()
    late.catch(() => {})
    await world.stop()
    await expect(late).rejects.toThrow('the server stops')
    expect(await kept.list('earth')).toHaveLength(2)
    await expect(world.snapshot()).rejects.toThrow('the server stops')
    await expect(createRig().open().snapshot()).rejects.toThrow('snapshots are not kept here')
  })
})

describe('a world whose rules have changed', () => {
  const later = 'beef0000beef0000'
  const played = async (stopped = true) => {
    const rig = createRig()
    const kept = keeping()
    const world = rig.open({ snapshots: snapshotsFor(kept, 20) })
    await run(rig, world, 500)
    await rig.order('old')
    await run(rig, world, 2_000)
    if (stopped) await world.stop()
    const [newest] = await kept.list('earth')
    const openLater = (migrateRules: boolean) => {
      const { open, ran } = counting(later)
      const snapshots = snapshotsFor(kept, 20, { rulesHash: later, migrateRules })
      const leadership = {
        holder: async () => undefined,
        acquire: async (name: string) => ({
          name,
          token: 1,
          lost: new AbortController().signal,
          release: async () => {},
        }),
      }
      return { ran, world: rig.open({ snapshots, openKernel: open, leadership }) }
    }
    return { rig, kept, newest: newest!, openLater, world }
  }

  it('is refused by default, with both hashes and the ways out', async () => {
    const { openLater, rig } = await played()
    const { world } = openLater(false)
    await expect(world.ready).rejects.toThrow(
      /fake0000fake0000.*beef0000beef0000.*MIGRATE_RULES=yes/,
    )
    expect((await rig.ledger()).filter(({ type }) => type === 'RulesChanged')).toEqual([])
  })

  it('is taken over where an operator says so, from its last snapshot, which is kept for ever', async () => {
    const { openLater, newest, kept, rig } = await played()
    const { world, ran } = openLater(true)
    await world.ready
    await rig.order('new')
    await rig.advance(3_000)
    expect(told(world)).toEqual(['old', 'new'])
    expect(Math.min(...ran)).toBe(newest.tick + 1)
    const changed = (await rig.ledger()).filter(({ type }) => type === 'RulesChanged')
    expect(changed.map(({ data }) => data)).toEqual([
      { tick: newest.tick, from: 'fake0000fake0000', to: later, stateHash: newest.stateHash },
    ])
    expect((await kept.list('earth')).find(({ tick }) => tick === newest.tick)?.pinned).toBe(true)
    await world.stop()

    // From now on it runs under the later rules without being told to, and the old ones are refused.
    const again = openLater(false).world
    await again.ready
    expect(told(again)).toEqual(['old', 'new'])
    await again.stop()
    await expect(rig.open({ snapshots: snapshotsFor(kept, 20) }).ready).rejects.toThrow(
      /run under the rules beef0000beef0000, this version has the rules fake0000fake0000/,
    )
  })

  it('comes back from the snapshot of its change, however often, until there is a newer one', async () => {
    const { openLater, newest, kept, rig } = await played()
    await openLater(true).world.ready
    for (const { tick } of await kept.list('earth')) {
      if (tick > newest.tick) kept.damage('earth', tick, 'bit')
    }
    const { world, ran } = openLater(false)
    await world.ready
    expect(Math.min(...ran)).toBe(newest.tick + 1)
    await world.stop()
    expect(rig.said).toContain(`world earth: goes on from its snapshot of tick ${newest.tick}`)
  })

  it('says why it cannot be run again where that snapshot is gone', async () => {
    const { openLater, kept } = await played()
    const { world } = openLater(true)
    await world.ready
    await world.stop()
    for (const { tick } of await kept.list('earth')) kept.damage('earth', tick, 'piece')
    await expect(openLater(false).world.ready).rejects.toThrow(
      /world earth has no good snapshot of tick \d+, at which its rules changed: what was run under other rules/,
    )
  })

  it('is not taken over where more was played than its last snapshot has', async () => {
    const { openLater, rig, world } = await played(false)
    await rig.order('unsaved')
    await rig.advance(300)
    await expect(openLater(true).world.ready).rejects.toThrow(
      /its last snapshot is of tick \d+, and tick \d+ was sealed since. Run the version that wrote it once more/,
    )
    await world.stop()
  })

  it('is not taken over without any snapshot', async () => {
    const rig = createRig()
    const world = rig.open()
    await run(rig, world, 500)
    await world.stop()
    const snapshots = snapshotsFor(keeping(), 20, { rulesHash: later, migrateRules: true })
    const taking = rig.open({ snapshots, openKernel: counting(later).open })
    await expect(taking.ready).rejects.toThrow('no good snapshot of its rules fake0000fake0000')
  })
})

describe('a world of the real rules', () => {
  const settings: WorldSettings = { world: 'earth', seed: 7, n: 8, ups: 20 }
  const landing = landingCell(7, 8, 1)
  const territory = territoryStream('earth')
  const player = playerStream('earth', 'ann')

  it('comes back from its snapshots with its players, and has the hash of an undisturbed replay', async () => {
    const rig = createRig()
    const snapshots = { ...snapshotsFor(keeping(), 60), rulesHash }
    const open = (kept: boolean) =>
      rig.open({ settings, openKernel: inThreadKernel, ...(kept && { snapshots }) })
    const script: [string, SimulationEvent][] = [
      [player, { type: 'WorldEntered', data: { account: 'ann', landing } }],
      [territory, { type: 'CellsClaimed', data: { account: 'ann', cells: [landing] } }],
      [
        territory,
        {
          type: 'StructuresPlaced',
          data: {
            account: 'ann',
            structures: [{ cell: landing, prototype: 'depot', direction: 0 }],
          },
        },
      ],
      [player, { type: 'MoveOrdered', data: { account: 'ann', path: [0, 1, 2, 3, 4, 5] } }],
    ]
    const views: unknown[] = []
    for (const [place, [stream, event]] of script.entries()) {
      const world = open(true)
      await world.ready
      if (place > 0) expect(world.claimLimit('ann')).toBeGreaterThan(0)
      await rig.appendTo(stream, event, `c${place}`)
      await rig.advance(4_000)
      views.push(world.players())
      await world.stop()
    }
    const last = open(true)
    await last.ready
    await rig.advance(2_000)
    const { hash } = await last.publishedStatus()
    expect(last.players()).toMatchObject([{ account: 'ann', here: true }])
    await last.stop()
    const whole = open(false)
    await whole.ready
    expect(told(whole)).toEqual(told(last))
    expect(whole.players()).toEqual(last.players())
    expect(whole.status().hash.tick).toBeGreaterThanOrEqual(hash.tick)
    await whole.stop()
    expect(views).toHaveLength(4)
  })
})

/** Position of the newest order in the log. */
async function lastOrder(rig: Rig): Promise<number> {
  const all = await rig.store.readAll(0, 100_000)
  return all.findLast(({ stream }) => stream === playerStream('earth', 'ann'))?.position ?? 0
}
