// Founded worlds: known from the log, opened as they are founded.

import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
import type { Progress } from '../../src/domain/ports/readModels.ts'
import { worldStream } from '../../src/domain/streams.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { followWorlds, worldsTopic } from '../../src/projections/worlds.ts'
import { createRig, type Rig, settings } from './rig.ts'

const found = async (rig: Rig, founded: WorldSettings) => {
  const metadata = {
    eventId: `found ${founded.world}`,
    commandId: `found ${founded.world}`,
    account: 'system',
    world: founded.world,
    correlationId: 'found',
    causationId: 'found',
    at: '2026-01-01T00:00:00.000Z',
  }
  const event = { type: 'WorldFounded', data: { ...founded }, version: 1, metadata } as const
  await rig.store.append(worldStream(founded.world), 0, [
    {
      account: 'system',
      commandId: metadata.commandId,
      payloadHash: 'x',
      outcome: 'accepted',
      events: [event],
    },
  ])
}
const follow = (rig: Rig, progress?: Progress) =>
  followWorlds({
    ...(progress && { progress }),
    store: rig.store,
    scheduler: rig.scheduler,
    messaging: rig.messaging,
    // All worlds of a server share its name.
    open: (founded) => rig.open({ settings: founded, engineId: 'this server' }),
    say: (line) => rig.said.push(line),
  })

describe('the worlds', () => {
  it('known by a checkpoint are opened without their events, and later ones are followed', async () => {
    const rig = createRig()
    const mars = { ...settings, world: 'mars', seed: 9 }
    await found(rig, settings)
    const reached: unknown[] = []
    const progress: Progress = {
      position: await rig.store.head(),
      state: [settings],
      reached: async (position, state) => {
        reached.push({ position, state })
      },
    }
    const worlds = follow(rig, progress)
    await worlds.ready
    expect(worlds.list().map((world) => world.settings)).toEqual([settings])
    await found(rig, mars)
    await rig.until(() => reached.length > 0 && worlds.get('mars') !== undefined)
    const { position } = (await rig.store.readStream(worldStream('mars'), 0, 1))[0]!
    expect(reached.at(-1)).toMatchObject({ state: [settings, mars] })
    expect(
      Math.max(...reached.map((one) => (one as { position: number }).position)),
    ).toBeGreaterThanOrEqual(position)
    await worlds.stop()
  })

  it('founded before the start are all known once it is ready', async () => {
    const rig = createRig()
    const mars = { ...settings, world: 'mars', seed: 9 }
    await found(rig, settings)
    await found(rig, mars)
    const worlds = follow(rig)
    await worlds.ready
    expect(worlds.list().map((world) => world.settings)).toEqual([settings, mars])
    expect(worlds.worldSettings('mars')).toEqual(mars)
    expect(worlds.worldSettings('venus')).toBeUndefined()
    await rig.until(() => worlds.get('mars')?.status().state === 'running')
    await worlds.stop()
    expect(worlds.get('mars')?.status().state).toBe('stopped')
  })

  it('are known although the store was away at first', async () => {
    const store = memoryEventStore()
    let away = 2
    const head = async () => {
      if (away-- > 0) throw new StoreUnavailable('away')
      return store.head()
    }
    const rig = createRig({ ...store, head })
    await found(rig, settings)
    const worlds = follow(rig)
    await rig.until(() => worlds.list().length > 0)
    await worlds.ready
    expect(away).toBeLessThan(0)
    await worlds.stop()
  })

  it('of an empty log are none, and it is ready at once', async () => {
    const rig = createRig()
    const worlds = follow(rig)
    await worlds.ready
    expect(worlds.list()).toEqual([])
    await worlds.stop()
  })

  it('founded while it runs are opened, once, whoever tells it first', async () => {
    const rig = createRig()
    const worlds = follow(rig)
    await worlds.ready
    rig.messaging.publish(worldsTopic, settings)
    expect(worlds.worldSettings('earth')).toEqual(settings)
    await found(rig, settings)
    await rig.until(() => worlds.get('earth')?.status().state === 'running')
    expect(worlds.list()).toHaveLength(1)
    await worlds.stop()
  })

  it('run side by side, each at its own pace, watched or not', async () => {
    const rig = createRig()
    const paces = { earth: 20, mars: 60, venus: 30 }
    for (const [world, ups] of Object.entries(paces)) await found(rig, { ...settings, world, ups })
    const worlds = follow(rig)
    await worlds.ready
    const running = () => worlds.list().every((world) => world.status().state === 'running')
    await rig.until(running)
    for (const world of worlds.list()) world.feed({ status: true })
    await rig.advance(1_000)
    const from = worlds.list().map((world) => world.status().tick)
    await rig.advance(10_000)
    for (const [index, world] of worlds.list().entries()) {
      const { settings: is, tick, lagMs, upsMeasured } = world.status()
      // Ten seconds of its own ticks, give or take the one that is just due.
      expect(Math.abs(tick - from[index]! - 10 * is.ups)).toBeLessThanOrEqual(1)
      expect(Math.abs(upsMeasured - is.ups)).toBeLessThanOrEqual(1)
      expect(lagMs).toBe(0)
    }
    await worlds.stop()
  })

  it('that stop for a fault of their own leave the others running', async () => {
    const rig = createRig()
    await found(rig, settings)
    await found(rig, { ...settings, world: 'mars' })
    const worlds = followWorlds({
      store: rig.store,
      scheduler: rig.scheduler,
      messaging: rig.messaging,
      say: (line) => rig.said.push(line),
      open: (of) =>
        rig.open({
          settings: of,
          ...(of.world === 'mars'
            ? { openKernel: () => Promise.reject(new Error('no memory')) }
            : {}),
        }),
    })
    await worlds.ready
    await rig.until(() => worlds.get('mars')?.status().state === 'stopped')
    await rig.until(() => worlds.get('earth')?.status().state === 'running')
    const { tick } = worlds.get('earth')!.status()
    worlds.get('earth')!.feed({ status: true })
    await rig.advance(2_000)
    expect(worlds.get('earth')!.status().tick).toBeGreaterThan(tick + 30)
    await worlds.stop()
  })

  it('are told of no more where the log can not be read, and it says so', async () => {
    const rig = createRig()
    await found(rig, settings)
    const broken = { ...rig, store: { ...rig.store, subscribe: () => unreadable() } }
    const worlds = follow(broken)
    await expect(worlds.ready).rejects.toThrow('a hole in the log')
    await rig.settle()
    expect(rig.said.join()).toMatch(/a hole in the log/)
    await worlds.stop()
  })
})

// biome-ignore lint/correctness/useYield: it fails before there is anything to yield
async function* unreadable(): AsyncGenerator<never> {
  throw new Error('a hole in the log')
}
