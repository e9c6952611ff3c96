import { expect, test } from 'vitest'
import { openOfflineWorld } from '../../client/src/data/offline/offlineWorld.ts'
import { parseOffline } from '../../client/src/data/offline/settings.ts'
import type { OutcomeReport, WorldListener } from '../../client/src/data/worldData.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import type { PlayerView } from '../../src/domain/chunkView.ts'
import { chunkCount } from '../../src/domain/grid/chunk.ts'

const n = 8

function offline() {
  const planet = new PlanetCells(n)
  const outcomes: OutcomeReport[] = []
  const seen: { player?: PlayerView; hashes: string[] } = { hashes: [] }
  const listener: WorldListener = {
    connection: () => {},
    status: ({ hash }) => seen.hashes.push(hash),
    tick: () => {},
    snapshot: (snapshot) => planet.applySnapshot(snapshot),
    changes: (changes) => planet.applyChanges(changes),
    player: (player) => {
      seen.player = player
    },
    contents: (structures) => planet.applyContents(structures),
    outcome: (outcome) => outcomes.push(outcome),
    players: () => {},
    chat: () => {},
    replaced: () => {},
  }
  const world = openOfflineWorld({ seed: 7, n }, listener, false)
  world.watch(Array.from({ length: chunkCount(n) }, (_, chunk) => chunk))
  return { world, planet, outcomes, seen }
}

test('in a world without a server a player lands, claims and builds by the same rules', async () => {
  const { world, planet, outcomes, seen } = offline()
  expect(planet.chunksKnown).toBe(chunkCount(n))
  await world.join('Ada')
  const answer = await world.order({ type: 'EnterWorld' })
  const cell = answer.kind === 'accepted' ? answer.landing! : -1
  await world.order({ type: 'ClaimMany', cells: [cell] })
  await world.order({
    type: 'PlaceMany',
    structures: [{ cell, prototype: 'depot', direction: 0 }],
  })
  for (let ticks = 0; ticks < 10; ticks++) world.runTick()
  expect(seen.player).toMatchObject({ here: true, cell, claims: 1 })
  expect(planet.read(cell)).toMatchObject({ owner: 1, structure: { prototype: 'depot' } })
  expect(outcomes.map(({ order, reason }) => [order, reason])).toContainEqual([
    'StructuresPlaced',
    'Done',
  ])
})

test('a player who has landed walks, and the leaderboard knows who they are', async () => {
  const { world, seen } = offline()
  await world.join('Ada')
  const answer = await world.order({ type: 'EnterWorld' })
  const from = answer.kind === 'accepted' ? answer.landing! : -1
  world.runTick()
  const walks = [0, 1, 2, 3, 4].map((direction) =>
    world.order({ type: 'MovePlayer', path: [direction as 0, direction as 0] }),
  )
  expect((await Promise.all(walks)).map(({ kind }) => kind)).toEqual(walks.map(() => 'accepted'))
  for (let ticks = 0; ticks < 40; ticks++) world.runTick()
  expect(seen.player?.cell).not.toBe(from)
  expect(await world.standings()).toMatchObject({ rows: [{ rank: 1, name: 'Ada' }], own: {} })
})

test('what the rules forbid is refused by name, and what is done already is nothing to do', async () => {
  const { world } = offline()
  await world.join('Ada')
  const early = await world.order({ type: 'StartHarvest', cell: 3 })
  expect(early).toMatchObject({ kind: 'refused', refused: 'NotInWorld' })
  await world.order({ type: 'EnterWorld' })
  const build = await world.order({
    type: 'PlaceMany',
    structures: [{ cell: 3, prototype: 'depot', direction: 0 }],
  })
  expect(build).toMatchObject({ kind: 'refused' })
  await world.order({ type: 'ClaimMany', cells: [3] })
  expect(await world.order({ type: 'ClaimMany', cells: [3] })).toEqual({ kind: 'unchanged' })
})

test('the same seed runs through the same states', () => {
  const [one, other] = [offline(), offline()]
  for (let ticks = 0; ticks < 20; ticks++) {
    one.world.runTick()
    other.world.runTick()
  }
  expect(one.seen.hashes.length).toBeGreaterThan(2)
  expect(one.seen.hashes).toEqual(other.seen.hashes)
})

test('the address of an offline world is read, within bounds', () => {
  expect(parseOffline('9,16')).toEqual({ seed: 9, n: 16 })
  expect(parseOffline('9')).toEqual({ seed: 9, n: 32 })
  expect(parseOffline('x,99999')).toEqual({ seed: 7, n: 128 })
  expect(parseOffline(null)).toBeUndefined()
})
