// The tables behind a running world.

import { expect, it } from 'vitest'
import type { ChunkRow, PlayerRow, ReadModels } from '../../src/domain/ports/readModels.ts'
import { playerStream } from '../../src/domain/streams.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { createRig } from './rig.ts'

function tables() {
  const chunks = new Map<number, ChunkRow>()
  const players = new Map<string, PlayerRow>()
  const database = { away: false }
  const refuse = () => {
    if (database.away) throw new Error('nobody answers')
  }
  const readModels: ReadModels = {
    async saveChunks(rows) {
      refuse()
      for (const row of rows) chunks.set(row.id, row)
    },
    async savePlayers(rows) {
      refuse()
      for (const row of rows) players.set(row.id, row)
    },
    savePrototypes: async () => {},
    chunk: async (_, id) => chunks.get(id),
    player: async (_, id) => players.get(id),
    checkpoint: async () => undefined,
    saveCheckpoint: async () => {},
  }
  return { chunks, players, database, readModels }
}

it('a chunk that changed is written as it was published', async () => {
  const rig = createRig()
  const { chunks, readModels } = tables()
  const world = rig.open({ readModels })
  await rig.until(() => world.status().state === 'running')
  await rig.order('one', 'two')
  await rig.until(() => chunks.has(0))
  const { id, world: of, tick, cellStates } = chunks.get(0)!
  expect({ id, of }).toEqual({ id: 0, of: 'earth' })
  expect(tick).toBeLessThanOrEqual(world.status().tick)
  expect(cellStates).toEqual((await world.chunk(0)).cells)
  await world.stop()
})

it('a world runs on while the database is away, and its players are all written when it is back', async () => {
  const rig = createRig()
  const { players, database, readModels } = tables()
  const world = rig.open({ readModels, openKernel: inThreadKernel })
  await rig.until(() => world.status().state === 'running')
  database.away = true
  const entered = { type: 'WorldEntered', data: { account: 'ann', landing: 3 } } as const
  await rig.appendTo(playerStream('earth', 'ann'), entered, 'enter')
  await rig.until(() => world.players().length === 1)
  const before = world.status().tick
  await rig.until(() => world.status().tick > before + 100)
  expect(players.size).toBe(0)
  database.away = false
  await rig.until(() => players.size === 1)
  const [ann] = world.players()
  expect(players.get('ann')).toMatchObject({ world: 'earth', position: ann?.cell })
  await world.stop()
})
