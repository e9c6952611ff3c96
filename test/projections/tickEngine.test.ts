// The tick engine by its ledger: what it seals, what it shows, what it does when something fails.

import { describe, expect, it } from 'vitest'
import { RulesDiffer } from '../../src/domain/ledger.ts'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { WorldStopped } from '../../src/projections/publication.ts'
import { WorldBusy } from '../../src/projections/worldReader.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { collect, createRig, type Rig } from './rig.ts'

const live = async (rig: Rig, world = rig.open()) => {
  await rig.until(() => world.status().state !== 'replaying')
  return world
}
const seals = async (rig: Rig) =>
  (await rig.ledger()).flatMap((event) => (event.type === 'TickSealed' ? [event.data] : []))

describe('a new world', () => {
  it('starts an engine in the ledger before anything else, with its first second empty', async () => {
    const rig = createRig()
    const world = await live(rig)
    const [first] = await rig.ledger()
    expect(first).toMatchObject({
      type: 'EngineStarted',
      data: { world: 'earth', engine: 'engine 1', emptyThrough: 20 },
    })
    expect(world.status()).toMatchObject({
      state: 'running',
      tick: 20,
      rulesHash: 'fake0000fake0000',
    })
    await world.stop()
  })

  it('runs at the pace of its settings, without drift', async () => {
    const rig = createRig()
    const world = await live(rig)
    collect(world.feed({ status: true }))
    await rig.advance(10_007)
    expect(world.status()).toMatchObject({ tick: 220, lagMs: 0 })
    expect(world.status().upsMeasured).toBeCloseTo(20, 1)
    await world.stop()
  })
})

describe('events', () => {
  it('are sealed into a tick to come, in log order, and run at that tick alone', async () => {
    const rig = createRig()
    const ran: string[] = []
    const { open } = fakeKernel({
      ran: (tick, ids) => ids.length > 0 && ran.push(`${tick}:${ids}`),
    })
    const world = await live(rig, rig.open({ openKernel: open }))
    await rig.order('a', 'b')
    await rig.advance(150)
    await rig.order('c')
    await rig.advance(150)
    const sealed = await seals(rig)
    expect(sealed.reduce((sum, { count }) => sum + count, 0)).toBe(3)
    expect(ran.join(' ').replace(/\d+:/g, '').replaceAll(',', ' ')).toBe('a b c')
    const bySeal = sealed.map(({ tick }) => tick)
    expect(ran.map((line) => Number(line.split(':')[0]))).toEqual(bySeal)
    await world.stop()
  })

  it('reach the kernel only once their seal is acknowledged', async () => {
    const store = memoryEventStore()
    let hold: Promise<void> | undefined
    const rig = createRig({
      ...store,
      append: async (stream, version, commands, options) => {
        if (stream.startsWith('ledger-') && version > 0) await hold
        return store.append(stream, version, commands, options)
      },
    })
    const ran: string[] = []
    const { open } = fakeKernel({ ran: (_, ids) => ran.push(...ids) })
    const world = await live(rig, rig.open({ openKernel: open }))
    let letGo = () => {}
    hold = new Promise((resolve) => {
      letGo = resolve
    })
    await rig.order('a')
    await rig.advance(5_000)
    expect(ran).toEqual([])
    letGo()
    await rig.advance(200)
    expect(ran).toEqual(['a'])
    await world.stop()
  })

  it('beyond a thousand wait for the next tick', async () => {
    const rig = createRig()
    for (let order = 0; order < 1_500; order++) await rig.order(`order ${order}`)
    const world = await live(rig)
    await rig.advance(300)
    expect((await seals(rig)).map(({ count }) => count)).toEqual([1_000, 500])
    await world.stop()
  })
})

