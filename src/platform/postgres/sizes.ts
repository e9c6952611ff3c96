// What the database's tables take.

import type { Pool } from 'pg'
import type { TableSize } from '../../domain/ports/sizes.ts'
import { named } from './failures.ts'

/**
 * Every table with its indexes, the largest first; rows as PostgreSQL's statistics have them, partitions with their table. Throws
 * `StoreUnavailable`.
 */
export async function tableSizes(pool: Pool): Promise<readonly TableSize[]> {
  try {
    const { rows } = await pool.query<TableSize>(
      `SELECT coalesce(whole.relname, c.relname) AS table,
         sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid)))::float8 AS rows,
         sum(pg_total_relation_size(c.oid))::float8 AS bytes,
         count(i.inhparent)::int AS partitions
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
         LEFT JOIN pg_class whole ON whole.oid = i.inhparent
       WHERE nspname = 'orrery' AND c.relkind = 'r' GROUP BY 1 ORDER BY bytes DESC`,
    )
    return rows
  } catch (error) {
    throw named(error)
  }
}
