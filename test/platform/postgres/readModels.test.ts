import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/domain/ports/eventStore.ts'
import type { ChunkRow, ReadModels } from '../../../src/domain/ports/readModels.ts'
import { postgresReadModels } from '../../../src/platform/postgres/readModels.ts'
import { type TestDatabase, testDatabase } from '../../helpers/postgres.ts'

describe('read models in PostgreSQL', () => {
  let database: TestDatabase
  let models: ReadModels
  beforeAll(async () => {
    database = await testDatabase()
    models = postgresReadModels(database.pool())
  })
  afterAll(() => database.drop())
  const chunk = (id: number, tick: number, fill = tick): ChunkRow => ({
    world: 'earth',
    id,
    position: { diamond: 3, i: 64, j: 0 },
    cellStates: new Uint8Array(10_000).fill(fill),
    tick,
  })
  const same = (row: ChunkRow | undefined) => row && { ...row, cellStates: [...row.cellStates] }

  it('give a chunk back, and are written over an older tick only', async () => {
    await models.saveChunks([chunk(1, 5), chunk(2, 5)])
    await models.saveChunks([chunk(1, 7), chunk(2, 4)])
    expect(same(await models.chunk('earth', 1))).toEqual(same(chunk(1, 7)))
    expect(same(await models.chunk('earth', 2))).toEqual(same(chunk(2, 5)))
    expect(await models.chunk('mars', 1)).toBeUndefined()
  })

  it('give a player back, and are written over an older tick only', async () => {
    const ada = { world: 'earth', id: 'ada', position: 7, inventory: { plate: 3 }, tick: 9 }
    await models.savePlayers([ada, { ...ada, id: 'bob' }])
    await models.savePlayers([{ ...ada, position: 1, tick: 8 }])
    expect(await models.player('earth', 'ada')).toEqual(ada)
    await models.savePlayers([{ ...ada, position: 2, tick: 10 }])
    expect(await models.player('earth', 'ada')).toMatchObject({ position: 2, tick: 10 })
  })

  it('hold the prototypes that there are, and no others', async () => {
    await models.savePrototypes([
      { type: 'drill', properties: { capacity: 8 } },
      { type: 'belt', properties: {} },
    ])
    await models.savePrototypes([{ type: 'drill', properties: { capacity: 9 } }])
    const { rows } = await database.pool().query('SELECT * FROM orrery.prototypes')
    expect(rows).toEqual([{ type: 'drill', properties: { capacity: 9 } }])
  })

  it('keep a checkpoint, which only moves on', async () => {
    expect(await models.checkpoint('worlds')).toBeUndefined()
    await models.saveCheckpoint('worlds', { position: 5, state: ['earth'] })
    await models.saveCheckpoint('worlds', { position: 4, state: [] })
    expect(await models.checkpoint('worlds')).toEqual({ position: 5, state: ['earth'] })
  })

  it('say that the store is unavailable where the database is', async () => {
    const gone = await testDatabase()
    const away = postgresReadModels(gone.pool())
    await gone.drop()
    await expect(away.chunk('earth', 1)).rejects.toBeInstanceOf(StoreUnavailable)
    await expect(away.saveChunks([chunk(1, 9)])).rejects.toBeInstanceOf(StoreUnavailable)
  })
})
