// Personal data in PostgreSQL, beside the log and backed up with it, but erasable.

import type { Pool } from 'pg'
import type { ChatMessage, PersonalData, Session } from '../../domain/ports/personalData.ts'
import { chatKept, parseCursor } from '../personal.ts'
import { named } from './failures.ts'

/** The world of each hundredth line is cut to its newest lines: seldom enough to cost nothing. */
const cutChatEvery = 100

/** Of the sessions in `closed`. */
const deleteAcknowledgements = `
  DELETE FROM orrery.acknowledgements USING closed
  WHERE acknowledgements.mailbox = closed.mailbox
     OR starts_with(acknowledgements.mailbox, closed.mailbox || ':')`

const newestChat = 'SELECT id::float8 AS id FROM orrery.chat_head'

export function postgresPersonalData(pool: Pool): PersonalData {
  const query = async <Row extends object>(text: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await pool.query<Row>(text, values)).rows
    } catch (error) {
      throw named(error)
    }
  }
  const sessionWhere = async (column: 'token_hash' | 'mailbox', value: string) => {
    const [session] = await query<Session>(
      `SELECT account, token_hash AS "tokenHash", mailbox FROM orrery.sessions WHERE ${column} = $1`,
      [value],
    )
    return session
  }

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

    async keepChat({ commandId, world, account, text, at }) {
      const [kept] = await query<{ id: number }>(
        `WITH next AS (UPDATE orrery.chat_head SET id = id + 1 RETURNING id)
         INSERT INTO orrery.chat (id, world, account, command_id, text, at)
         SELECT id, $1, $2, $3, $4, $5 FROM next
         ON CONFLICT (account, command_id) DO NOTHING RETURNING id::float8 AS id`,
        [world, account, commandId, text, at],
      )
      if (!kept) return undefined
      if (kept.id % cutChatEvery === 0) await cutChat(query, world)
      return { id: kept.id, world, account, text, at }
    },
    chatAfter: (world, afterId, limit) =>
      query<ChatMessage>(
        `SELECT id::float8 AS id, world, account, text, at FROM orrery.chat
         WHERE world = $1 AND id > $2::bigint ORDER BY chat.id LIMIT $3`,
        [world, afterId, limit],
      ),
    chatHead: async () => (await query<{ id: number }>(newestChat, []))[0]?.id ?? 0,
    async erase(account) {
      await query(
        `WITH names AS (DELETE FROM orrery.names WHERE account = $1),
              chat AS (DELETE FROM orrery.chat WHERE account = $1),
              closed AS (DELETE FROM orrery.sessions WHERE account = $1 RETURNING mailbox)
         ${deleteAcknowledgements}`,
        [account],
      )
    },
    async acknowledge(mailbox, cursor) {
      const { tick, index } = parseCursor(cursor)
      await query(
        `INSERT INTO orrery.acknowledgements AS a (mailbox, tick, index) VALUES ($1, $2, $3)
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

async function cutChat(
  query: (text: string, values: unknown[]) => Promise<object[]>,
  world: string,
) {
  await query(
    `DELETE FROM orrery.chat WHERE world = $1 AND id <= (
       SELECT id FROM orrery.chat WHERE world = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)`,
    [world, chatKept],
  )
}
