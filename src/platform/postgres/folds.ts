// Folds that stand for archived events, in PostgreSQL.

import type { Pool } from 'pg'
import type { SavedFolds } from '../../domain/ports/folds.ts'
import { foldOf } from '../foldText.ts'
import { named } from './failures.ts'

export function postgresFolds(pool: Pool): SavedFolds {
  return {
    async find(stream) {
      try {
        const { rows } = await pool.query<{ version: number; state: string }>(
          'SELECT version::float8 AS version, state FROM orrery.folds WHERE stream = $1',
          [stream],
        )
        const [row] = rows
        return row && { stream, version: row.version, state: foldOf(row.state) }
      } catch (error) {
        throw named(error)
      }
    },
  }
}