describe('what is shown', () => {
  it('never goes beyond one second after the last seal when nobody watches', async () => {
    const rig = createRig()
    const world = await live(rig)
    await rig.advance(5_000)
    expect(await seals(rig)).toEqual([])
    expect(world.status().tick).toBe(20)
    await world.stop()
  })

  it('is sealed first where somebody asks once', async () => {
    const rig = createRig()
    const world = await live(rig)
    await rig.advance(5_000)
    let shown = 0
    world.publishedStatus().then(({ tick }) => {
      shown = tick
    })
    await rig.advance(100)
    expect(shown).toBeGreaterThanOrEqual(120)
    const [seal] = await seals(rig)
    expect(seal).toMatchObject({ count: 0 })
    expect(shown).toBeLessThanOrEqual(seal!.tick + 20)
    await world.stop()
  })

  it('goes on without a pause while somebody watches, by an empty seal every half second', async () => {
    const rig = createRig()
    const world = await live(rig)
    const watched = collect(world.feed({ status: true }))
    await rig.advance(4_000)
    expect(world.status().tick).toBe(100)
    const ticks = (await seals(rig)).map(({ tick }) => tick)
    expect(ticks.length).toBeGreaterThan(5)
    expect(ticks.length).toBeLessThan(12)
    expect(watched.items.filter(({ kind }) => kind === 'heartbeat').length).toBeGreaterThanOrEqual(
      4,
    )
    await world.stop()
  })

  it('tells the outcome of an order though nobody watches', async () => {
    const rig = createRig()
    const world = await live(rig)
    await rig.advance(3_000)
    await rig.order('a')
    await rig.advance(200)
    const [item] = world.outcomesAfter('ann', { tick: 0, index: 0 }, 10)
    expect(item).toMatchObject({ kind: 'outcome', outcome: { commandId: 'a' } })
    await world.stop()
  })

  it('stands still while the store is away, and goes on when it is back, with no tick dropped', async () => {
    const store = memoryEventStore()
    let away = false
    const rig = createRig({
      ...store,
      append: async (...asked) => {
        if (away) throw new StoreUnavailable('away')
        return store.append(...asked)
      },
      readStream: async (...asked) => {
        if (away) throw new StoreUnavailable('away')
        return store.readStream(...asked)
      },
    })
    const ticks: number[] = []
    const { open } = fakeKernel({ ran: (tick) => ticks.push(tick) })
    const world = await live(rig, rig.open({ openKernel: open }))
    collect(world.feed({ status: true }))
    await rig.advance(1_000)
    away = true
    await rig.advance(10_000)
    const still = world.status().tick
    expect(still).toBeLessThanOrEqual(60)
    expect(world.status().lagMs).toBeGreaterThan(250)
    away = false
    await rig.until(() => world.status().tick > still + 20)
    expect(ticks).toEqual(ticks.map((_, at) => at + 1))
    await world.stop()
  })
})

describe('who asks once', () => {
  it('is refused after a while when it can not be sealed, and told only what was shown', async () => {
    const store = memoryEventStore()
    const never = new Promise<never>(() => {})
    let away = false
    const rig = createRig({
      ...store,
      append: (...asked) => (away ? never : store.append(...asked)),
    })
    const world = await live(rig)
    await rig.advance(5_000)
    away = true
    let told: unknown
    world.structures('ann').catch((error: Error) => {
      told = error
    })
    const status = world.publishedStatus()
    await rig.advance(9_000)
    expect(told).toBeUndefined()
    await rig.advance(1_100)
    expect(told).toBeInstanceOf(WorldBusy)
    expect((await status).tick).toBe(20)
  })
})

describe('a seal whose answer is lost', () => {
  const losing = (written: boolean) => {
    const store = memoryEventStore()
    const lost = { next: false }
    const rig = createRig({
      ...store,
      append: async (stream, ...asked) => {
        if (!lost.next || !stream.startsWith('ledger-')) return store.append(stream, ...asked)
        lost.next = false
        if (written) await store.append(stream, ...asked)
        throw new StoreUnavailable('the connection broke')
      },
    })
    return { rig, lost }
  }
  it.each([true, false])(
    'counts if it was written and is sent again if not (%s)',
    async (written) => {
      const { rig, lost } = losing(written)
      const ran: string[] = []
      const { open } = fakeKernel({ ran: (_, ids) => ran.push(...ids) })
      const world = await live(rig, rig.open({ openKernel: open }))
      lost.next = true
      await rig.order('a')
      await rig.advance(1_000)
      expect(ran).toEqual(['a'])
      expect((await seals(rig)).filter(({ count }) => count === 1)).toHaveLength(1)
      expect(world.status().state).toBe('running')
      await world.stop()
    },
  )
  it('counts also where it was the start of the engine', async () => {
    const { rig, lost } = losing(true)
    lost.next = true
    const world = await live(rig)
    expect((await rig.ledger()).map(({ type }) => type)).toEqual(['EngineStarted'])
    await world.stop()
  })
})

