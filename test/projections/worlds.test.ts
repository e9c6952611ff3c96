// Founded worlds: known from the log, opened as they are founded.

import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { WorldSettings } from '../../src/domain/ports/kernel.ts'
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
const follow = (rig: Rig) =>
  followWorlds({
    store: rig.store,
    scheduler: rig.scheduler,
    messaging: rig.messaging,
    open: (founded) => rig.open({ settings: founded }),
    say: (line) => rig.said.push(line),
  })

describe('the worlds', () => {
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
