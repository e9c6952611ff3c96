// Personal data in PostgreSQL, beside the log and backed up with it, but erasable.

import type { Pool } from 'pg'
import type { PersonalData } from '../../domain/ports/personalData.ts'
import { type PersonalBounds, parseCursor } from '../personal.ts'
import { postgresChat } from './chat.ts'
import { querying } from './query.ts'
import { postgresRefusals } from './refusals.ts'
import { postgresSessions } from './sessions.ts'

export function postgresPersonalData(pool: Pool, bounds: PersonalBounds = {}): PersonalData {
  const query = querying(pool)
  const sessions = postgresSessions(pool, query)

  return {
    async keepName(account, nameId, name) {
      await query(
        `INSERT INTO orrery.names (account, name_id, name) VALUES ($1, $2, $3) ON CONFLICT (name_id) DO NOTHING`,
        [account, nameId, name],
      )
    },
    async names(accounts) {
      const rows = await query<{ account: string; name: string }>(
        `SELECT DISTINCT ON (account) account, name FROM orrery.names
         WHERE account = ANY ($1::text[]) ORDER BY account, kept DESC`,
        [accounts],
      )
      return new Map(rows.map(({ account, name }) => [account, name]))
    },
    ...sessions,
    ...postgresChat(query, bounds),
    ...postgresRefusals(query),
    async erase(account) {
      // A statement of its own: what is kept for somebody with a session was committed before this one, or is not kept.
      await sessions.closeSessions(account)
      await query(
        `WITH names AS (DELETE FROM orrery.names WHERE account = $1),
              chat AS (DELETE FROM orrery.chat WHERE account = $1),
              refused AS (DELETE FROM orrery.refusals WHERE account = $1)
         DELETE FROM orrery.refusal_heads WHERE account = $1`,
        [account],
      )
    },
    async acknowledge(mailbox, cursor) {
      const { tick, index } = parseCursor(cursor)
      await query(
        // The session is locked: one that is being closed is waited for and then gone, so nothing is kept behind an erasure.
        `WITH able AS (
           SELECT FROM orrery.sessions WHERE mailbox = split_part($1, ':', 1) FOR KEY SHARE)
         INSERT INTO orrery.acknowledgements AS a (mailbox, tick, index)
         SELECT $1, $2::bigint, $3::bigint FROM able
         ON CONFLICT (mailbox) DO UPDATE SET tick = excluded.tick, index = excluded.index
         WHERE (excluded.tick, excluded.index) > (a.tick, a.index)`,
        [mailbox, tick, index],
      )
    },
    async acknowledged(mailbox) {
      const [row] = await query<{ cursor: string }>(
        `SELECT tick || '.' || index AS cursor FROM orrery.acknowledgements WHERE mailbox = $1`,
        [mailbox],
      )
      return row?.cursor
    },
  }
}