describe('two engines of one world', () => {
  it('end with the newer one alone, and no tick was shown with two hashes', async () => {
    const rig = createRig()
    const { inProcessLeadership } = await import('../../src/platform/leadership.ts')
    const old = await live(rig)
    const seenByOld = collect(old.feed({ status: true }))
    await rig.order('a')
    await rig.advance(2_000)
    const young = rig.open({ leadership: inProcessLeadership('elsewhere') })
    const seenByYoung = collect(young.feed({ status: true }))
    await rig.order('b')
    await rig.advance(3_000)
    expect(old.status()).toMatchObject({ state: 'stopped' })
    expect(old.status().stopped).toMatch(/engine 2 has taken over/)
    expect(seenByOld.ended).toBe(true)
    expect(young.status().state).toBe('running')
    const hashes = new Map<number, string>()
    for (const item of [...seenByOld.items, ...seenByYoung.items]) {
      if (item.kind !== 'heartbeat') continue
      const { tick, hash } = item.hash
      expect(hashes.get(tick) ?? hash).toBe(hash)
      hashes.set(tick, hash)
    }
    expect(hashes.size).toBeGreaterThan(3)
    await expect(old.publishedStatus()).resolves.toMatchObject({ state: 'stopped' })
    await expect(old.structures('ann')).rejects.toThrow(WorldStopped)
    await young.stop()
  })

  it('the old one stops by the conflict of its seal, if it hears of the new one in no other way', async () => {
    const store = memoryEventStore()
    const rig = createRig(store)
    // Its subscription stops telling anything, as behind a broken network; appends still arrive.
    const deaf = async function* () {
      await new Promise(() => {})
    }
    const old = await live(rig, rig.open({ store: { ...store, subscribe: () => deaf() } }))
    collect(old.feed({ status: true }))
    await rig.advance(500)
    const { inProcessLeadership } = await import('../../src/platform/leadership.ts')
    const young = rig.open({ leadership: inProcessLeadership('elsewhere') })
    await rig.advance(2_000)
    expect(old.status()).toMatchObject({ state: 'stopped' })
    expect(old.status().stopped).toMatch(/engine 2 has taken over world earth at tick/)
    expect(young.status().state).toBe('running')
    await young.stop()
  })
})

describe('a world opened again', () => {
  it('after a clean stop loses none of its time, and replays to the same hash', async () => {
    const rig = createRig()
    const first = await live(rig)
    await rig.order('a', 'b')
    await rig.advance(7_000)
    await first.stop()
    const [seal] = (await seals(rig)).slice(-1)
    expect(seal!.tick).toBeGreaterThanOrEqual(160)
    const again = await live(rig)
    expect(again.status().tick).toBeGreaterThanOrEqual(seal!.tick)
    expect(again.outcomesAfter('ann', { tick: 0, index: 0 }, 10)).toHaveLength(2)
    await again.stop()
  })

  it('under other rules is refused, naming both hashes and the way out', async () => {
    const rig = createRig()
    const first = await live(rig)
    await first.stop()
    const before = (await rig.ledger()).length
    const other = rig.open({ openKernel: fakeKernel({ rulesHash: 'beef0000beef0000' }).open })
    await expect(other.ready).rejects.toThrow(RulesDiffer)
    expect(other.status().stopped).toMatch(/fake0000fake0000.*beef0000beef0000.*DATA_DIR/)
    expect(await rig.ledger()).toHaveLength(before)
  })

  it('whose replay diverges halts, naming the tick and both hashes', async () => {
    const rig = createRig()
    const first = await live(rig)
    collect(first.feed({ status: true }))
    await rig.advance(3_000)
    await first.stop()
    const other = rig.open({ settings: { world: 'earth', seed: 8, n: 4, ups: 20 } })
    await expect(other.ready).rejects.toThrow(
      /diverges at tick 20.*state hash \w{16}.*this run has \w{16}/,
    )
    expect(other.status().state).toBe('stopped')
  })

  it('whose log does not hold what was sealed halts, naming the tick and both digests', async () => {
    const rig = createRig()
    const first = await live(rig)
    await rig.order('a', 'b')
    await rig.advance(1_000)
    await first.stop()
    const forged = async function* (...asked: Parameters<typeof rig.store.subscribe>) {
      for await (const batch of rig.store.subscribe(...asked)) {
        yield batch.map((event) => ({
          ...event,
          metadata: { ...event.metadata, eventId: `forged ${event.position}` },
        }))
      }
    }
    const other = rig.open({ store: { ...rig.store, subscribe: forged } })
    await expect(other.ready).rejects.toThrow(/tick \d+ was sealed over events of digest \w{16}/)
    expect(other.status().state).toBe('stopped')
  })

  it('that loses its lease stops, and says so', async () => {
    const rig = createRig()
    const lost = new AbortController()
    const world = await live(
      rig,
      rig.open({
        leadership: {
          acquire: async (name) => ({ name, token: 1, lost: lost.signal, release: async () => {} }),
          holder: async () => undefined,
        },
      }),
    )
    lost.abort()
    await rig.advance(100)
    expect(world.status()).toMatchObject({
      state: 'stopped',
      stopped: 'the lease of world/earth was lost',
    })
  })

  it('waits for the lease, and can be stopped while it waits', async () => {
    const rig = createRig()
    const first = await live(rig)
    const second = rig.open()
    const third = rig.open()
    await rig.advance(2_000)
    expect(second.status().state).toBe('replaying')
    await third.stop()
    await first.stop()
    await rig.until(() => second.status().state === 'running')
    const engines = (await rig.ledger()).flatMap((event) =>
      event.type === 'EngineStarted' ? [event.data.engine] : [],
    )
    expect(engines).toEqual(['engine 1', 'engine 2'])
    await second.stop()
  })

  it('tells its state while it replays', async () => {
    const rig = createRig()
    const first = await live(rig)
    collect(first.feed({ status: true }))
    await rig.advance(150_000)
    await first.stop()
    const through = (await seals(rig)).at(-1)!.tick + 20
    const slow = fakeKernel({ before: () => rig.scheduler.sleep(3_000) })
    const world = rig.open({ openKernel: slow.open })
    await rig.advance(7_000)
    expect(world.status()).toMatchObject({
      state: 'replaying',
      tick: 2_000,
      replayThrough: through,
    })
    // In the middle of a batch, too: the first is told before a second one has begun.
    expect(rig.said.join('\n')).toContain(`world earth: replayed tick 1001 of ${through}`)
    const stopped = world.stop()
    await rig.advance(3_000)
    await stopped
  })
})

