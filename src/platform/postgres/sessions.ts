// Sessions in PostgreSQL: whose a token and a mailbox are, and how they end.

import type { PersonalData, Session } from '../../domain/ports/personalData.ts'
import type { Query } from './query.ts'

type Sessions = Pick<
  PersonalData,
  'openSession' | 'sessionByToken' | 'sessionByMailbox' | 'closeSession' | 'closeSessions' | 'find'
>

/** Of the sessions in `closed`. */
const deleteAcknowledgements = `
  DELETE FROM orrery.acknowledgements USING closed
  WHERE acknowledgements.mailbox = closed.mailbox
     OR starts_with(acknowledgements.mailbox, closed.mailbox || ':')`

export function postgresSessions(query: Query): Sessions {
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
      await query(
        `WITH closed AS (DELETE FROM orrery.sessions WHERE token_hash = $1 RETURNING mailbox)
         ${deleteAcknowledgements}`,
        [tokenHash],
      )
    },
    sessionByMailbox: (mailbox) => sessionWhere('mailbox', mailbox),
    async closeSessions(account) {
      const [ended] = await query<{ count: number }>(
        `WITH closed AS (DELETE FROM orrery.sessions WHERE account = $1 RETURNING mailbox),
              acknowledged AS (${deleteAcknowledgements})
         SELECT count(*)::int AS count FROM closed`,
        [account],
      )
      return ended?.count ?? 0
    },
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
