// Snapshots in PostgreSQL: each in one transaction, beside the log.

import type { Pool, PoolClient } from 'pg'
import type { SnapshotHead, Snapshots } from '../../domain/ports/snapshots.ts'
import { type PackedPiece, pack, unpack, unpackSome } from '../packed.ts'
import { named } from './failures.ts'
import { inTransaction } from './transaction.ts'

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

/** Bytes of pieces in one statement: a piece is some kilobytes, and there may be thousands. */
const STATEMENT_BYTES = 1 << 20

/** `keep`: how many are kept of each world, beside pinned ones. */
export function postgresSnapshots(
  pool: Pool,
  { keep = 3 }: { readonly keep?: number } = {},
): Snapshots {
  const query = async <Of extends object>(text: string, values: unknown[]) => {
    try {
      return await pool.query<Of>(text, values)
    } catch (error) {
      throw named(error)
    }
  }
  const piecesOf = async ({ world, tick, digest }: Row) => {
    const { rows: pieces } = await query<PackedPiece>(
      'SELECT name, digest, deflated FROM orrery.snapshot_parts WHERE world = $1 AND tick = $2 ORDER BY name',
      [world, tick],
    )
    return unpack({ digest, pieces })
  }
  return {
    async save(head, given) {
      // Before the transaction begins: it lasts no longer than the writing.
      const { digest, pieces } = await pack(given)
      return inTransaction(pool, async (client) => {
        // One at a time for each world, so that the newest tick is known while this one is written.
        await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, $2))', [
          head.world,
          LOCK_SEED,
        ])
        if (!(await insertHead(client, head, digest))) return false
        await insertPieces(client, head, pieces)
        await client.query(
          `DELETE FROM orrery.snapshots WHERE world = $1 AND NOT pinned AND tick NOT IN (
             SELECT tick FROM orrery.snapshots WHERE world = $1 AND NOT pinned
             ORDER BY tick DESC LIMIT $2)`,
          [head.world, keep],
        )
        return true
      })
    },
    async newest(world, fits, unusable) {
      const { rows } = await query<Row & { archived: number }>(
        `SELECT ${columns}, coalesce((SELECT max(last) FROM orrery.archives), 0)::float8 AS archived
         FROM orrery.snapshots WHERE world = $1 ORDER BY snapshots.tick DESC`,
        [world],
      )
      for (const row of rows) {
        const head = headOf(row)
        if (!fits(head)) continue
        const pieces =
          head.position < row.archived
            ? `what came after it is archived, through position ${row.archived}: npx orrery world restore`
            : await piecesOf(row)
        if (typeof pieces !== 'string') return { ...head, pieces }
        unusable(head, pieces)
      }
      return undefined
    },
    async some(world, begin, before) {
      const { rows } = await query<PackedPiece & { tick: number }>(
        `SELECT tick::float8 AS tick, name, digest, deflated FROM orrery.snapshot_parts
         WHERE world = $1 AND name >= $2 AND name < $3 AND tick = (
           SELECT s.tick FROM orrery.snapshots s WHERE s.world = $1 AND s.tick < $4 AND EXISTS (
             SELECT FROM orrery.snapshot_parts p
             WHERE p.world = s.world AND p.tick = s.tick AND p.name >= $2 AND p.name < $3)
           ORDER BY s.tick DESC LIMIT 1)`,
        [world, begin, `${begin}\u{10ffff}`, before],
      )
      const [first] = rows
      if (!first) return undefined
      const pieces = await unpackSome(rows)
      return { tick: first.tick, pieces: typeof pieces === 'string' ? undefined : pieces }
    },
    async pin(world, tick) {
      const pin = 'UPDATE orrery.snapshots SET pinned = true WHERE world = $1 AND tick = $2'
      return (await query(pin, [world, tick])).rowCount === 1
    },
    async list(world) {
      const { rows } = await query<Row & { pieces: number; bytes: number }>(
        `SELECT ${columns},
           (SELECT count(*)::float8 FROM orrery.snapshot_parts p
            WHERE p.world = s.world AND p.tick = s.tick) AS pieces,
           (SELECT coalesce(sum(length(deflated)), 0)::float8 FROM orrery.snapshot_parts p
            WHERE p.world = s.world AND p.tick = s.tick) AS bytes
         FROM orrery.snapshots s WHERE world = $1 ORDER BY s.tick DESC`,
        [world],
      )
      return rows.map((row) => ({ ...headOf(row), pieces: row.pieces, bytes: row.bytes }))
    },
  }
}

/** False where the world has one of this tick or of a later one. */
async function insertHead(
  client: PoolClient,
  head: SnapshotHead,
  digest: Uint8Array,
): Promise<boolean> {
  // A world that runs on has applied all that was archived of it, though its newest event may be before that.
  const { rowCount } = await client.query(
    `INSERT INTO orrery.snapshots
       (world, tick, rules_hash, state_hash, ledger_version, position, pinned, digest)
     SELECT $1, $2, $3, $4, $5,
       greatest($6::bigint, (SELECT max(last) FROM orrery.archives)), $7, $8
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
      digest,
    ],
  )
  return rowCount === 1
}

async function insertPieces(
  client: PoolClient,
  { world, tick }: SnapshotHead,
  pieces: readonly PackedPiece[],
): Promise<void> {
  for (const some of inStatements(pieces)) {
    await client.query(
      `INSERT INTO orrery.snapshot_parts
       SELECT $1, $2, * FROM unnest($3::text[], $4::bytea[], $5::bytea[])`,
      [
        world,
        tick,
        some.map(({ name }) => name),
        some.map(({ digest }) => digest),
        some.map(({ deflated }) => deflated),
      ],
    )
  }
}

function* inStatements(pieces: readonly PackedPiece[]): Generator<readonly PackedPiece[]> {
  for (let from = 0; from < pieces.length; ) {
    let to = from
    for (let bytes = 0; to < pieces.length && bytes < STATEMENT_BYTES; to++) {
      bytes += pieces[to]?.deflated.length ?? 0
    }
    yield pieces.slice(from, to)
    from = to
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
