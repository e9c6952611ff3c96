// Refused orders in PostgreSQL, for the mailboxes: the newest of each account.

import type { PersonalData, RefusedOrder } from '../../domain/ports/personalData.ts'
import { refusalsKept } from '../personal.ts'
import { isUniqueViolation } from './failures.ts'
import type { Query } from './query.ts'

/**
 * The accounts' rows are locked while their numbers are taken, so numbers are seen in their order. An order that another process keeps
 * at the same moment breaks the index, and the whole statement fails: a number that was taken for nothing would be a hole.
 * The sessions are locked first: one that is being closed is waited for and then gone, so nothing is kept behind an erasure.
 */
const keepRefusals = `
  WITH able AS (
    SELECT account FROM orrery.sessions WHERE account = ANY ($1::text[]) FOR KEY SHARE),
  fresh AS (
    SELECT g.*, row_number() OVER (PARTITION BY account ORDER BY place) AS nth
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      WITH ORDINALITY AS g (account, command_id, refused, told, place)
    WHERE account IN (SELECT account FROM able) AND NOT EXISTS (
      SELECT FROM orrery.refusals r
      WHERE r.account = g.account AND r.command_id = g.command_id AND r.refused = g.refused)),
  counts AS (SELECT account, count(*) AS count FROM fresh GROUP BY account),
  heads AS (
    INSERT INTO orrery.refusal_heads AS h (account, number)
    SELECT account, count FROM counts ORDER BY account
    ON CONFLICT (account) DO UPDATE SET number = h.number + excluded.number
    RETURNING account, number),
  cut AS (
    DELETE FROM orrery.refusals r USING heads h
    WHERE r.account = h.account AND r.number <= h.number - $5)
  INSERT INTO orrery.refusals (account, number, command_id, refused, told)
  SELECT account, h.number - c.count + nth, command_id, refused, told
  FROM fresh JOIN counts c USING (account) JOIN heads h USING (account)
  WHERE c.count - nth < $5`

const TRIES = 5

export function postgresRefusals(
  query: Query,
): Pick<PersonalData, 'keepRefusals' | 'refusalsAfter' | 'refusalHead'> {
  return {
    async keepRefusals(orders) {
      const each = new Map(
        orders.map(([account, order]) => [
          JSON.stringify([account, order.commandId, order.refused]),
          { account, ...order, told: JSON.stringify(order) },
        ]),
      )
      const all = [...each.values()]
      const columns = [
        all.map(({ account }) => account),
        all.map(({ commandId }) => commandId),
        all.map(({ refused }) => refused),
        all.map(({ told }) => told),
        refusalsKept,
      ]
      for (let tried = 1; ; tried++) {
        try {
          await query(keepRefusals, columns)
          return
        } catch (error) {
          // What another process has kept meanwhile is seen now.
          if (!isUniqueViolation(error) || tried === TRIES) throw error
        }
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
