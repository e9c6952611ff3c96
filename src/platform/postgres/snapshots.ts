// Snapshots in PostgreSQL: each in one transaction, beside the log.

import type { Pool, PoolClient } from 'pg'
import type { SnapshotHead, Snapshots } from '../../domain/ports/snapshots.ts'
import { pack, unpack } from '../packed.ts'
import { named } from './failures.ts'

type Row = {
  world: string
  tick: number
  rules_hash: string
  state_hash: string
  ledger_version: number
  position: number
  pinned: boolean
  digest: Buffer
}

const columns = `world, tick::float8 AS tick, rules_hash, state_hash, ledger_version::float8 AS ledger_version,
  position::float8 AS position, pinned, digest`

/** Any number: it sets these locks apart from others in the database. */
const LOCK_SEED = 7_267_735_121

/** `keep`: how many are kept of each world, beside pinned ones. */
export function postgresSnapshots(
  pool: Pool,
  { keep = 3 }: { readonly keep?: number } = {},
): Snapshots {
  const heads = async (world: string, rulesHash?: string) => {
    const { rows } = await pool.query<Row>(
      `SELECT ${columns} FROM orrery.snapshots
       WHERE world = $1 AND ($2::text IS NULL OR rules_hash = $2) ORDER BY snapshots.tick DESC`,
      [world, rulesHash ?? null],
    )
    return rows
  }
  const partsOf = async ({ world, tick, digest }: Row) => {
    const { rows: parts } = await pool.query<{ name: string; digest: Buffer; deflated: Buffer }>(
      'SELECT name, digest, deflated FROM orrery.snapshot_parts WHERE world = $1 AND tick = $2 ORDER BY name',
      [world, tick],
    )
    return unpack({ digest, parts })
  }
  return {
    async save({ parts, ...head }) {
      // Before the transaction begins: it lasts no longer than the writing.
      const packed = await pack(parts)
      return inTransaction(pool, async (client) => {
        // One at a time for each world, so that the newest tick is known while this one is written.
        await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [
          head.world,
          LOCK_SEED,
        ])
        const { rowCount } = await client.query(
          `INSERT INTO orrery.snapshots
             (world, tick, rules_hash, state_hash, ledger_version, position, pinned, digest)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8
           WHERE NOT EXISTS (SELECT FROM orrery.snapshots WHERE world = $1 AND tick >= $2)
           ON CONFLICT DO NOTHING`,
          [
            head.world,
            head.tick,
            head.rulesHash,
            head.stateHash,
            head.ledgerVersion,
            head.position,
            head.pinned,
            packed.digest,
          ],
        )
        if (rowCount === 0) return false
        for (const { name, digest, deflated } of packed.parts) {
          await client.query('INSERT INTO orrery.snapshot_parts VALUES ($1, $2, $3, $4, $5)', [
            head.world,
            head.tick,
            name,
            digest,
            deflated,
          ])
        }
        await client.query(
          `DELETE FROM orrery.snapshots WHERE world = $1 AND NOT pinned AND tick NOT IN (
             SELECT tick FROM orrery.snapshots WHERE world = $1 AND NOT pinned
             ORDER BY tick DESC LIMIT $2)`,
          [head.world, keep],
        )
        return true
      })
    },
    async newest(world, rulesHash, damaged) {
      try {
        for (const row of await heads(world, rulesHash)) {
          const parts = await partsOf(row)
          if (typeof parts !== 'string') return { ...headOf(row), parts }
          damaged(headOf(row), parts)
        }
        return undefined
      } catch (error) {
        throw named(error)
      }
    },
    async list(world) {
      try {
        return (await heads(world)).map(headOf)
      } catch (error) {
        throw named(error)
      }
    },
  }
}

const headOf = (row: Row): SnapshotHead => ({
  world: row.world,
  tick: row.tick,
  rulesHash: row.rules_hash,
  stateHash: row.state_hash,
  ledgerVersion: row.ledger_version,
  position: row.position,
  pinned: row.pinned,
})

const ignore = () => {}

/** Rejects with `StoreUnavailable` where nobody knows what came of it. */
async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw named(error)
  }
  // A connection that breaks is told by the query under way.
  client.on('error', ignore)
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    client.off('error', ignore)
    client.release()
    return result
  } catch (error) {
    // Its end takes the transaction back.
    client.release(true)
    throw named(error)
  }
}
