// Folds that a world's snapshots keep: what the first command after a start reads, and which folds are not gone on with.

import { describe, expect, test } from 'vitest'
import { foldFrom } from '../../src/commands/foldPieces.ts'
import { type Folds, foldCache } from '../../src/commands/folds.ts'
import { foldsOfWorld, snapshotFolds } from '../../src/commands/snapshotFolds.ts'
import { player } from '../../src/domain/player.ts'
import type { NewEvent } from '../../src/domain/ports/eventStore.ts'
import type { SavedFolds } from '../../src/domain/ports/folds.ts'
import type { Piece } from '../../src/domain/ports/kernel.ts'
import { playerStream, territoryStream } from '../../src/domain/streams.ts'
import { territory } from '../../src/domain/territory.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memorySnapshots } from '../../src/platform/memory/snapshots.ts'
import { accepted, event } from '../helpers/appends.ts'
import { joinPlayer } from '../helpers/client.ts'
import { composedServers } from '../helpers/composed.ts'

const stream = territoryStream('earth')

/** Event `n` of a territory in which cells are claimed, built on and released. */
function eventOf(n: number): NewEvent {
  const { metadata } = event(`command ${n}`)
  const account = `account ${n % 7}`
  const made = { version: 1, metadata }
  if (n % 5 === 4) return { ...made, type: 'CellReleased', data: { account, cell: n - 4 } }
  if (n % 5 !== 3) return { ...made, type: 'CellsClaimed', data: { account, cells: [n, n + 1] } }
  const structures = [{ cell: n - 1, prototype: 'kiln', direction: 2 as const }]
  return { ...made, type: 'StructuresPlaced', data: { account, structures } }
}

function setUp() {
  const store = memoryEventStore()
  const reads: { stream: string; after: number }[] = []
  const counted = {
    readStream: (of: string, after: number, limit: number) => {
      reads.push({ stream: of, after })
      return store.readStream(of, after, limit)
    },
  }
  const snapshots = memorySnapshots()
  let length = 0
  let tick = 0
  /** Appends so many events to the territory. */
  const grow = async (by: number) => {
    const events = Array.from({ length: by }, (_, n) => eventOf(length + n))
    await store.append(stream, length, [accepted(0, { events })])
    length += by
    return events
  }
  /** A snapshot of the world with what a server has in memory; its tick. */
  const save = async (folds: Pick<Folds, 'kept'>, change = (piece: Piece) => piece) => {
    tick += 10
    async function* pieces() {
      for await (const some of foldsOfWorld(folds, snapshots, 'earth')) yield some.map(change)
      yield [{ name: 'state', bytes: new Uint8Array(3) }]
    }
    const of = { world: 'earth', rulesHash: 'rules', stateHash: 'state', pinned: false }
    await snapshots.save({ ...of, tick, ledgerVersion: 1, position: length }, pieces())
    return tick
  }
  /** A server that has just started. */
  const start = (archived?: SavedFolds) =>
    foldCache(counted, 100, snapshotFolds(snapshots, archived))
  /** What its first command reads, and whether it decides on what the log alone comes to. */
  const firstRead = async (folds = start()) => {
    reads.length = 0
    const { state, version } = await folds.load(stream, territory)
    expect(version).toBe(length)
    expect(state).toEqual((await foldCache(store, 1).load(stream, territory)).state)
    return reads.map(({ after }) => after)
  }
  return { store, snapshots, grow, save, start, firstRead }
}

/** A piece as JSON, with some of it changed. */
const changed = (piece: Piece, change: object): Piece => ({
  ...piece,
  bytes: new TextEncoder().encode(
    JSON.stringify({ ...JSON.parse(new TextDecoder().decode(piece.bytes)), ...change }),
  ),
})

