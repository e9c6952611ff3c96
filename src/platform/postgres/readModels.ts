// Read models and checkpoints in PostgreSQL: a batch is one statement.

import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Pool } from 'pg'
import type { PlayerRow, ReadModels } from '../../domain/ports/readModels.ts'
import { named } from './failures.ts'

const deflated = promisify(deflate)
const inflated = promisify(inflate)

type ChunkColumns = {
  position: { diamond: number; i: number; j: number }
  cell_states: Buffer
  tick: number
}

export function postgresReadModels(pool: Pool): ReadModels {
  const rows = async <Of extends object>(text: string, values: unknown[]): Promise<Of[]> => {
    try {
      return (await pool.query<Of>(text, values)).rows
    } catch (error) {
      throw named(error)
    }
  }
  return {
    async saveChunks(chunks) {
      const cells = await Promise.all(chunks.map((row) => deflated(row.cellStates, { level: 1 })))
      await rows(
        `INSERT INTO orrery.chunks AS old (world, id, position, cell_states, tick)
         SELECT * FROM unnest($1::text[], $2::integer[], $3::jsonb[], $4::bytea[], $5::bigint[])
         ON CONFLICT (world, id) DO UPDATE
           SET cell_states = excluded.cell_states, tick = excluded.tick WHERE old.tick < excluded.tick`,
        [
          chunks.map(({ world }) => world),
          chunks.map(({ id }) => id),
          chunks.map(({ position }) => JSON.stringify(position)),
          cells,
          chunks.map(({ tick }) => tick),
        ],
      )
    },
    async savePlayers(players) {
      await rows(
        `INSERT INTO orrery.players AS old (world, id, position, inventory, tick)
         SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::jsonb[], $5::bigint[])
         ON CONFLICT (world, id) DO UPDATE
           SET position = excluded.position, inventory = excluded.inventory, tick = excluded.tick
           WHERE old.tick < excluded.tick`,
        [
          players.map(({ world }) => world),
          players.map(({ id }) => id),
          players.map(({ position }) => position),
          players.map(({ inventory }) => JSON.stringify(inventory)),
          players.map(({ tick }) => tick),
        ],
      )
    },
    async savePrototypes(prototypes) {
      await rows(
        `WITH given AS (SELECT * FROM unnest($1::text[], $2::jsonb[]) AS p (type, properties)),
           gone AS (DELETE FROM orrery.prototypes WHERE type NOT IN (SELECT type FROM given))
         INSERT INTO orrery.prototypes SELECT * FROM given
         ON CONFLICT (type) DO UPDATE SET properties = excluded.properties`,
        [
          prototypes.map(({ type }) => type),
          prototypes.map(({ properties }) => JSON.stringify(properties)),
        ],
      )
    },
    async chunk(world, id) {
      const [row] = await rows<ChunkColumns>(
        `SELECT position, cell_states, tick::float8 AS tick FROM orrery.chunks WHERE world = $1 AND id = $2`,
        [world, id],
      )
      if (!row) return undefined
      const { position, tick } = row
      return { world, id, position, tick, cellStates: await inflated(row.cell_states) }
    },
    async player(world, id) {
      const [row] = await rows<PlayerRow>(
        `SELECT world, id, position, inventory, tick::float8 AS tick FROM orrery.players
         WHERE world = $1 AND id = $2`,
        [world, id],
      )
      return row
    },
    async checkpoint(name) {
      const [row] = await rows<{ position: number; state: string }>(
        'SELECT position::float8 AS position, state FROM orrery.checkpoints WHERE name = $1',
        [name],
      )
      return row && { position: row.position, state: JSON.parse(row.state) }
    },
    async saveCheckpoint(name, { position, state }) {
      await rows(
        `INSERT INTO orrery.checkpoints AS old (name, position, state) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, state = excluded.state
           WHERE old.position < excluded.position`,
        [name, position, JSON.stringify(state)],
      )
    },
  }
}