describe('a kernel that dies', () => {
  it('is replaced, the ledger is replayed, and no tick and no outcome is lost or told twice', async () => {
    const rig = createRig()
    const deaths = new Set([47, 48, 90])
    const ran = new Map<number, string>()
    const kernel = fakeKernel({
      after: async (through) => {
        if (deaths.delete(through)) throw new Error('the thread died')
      },
      ran: (tick, ids) => {
        const text = ids.join()
        // A tick that was settled by an acknowledged seal, or shown, has the same events whenever it is run.
        expect(ran.get(tick) ?? text).toBe(text)
        ran.set(tick, text)
      },
    })
    const world = await live(rig, rig.open({ openKernel: kernel.open }))
    const watched = collect(world.feed({ account: 'ann', chunks: [0] }))
    for (let order = 0; order < 40; order++) {
      await rig.order(`order ${order}`)
      await rig.advance(130)
    }
    await rig.until(() => world.status().state === 'running')
    await rig.advance(2_000)
    expect(deaths.size).toBe(0)
    expect(kernel.opened()).toBe(4)
    const told = watched.items.flatMap((item) =>
      item.kind === 'outcome' ? [item.outcome.commandId] : [],
    )
    expect(told).toEqual(Array.from({ length: 40 }, (_, order) => `order ${order}`))
    expect(world.outcomesAfter('ann', { tick: 0, index: 0 }, 100)).toHaveLength(40)
    await world.stop()
  })

  it('again and again at the same tick stops the world, saying why', async () => {
    const rig = createRig()
    const kernel = fakeKernel({
      before: async (through) => {
        if (through >= 30) throw new Error('no rule for this')
      },
    })
    const world = rig.open({ openKernel: kernel.open })
    await rig.advance(20_000)
    expect(world.status()).toMatchObject({ state: 'stopped', stopped: 'no rule for this' })
    expect(kernel.opened()).toBeLessThan(6)
  })

  it('is noticed by whoever asks it, and the answer comes from the next one', async () => {
    const rig = createRig()
    const kernel = fakeKernel()
    const world = await live(rig, rig.open({ openKernel: kernel.open }))
    await rig.advance(500)
    kernel.crash()
    const asked = world.chunk(1)
    let answered = false
    asked.then(() => {
      answered = true
    })
    await rig.until(() => answered)
    expect(kernel.opened()).toBe(2)
    expect((await asked).chunk).toBe(1)
    await world.stop()
  })
})

describe('a world that can not keep up', () => {
  it('runs slow and says so, and drops no tick', async () => {
    const rig = createRig()
    const ticks: number[] = []
    const kernel = fakeKernel({
      before: () => rig.scheduler.sleep(400),
      ran: (tick) => ticks.push(tick),
    })
    const world = await live(rig, rig.open({ openKernel: kernel.open }))
    collect(world.feed({ status: true }))
    await rig.advance(20_000)
    const { upsMeasured, lagMs } = world.status()
    expect(upsMeasured).toBeGreaterThan(5)
    expect(upsMeasured).toBeLessThan(19)
    expect(lagMs).toBeGreaterThan(0)
    expect(ticks).toEqual(ticks.map((_, at) => at + 1))
    const stopped = world.stop()
    await rig.advance(1_000)
    await stopped
  })
})
