// The change feed: who is told what, how often, and what happens to who does not read.

import { describe, expect, it } from 'vitest'
import { decodeCells } from '../../src/domain/chunkCodec.ts'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import { chunkOf } from '../../src/domain/grid/chunk.ts'
import type { ChatMessage } from '../../src/domain/ports/personalData.ts'
import { playerStream, territoryStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { deferred } from '../../src/projections/deferred.ts'
import { FEED_LIMIT } from '../../src/projections/feed.ts'
import { chatTopic } from '../../src/projections/worldProjector.ts'
import { type FeedItem, SlowConsumer } from '../../src/projections/worldReader.ts'
import { fakeKernel } from '../helpers/fakeKernel.ts'
import { collect, createRig, type Rig, settings } from './rig.ts'

const open = async (overrides: Parameters<Rig['open']>[0] = {}) => {
  const rig = createRig()
  const world = rig.open(overrides)
  await rig.until(() => world.status().state === 'running')
  return { rig, world }
}
const ofKind = <Kind extends FeedItem['kind']>(items: readonly FeedItem[], kind: Kind) =>
  items.filter((item): item is Extract<FeedItem, { kind: Kind }> => item.kind === kind)

describe('a feed', () => {
  it('brings the changes of the chunks it names, made once for all who watch', async () => {
    const { rig, world } = await open()
    const one = collect(world.feed({ chunks: [0] }))
    const other = collect(world.feed({ chunks: [0, 1] }))
    const elsewhere = collect(world.feed({ chunks: [1] }))
    await rig.order('a')
    await rig.advance(300)
    const [changes] = ofKind(one.items, 'chunk')
    expect(decodeCells(changes!.changes.cells).cells[0]!.amount).toBe(1)
    expect(ofKind(other.items, 'chunk')[0]!.changes).toBe(changes!.changes)
    expect(ofKind(elsewhere.items, 'chunk')).toEqual([])
    await world.stop()
    await rig.settle()
    expect([one.ended, other.ended, elsewhere.ended]).toEqual([true, true, true])
  })

  it('is registered by the call: a snapshot read after it misses no change', async () => {
    const { rig, world } = await open()
    await rig.order('a')
    await rig.advance(200)
    const feed = world.feed({ chunks: [0] })
    const asked = world.chunk(0)
    await rig.order('b')
    await rig.advance(300)
    const snapshot = await asked
    const watched = collect(feed)
    await rig.advance(10)
    let amount = decodeCells(snapshot.cells).cells[0]!.amount
    for (const { changes } of ofKind(watched.items, 'chunk')) {
      if (changes.tick > snapshot.tick) amount = decodeCells(changes.cells).cells[0]!.amount
    }
    expect(amount).toBe(2)
    await world.stop()
  })

  it('has a heartbeat twice a second, also while its world stands still, with a hash that is shown already', async () => {
    let gate: Promise<void> = Promise.resolve()
    const { rig, world } = await open({ openKernel: fakeKernel({ before: () => gate }).open })
    const watched = collect(world.feed({ account: 'ann' }))
    const beats = () => ofKind(watched.items, 'heartbeat')
    await rig.until(() => beats().length > 0, 500, 1)
    for (let beat = 2; beat <= 10; beat++) {
      await rig.advance(499)
      expect(beats()).toHaveLength(beat - 1)
      await rig.advance(1)
      expect(beats()).toHaveLength(beat)
    }
    for (const { tick, hash } of beats()) expect(hash.tick).toBeLessThanOrEqual(tick)
    expect(new Set(beats().map(({ hash }) => hash.hash)).size).toBeGreaterThanOrEqual(4)
    // A kernel that does not answer keeps nobody from hearing that the server is there.
    const stuck = deferred<void>()
    gate = stuck.promise
    await rig.advance(2_000)
    expect(beats()).toHaveLength(14)
    stuck.resolve()
    await world.stop()
  })

  it('ends with SlowConsumer when too much waits unread, and the others read on', async () => {
    const { rig, world } = await open()
    const slow = world.feed({ chat: true })[Symbol.asyncIterator]()
    const quick = collect(world.feed({ chat: true }))
    const line: ChatMessage = { id: 1, world: 'earth', account: 'ann', text: 'hello', at: '' }
    for (let id = 0; id <= FEED_LIMIT; id++)
      rig.messaging.publish(chatTopic('earth'), { ...line, id })
    await rig.settle()
    await expect(slow.next()).rejects.toThrow(SlowConsumer)
    await expect(slow.next()).resolves.toMatchObject({ done: true })
    expect(quick.failure).toBeInstanceOf(SlowConsumer)
    const next = collect(world.feed({ chat: true }))
    rig.messaging.publish(chatTopic('earth'), line)
    await rig.settle()
    expect(ofKind(next.items, 'chat')).toHaveLength(1)
    await world.stop()
  })

  it('ends when its signal aborts, and then nobody watches any more', async () => {
    const { rig, world } = await open()
    const stop = new AbortController()
    const watched = collect(world.feed({ chunks: [0] }, undefined, stop.signal))
    await rig.advance(2_000)
    stop.abort()
    await rig.advance(100)
    expect(watched.ended).toBe(true)
    const { tick } = world.status()
    await rig.advance(10_000)
    expect(world.status().tick).toBeLessThanOrEqual(tick + 20)
    await world.stop()
  })

  it('refuses a chunk that the planet does not have, naming it', async () => {
    const { world } = await open()
    expect(() => world.feed({ chunks: [12] })).toThrow(/chunk: 12 is no chunk of world earth/)
    await expect(world.chunk(-1)).rejects.toThrow(/chunk: -1/)
    await expect(world.structure(99_999)).rejects.toThrow(/cell: 99999/)
    await world.stop()
  })
})

describe('outcomes', () => {
  it('after a cursor come first, then the live ones, and none twice', async () => {
    const { rig, world } = await open()
    await rig.order('a', 'b')
    await rig.advance(200)
    const [first] = ofKind(world.outcomesAfter('ann', { tick: 0, index: 0 }, 10), 'outcome')
    const watched = collect(world.feed({ account: 'ann' }, first!.cursor))
    await rig.order('c')
    await rig.advance(200)
    expect(ofKind(watched.items, 'outcome').map(({ outcome }) => outcome.commandId)).toEqual([
      'b',
      'c',
    ])
    await world.stop()
  })

  it('have the same cursors after the world is opened again', async () => {
    const { rig, world } = await open()
    await rig.order('a', 'b', 'c')
    await rig.advance(200)
    const before = world.outcomesAfter('ann', { tick: 0, index: 0 }, 10)
    await world.stop()
    const again = rig.open()
    await rig.until(() => again.status().state === 'running')
    expect(again.outcomesAfter('ann', { tick: 0, index: 0 }, 10)).toEqual(before)
    await again.stop()
  })

  it('that are gone are told by takeSnapshot, and the rest follows its cursor', async () => {
    const { rig, world } = await open()
    for (let order = 0; order < 2_100; order++) await rig.order(`order ${order}`)
    await rig.advance(1_000)
    const [first, ...rest] = world.outcomesAfter('ann', { tick: 0, index: 0 }, 10_000)
    expect(first!.kind).toBe('takeSnapshot')
    expect(rest.length).toBeGreaterThanOrEqual(1_000)
    expect(rest.length).toBeLessThan(2_000)
    const cursor = first!.kind === 'takeSnapshot' ? first!.cursor : { tick: 0, index: 0 }
    expect(world.outcomesAfter('ann', cursor, 10_000)).toEqual(rest)
    expect(ofKind(rest, 'outcome').at(-1)!.outcome.commandId).toBe('order 2099')
    await world.stop()
  })

  it('of the past are no news to who listens while the world replays, except after a cursor', async () => {
    const { rig, world } = await open()
    await rig.order('a', 'b')
    await rig.advance(200)
    const [first] = ofKind(world.outcomesAfter('ann', { tick: 0, index: 0 }, 10), 'outcome')
    await world.stop()
    const again = rig.open()
    const fresh = collect(again.feed({ account: 'ann' }))
    const resumed = collect(again.feed({ account: 'ann' }, first!.cursor))
    await rig.until(() => again.status().state === 'running')
    await rig.order('c')
    await rig.advance(300)
    const told = (items: readonly FeedItem[]) =>
      ofKind(items, 'outcome').map(({ outcome }) => outcome.commandId)
    expect(told(fresh.items)).toEqual(['c'])
    expect(told(resumed.items)).toEqual(['b', 'c'])
    await again.stop()
  })

  it('of another account are nobody else’s', async () => {
    const { rig, world } = await open()
    const ben = collect(world.feed({ account: 'ben' }))
    await rig.order('a')
    await rig.advance(300)
    expect(ofKind(ben.items, 'outcome')).toEqual([])
    expect(world.outcomesAfter('ben', { tick: 0, index: 0 }, 10)).toEqual([])
    await world.stop()
  })
})

describe('a chunk', () => {
  it('that nobody watches is read again only after it has changed', async () => {
    const { rig, world } = await open()
    const look = async () => {
      const asked = world.chunk(0)
      await rig.advance(300)
      return asked
    }
    const first = await look()
    expect(await look()).toBe(first)
    await rig.order('a')
    await rig.advance(200)
    const changed = await look()
    expect(decodeCells(changed.cells).cells[0]!.amount).toBe(1)
    await world.stop()
  })

  it('that is watched is kept fresh by its changes', async () => {
    const { rig, world } = await open()
    collect(world.feed({ chunks: [0] }))
    await rig.advance(100)
    for (const order of ['a', 'b', 'c']) {
      await rig.order(order)
      await rig.advance(200)
    }
    expect(decodeCells((await world.chunk(0)).cells).cells[0]!.amount).toBe(3)
    await world.stop()
  })
})

describe('players', () => {
  const landing = landingCell(settings.seed, settings.n, 1)
  const enter: SimulationEvent = { type: 'WorldEntered', data: { account: 'ann', landing } }
  const claim: SimulationEvent = {
    type: 'CellsClaimed',
    data: { account: 'ann', cells: [landing] },
  }
  const place: SimulationEvent = {
    type: 'StructuresPlaced',
    data: { account: 'ann', structures: [{ cell: landing, prototype: 'depot', direction: 0 }] },
  }
  const openReal = async () => {
    const rig = createRig()
    const world = rig.open({ openKernel: inThreadKernel })
    await rig.until(() => world.status().state === 'running')
    return { rig, world }
  }

  it('are away until they connect and after they have left their last connection', async () => {
    const { rig, world } = await openReal()
    const watched = collect(world.feed({ status: true }))
    await rig.appendTo(playerStream('earth', 'ann'), enter, 'enter')
    await rig.until(() => world.players().length === 1)
    const states = () => world.presence().map(({ account, state }) => `${account} ${state}`)
    expect(states()).toEqual(['ann away'])
    const leave = [world.connect('ann'), world.connect('ann')]
    expect(states()).toEqual(['ann connected'])
    leave[0]!()
    leave[0]!()
    expect(states()).toEqual(['ann connected'])
    leave[1]!()
    expect(states()).toEqual(['ann away'])
    await rig.appendTo(
      playerStream('earth', 'ann'),
      { type: 'WorldLeft', data: { account: 'ann' } },
      'leave',
    )
    await rig.until(() => world.status().players === 0)
    expect(states()).toEqual([])
    await rig.settle()
    const told = ofKind(watched.items, 'presence').map(({ presence }) => presence.state)
    expect(told).toEqual(['away', 'connected', 'away', 'gone'])
    await world.stop()
  })

  it('are shown to themselves as they change, with the contents of their structures', async () => {
    const { rig, world } = await openReal()
    const watched = collect(world.feed({ account: 'ann', chunks: [chunkOf(settings.n, landing)] }))
    await rig.appendTo(playerStream('earth', 'ann'), enter, 'enter')
    await rig.appendTo(territoryStream('earth'), claim, 'claim')
    await rig.appendTo(territoryStream('earth'), place, 'place')
    await rig.until(() => ofKind(watched.items, 'contents').length > 0)
    const [contents] = ofKind(watched.items, 'contents')
    expect(contents!.structures).toMatchObject([{ cell: landing, prototype: 'depot' }])
    expect(ofKind(watched.items, 'player').at(-1)!.player).toMatchObject({
      account: 'ann',
      claims: 1,
    })
    const shown = ofKind(watched.items, 'chunk').flatMap(({ changes }) => changes.structures)
    expect(shown.map(({ cell, prototype }) => ({ cell, prototype }))).toContainEqual({
      cell: landing,
      prototype: 'depot',
    })
    const told = ofKind(watched.items, 'contents').length
    await rig.advance(5_000)
    // What does not change is not told again.
    expect(ofKind(watched.items, 'contents').length).toBeLessThanOrEqual(told + 1)
    const [structure, mine] = await Promise.all([
      ask(rig, world.structure(landing)),
      ask(rig, world.structures('ann')),
    ])
    expect(structure).toMatchObject({ prototype: 'depot' })
    expect(mine).toEqual([structure])
    expect(await ask(rig, world.player('nobody'))).toBeUndefined()
    await world.stop()
  })

  const ask = async <Value>(rig: ReturnType<typeof createRig>, asked: Promise<Value>) => {
    let answered = false
    asked.then(() => {
      answered = true
    })
    await rig.until(() => answered)
    return asked
  }
})
