// Sessions in PostgreSQL: whose a token and a mailbox are, and how they end.

import type { Pool } from 'pg'
import type { PersonalData, Session } from '../../domain/ports/personalData.ts'
import type { Query } from './query.ts'
import { inTransaction } from './transaction.ts'

type Sessions = Pick<
  PersonalData,
  'openSession' | 'sessionByToken' | 'sessionByMailbox' | 'closeSession' | 'closeSessions' | 'find'
>

/** Of mailboxes and of their feeds, which are `{mailbox}:{feed}`: `;` is what comes after `:`. */
const deleteAcknowledgements = `
  DELETE FROM orrery.acknowledgements a USING unnest($1::text[]) AS closed (mailbox)
  WHERE a.mailbox = closed.mailbox COLLATE "C"
     OR (a.mailbox >= closed.mailbox || ':' COLLATE "C" AND a.mailbox < closed.mailbox || ';' COLLATE "C")`

export function postgresSessions(pool: Pool, query: Query): Sessions {
  /**
   * The acknowledgements by a statement of their own: one that was written beside this waits for the session's end, or its end for it,
   * and is seen only by what begins after that.
   */
  const close = (column: 'token_hash' | 'account', value: string) =>
    inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ mailbox: string }>(
        `DELETE FROM orrery.sessions WHERE ${column} = $1 RETURNING mailbox`,
        [value],
      )
      await client.query(deleteAcknowledgements, [rows.map(({ mailbox }) => mailbox)])
      return rows.length
    })

  const sessionWhere = async (column: 'token_hash' | 'mailbox', value: string) => {
    const [session] = await query<Session>(
      `SELECT account, token_hash AS "tokenHash", mailbox FROM orrery.sessions WHERE ${column} = $1`,
      [value],
    )
    return session
  }

  return {
    async openSession({ account, tokenHash, mailbox }) {
      await query(
        `INSERT INTO orrery.sessions (account, token_hash, mailbox) VALUES ($1, $2, $3)`,
        [account, tokenHash, mailbox],
      )
    },
    sessionByToken: (tokenHash) => sessionWhere('token_hash', tokenHash),
    async closeSession(tokenHash) {
      await close('token_hash', tokenHash)
    },
    sessionByMailbox: (mailbox) => sessionWhere('mailbox', mailbox),
    closeSessions: (account) => close('account', account),
    async find(nameOrId, limit) {
      const found = await query<{ account: string; name: string | null; sessions: number }>(
        `WITH asked AS (SELECT account FROM orrery.names WHERE name = $1 OR account = $1
                        UNION SELECT account FROM orrery.sessions WHERE account = $1),
              newest AS (SELECT DISTINCT ON (account) account, name FROM orrery.names
                         WHERE account IN (SELECT account FROM asked) ORDER BY account, kept DESC)
         SELECT account, name, (SELECT count(*)::int FROM orrery.sessions
                                WHERE sessions.account = asked.account) AS sessions
         FROM asked LEFT JOIN newest USING (account)
         WHERE account = $1 OR name = $1 ORDER BY account LIMIT $2`,
        [nameOrId, limit],
      )
      return found.map(({ name, ...account }) => ({ ...account, name: name ?? undefined }))
    },
  }
}
