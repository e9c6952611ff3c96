// Folds that stand for archived events, in PostgreSQL.

import type { Pool } from 'pg'
import { foldsHash } from '../../domain/foldsHash.generated.ts'
import { LogBroken } from '../../domain/ports/eventStore.ts'
import type { SavedFolds } from '../../domain/ports/folds.ts'
import { foldOf } from '../foldText.ts'
import { StartRefused } from '../startRefused.ts'
import { named } from './failures.ts'

type Row = { version: number; state: string; folds_hash: string | null }

/** `find` throws `LogBroken` for a fold that other deciders made: what they folded is in the archive's file. */
export function postgresFolds(pool: Pool): SavedFolds {
  return {
    async find(stream) {
      let row: Row | undefined
      try {
        const { rows } = await pool.query<Row>(
          'SELECT version::float8 AS version, state, folds_hash FROM orrery.folds WHERE stream = $1',
          [stream],
        )
        row = rows[0]
      } catch (error) {
        throw named(error)
      }
      if (!row) return undefined
      if (row.folds_hash !== foldsHash) {
        throw new LogBroken(
          `events of ${stream} are archived, and their fold was made by another version: restore the archive first (npx orrery world restore)`,
        )
      }
      return { stream, version: row.version, state: foldOf(row.state) }
    },
  }
}

/** Throws `StartRefused` where archived events were folded by other deciders than this version has. */
export async function assertFolds(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ streams: number }>(
    'SELECT count(*)::int AS streams FROM orrery.folds WHERE folds_hash IS DISTINCT FROM $1',
    [foldsHash],
  )
  const streams = rows[0]?.streams ?? 0
  if (streams === 0) return
  throw new StartRefused(
    `Part of the log is archived, and ${streams} of its streams were folded by a version that decides by other means than this one. Restore the archive first (npx orrery world restore); afterwards the log may be archived again.`,
  )
}
