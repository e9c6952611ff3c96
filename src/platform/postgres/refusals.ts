// Refused orders in PostgreSQL, for the mailboxes: the newest of each account.

import type { PersonalData, RefusedOrder } from '../../domain/ports/personalData.ts'
import { refusalsKept } from '../personal.ts'
import { isUniqueViolation } from './failures.ts'
import type { Query } from './query.ts'

/**
 * The account's row is locked while its number is taken, so numbers are seen in their order. The same order twice at once breaks
 * the index, and the whole statement fails: a number that was taken for nothing would be a hole.
 */
const keepRefusal = `
  WITH head AS (
    INSERT INTO orrery.refusal_heads AS h (account, number)
    SELECT $1, 1 WHERE NOT EXISTS (
      SELECT FROM orrery.refusals WHERE account = $1 AND command_id = $2 AND refused = $3)
    ON CONFLICT (account) DO UPDATE SET number = h.number + 1 RETURNING number),
  cut AS (
    DELETE FROM orrery.refusals USING head
    WHERE account = $1 AND refusals.number <= head.number - $5)
  INSERT INTO orrery.refusals (account, number, command_id, refused, told)
  SELECT $1, number, $2, $3, $4 FROM head`

export function postgresRefusals(
  query: Query,
): Pick<PersonalData, 'keepRefusal' | 'refusalsAfter' | 'refusalHead'> {
  return {
    async keepRefusal(account, order) {
      const { commandId, refused } = order
      const values = [account, commandId, refused, JSON.stringify(order), refusalsKept]
      try {
        await query(keepRefusal, values)
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
      }
    },
    async refusalsAfter(account, number, limit) {
      const rows = await query<{ number: number; told: string }>(
        `SELECT number::float8 AS number, told FROM orrery.refusals
         WHERE account = $1 AND number > $2::bigint ORDER BY refusals.number LIMIT $3`,
        [account, number, limit],
      )
      return rows.map((row) => ({ ...(JSON.parse(row.told) as RefusedOrder), number: row.number }))
    },
    async refusalHead(account) {
      const [row] = await query<{ number: number }>(
        'SELECT number::float8 AS number FROM orrery.refusal_heads WHERE account = $1',
        [account],
      )
      return row?.number ?? 0
    },
  }
}