describe('the first command after a start', () => {
  test('reads of a long stream only what came after the snapshot, and decides on the same state', async () => {
    const { grow, save, start, firstRead } = setUp()
    await grow(5_003)
    expect(await firstRead()).toEqual([0, 2_000, 4_000])
    const before = start()
    await before.load(stream, territory)
    await save(before)
    await grow(21)
    expect(await firstRead()).toEqual([5_002])
  })

  test('reads so after two starts, though nobody touched the stream in between', async () => {
    const { grow, save, start, firstRead, snapshots } = setUp()
    await grow(600)
    const before = start()
    await before.load(stream, territory)
    await save(before)
    for (let again = 0; again < 5; again++) await save(start())
    expect((await snapshots.list('earth')).map(({ tick }) => tick)).toEqual([60, 50, 40])
    expect(await firstRead()).toEqual([599])
  })

  test.each([
    ['other deciders made', (piece: Piece) => changed(piece, { foldsHash: 'other' })],
    ['is of another log', (piece: Piece) => changed(piece, { eventId: 'other' })],
    ['misses a slice', (piece: Piece) => changed(piece, { maps: { owners: 99 } })],
  ])('reads the whole stream where the fold that is kept %s', async (_, change) => {
    const { grow, save, start, firstRead } = setUp()
    await grow(700)
    const before = start()
    await before.load(stream, territory)
    await save(before, (piece) => (piece.name.endsWith('/head') ? change(piece) : piece))
    expect(await firstRead()).toContain(0)
  })

  test('goes on from the snapshot before, where the newest is damaged', async () => {
    const { grow, save, start, firstRead, snapshots } = setUp()
    const server = start()
    await grow(700)
    await server.load(stream, territory)
    await save(server)
    const events = await grow(50)
    const fold = await server.load(stream, territory)
    server.commit(fold, 700, events)
    const tick = await save(server)
    expect(await firstRead()).toEqual([749])
    snapshots.damage('earth', tick, 'bit')
    expect(await firstRead()).toEqual([699])
  })

  test('goes on from an archive that folds more than the snapshot does', async () => {
    const { grow, save, start, firstRead, store } = setUp()
    await grow(700)
    const server = start()
    await server.load(stream, territory)
    await save(server)
    await grow(100)
    const { state } = await foldCache(store, 1).load(stream, territory)
    await grow(10)
    const find = async () => ({ stream, version: 800, state })
    expect(await firstRead(start({ find }))).toEqual([800])
  })
})

test('a whole server that starts again reads of its territory no event that its snapshot has folded', async () => {
  const servers = composedServers()
  const { store } = servers.storage
  const mine = territoryStream('first')
  const reads: number[] = []
  const { readStream } = store
  Object.assign(store, {
    readStream: (of: string, after: number, limit: number) => {
      if (of === mine) reads.push(after)
      return readStream(of, after, limit)
    },
  })
  const claimedByBob = async (url: string) => {
    const bob = await joinPlayer({ url }, 'bob')
    await bob.act('EnterWorld')
    const answer = await bob.act('ClaimMany', { cells: [7] })
    await bob.close()
    return answer.refused
  }
  try {
    const url = await servers.start()
    const events = Array.from({ length: 600 }, (_, cell) => ({
      ...event('claim'),
      type: 'CellsClaimed' as const,
      data: { account: 'ada', cells: [cell] },
    }))
    await store.append(mine, 0, [accepted(0, { events })])
    expect(await claimedByBob(url)).toBe('CellTaken')
    expect(reads).toEqual([0])
    await servers.stop()
    reads.length = 0
    expect(await claimedByBob(await servers.start())).toBe('CellTaken')
    expect(reads).toEqual([599])
  } finally {
    await servers.stop()
  }
}, 60_000)

describe('a fold that is being kept', () => {
  test('is the one at which the copy began, and loses nothing that is decided meanwhile', async () => {
    const { grow, start, firstRead, snapshots, store } = setUp()
    await grow(5_000)
    const server = start()
    const fold = await server.load(stream, territory)
    const then = structuredClone(fold.state)
    const kept = new Map<string, Uint8Array>()
    let version = 5_000
    for await (const some of foldsOfWorld(server, snapshots, 'earth')) {
      for (const { name, bytes } of some) kept.set(name, bytes)
      const events = await grow(7)
      server.commit(fold, version, events)
      version += events.length
    }
    expect(kept.size).toBeGreaterThan(3)
    expect(foldFrom(stream, kept)).toMatchObject({ version: 5_000, state: then })
    expect(fold.version).toBe(version)
    expect(fold.state).toEqual((await foldCache(store, 1).load(stream, territory)).state)
    expect(await firstRead(server)).toEqual([])
  })

  test('is only of a stream that is long, and of this world', async () => {
    const { grow, start, snapshots, store } = setUp()
    await grow(499)
    const other = territoryStream('mars')
    const events = Array.from({ length: 600 }, (_, n) => eventOf(n))
    await store.append(other, 0, [accepted(0, { events })])
    const ann = playerStream('earth', 'ann')
    const moves = Array.from({ length: 600 }, () => ({
      ...event('move'),
      type: 'MoveOrdered' as const,
      data: { account: 'ann', path: [] },
    }))
    await store.append(ann, 0, [accepted(0, { events: moves })])
    const server = start()
    await server.load(stream, territory)
    await server.load(other, territory)
    await server.load(ann, player)
    const names: string[] = []
    for await (const some of foldsOfWorld(server, snapshots, 'earth'))
      names.push(...some.map(({ name }) => name))
    expect(names).toEqual([`fold/${ann}/head`])
  })
})
