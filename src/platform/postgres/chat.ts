// The lines of each world's chat in PostgreSQL: the newest are kept.

import type { ChatMessage, PersonalData } from '../../domain/ports/personalData.ts'
import { chatKept, type PersonalBounds } from '../personal.ts'
import type { Query } from './query.ts'

/** The world of each hundredth line is cut to its newest lines: seldom enough to cost nothing. */
const cutChatEvery = 100

const newestChat = 'SELECT id::float8 AS id FROM orrery.chat_head'

export function postgresChat(
  query: Query,
  bounds: PersonalBounds,
): Pick<PersonalData, 'keepChat' | 'chatAfter' | 'chatHead' | 'chatCut'> {
  return {
    async keepChat({ commandId, world, account, text, at }) {
      const [kept] = await query<{ id: number }>(
        `WITH next AS (UPDATE orrery.chat_head SET id = id + 1 RETURNING id)
         INSERT INTO orrery.chat (id, world, account, command_id, text, at)
         SELECT id, $1, $2, $3, $4, $5 FROM next
         ON CONFLICT (account, command_id) DO NOTHING RETURNING id::float8 AS id`,
        [world, account, commandId, text, at],
      )
      if (!kept) return undefined
      if (kept.id % cutChatEvery === 0) await cutChat(query, world, bounds.chatKept ?? chatKept)
      return { id: kept.id, world, account, text, at }
    },
    chatAfter: (world, afterId, limit) =>
      query<ChatMessage>(
        `SELECT id::float8 AS id, world, account, text, at FROM orrery.chat
         WHERE world = $1 AND id > $2::bigint ORDER BY chat.id LIMIT $3`,
        [world, afterId, limit],
      ),
    chatHead: async () => (await query<{ id: number }>(newestChat, []))[0]?.id ?? 0,
    async chatCut(world) {
      const [row] = await query<{ id: number }>(
        'SELECT id::float8 AS id FROM orrery.chat_cuts WHERE world = $1',
        [world],
      )
      return row?.id ?? 0
    },
  }
}

async function cutChat(query: Query, world: string, kept: number) {
  await query(
    `WITH cut AS (
       DELETE FROM orrery.chat WHERE world = $1 AND id <= (
         SELECT id FROM orrery.chat WHERE world = $1 ORDER BY id DESC OFFSET $2 LIMIT 1)
       RETURNING id)
     INSERT INTO orrery.chat_cuts AS c (world, id)
     SELECT $1, max(id) FROM cut HAVING count(*) > 0
     ON CONFLICT (world) DO UPDATE SET id = greatest(c.id, excluded.id)`,
    [world, kept],
  )
}
