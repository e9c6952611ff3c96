// The SQL of the log. Whole numbers travel as float8, exact up to 2^53: so no type parser is touched.

import type { QueryConfig } from 'pg'
import type { Plan } from './plan.ts'

type Statement = QueryConfig<unknown[]>

/**
 * Writes a plan, moves the head from `plan.from` to `plan.to` and gives one row; or writes nothing and gives none where
 * the head stands elsewhere or was moved by another than `writer`. It is all one statement, so alone it is one transaction.
 */
export function writePlan(plan: Plan, answeredAt: number, writer: string): Statement {
  const begun: string[] = []
  const begunAt: number[] = []
  const streams: string[] = []
  const versions: number[] = []
  const types: string[] = []
  const typeVersions: number[] = []
  const data: string[] = []
  const metadata: string[] = []
  for (const append of plan.appends) {
    let streamVersion = append.expectedVersion
    for (const events of append.events) {
      for (const event of events) {
        if (streamVersion === 0) {
          begun.push(append.stream)
          begunAt.push(plan.from + streams.length + 1)
        }
        streams.push(append.stream)
        versions.push(++streamVersion)
        types.push(event.type)
        typeVersions.push(event.version)
        data.push(event.data)
        metadata.push(event.metadata)
      }
    }
  }
  const accounts = plan.answers.map(({ account }) => account)
  const commandIds = plan.answers.map(({ commandId }) => commandId)
  const hashes = plan.answers.map(({ remembered }) => remembered.payloadHash)
  const answers = plan.answers.map(({ remembered }) => JSON.stringify(remembered.answer))
  const events = [streams, versions, types, typeVersions, data, metadata]
  const given = [accounts, commandIds, hashes, answers]
  // Taking arrays apart costs a quarter of what a single event takes to write, so that one comes without.
  const isSingle = streams.length === 1 && accounts.length === 1
  const columns: readonly unknown[][] = [...events, ...given]
  return {
    ...(isSingle ? writeSingle : writeMany),
    values: [
      plan.from,
      plan.to,
      ...(isSingle ? columns.map(([value]) => value) : columns),
      answeredAt,
      ...(isSingle ? [begun[0], begunAt[0]] : [begun, begunAt]),
      writer,
    ],
  }
}

/**
 * What both ways of writing share; `events`, `answers` and `begun` select from `moved`, so that they are empty where the head did
 * not move.
 */
const writing = (name: string, events: string, answers: string, begun: string) => ({
  name,
  text: `
    WITH moved AS (
      UPDATE orrery.head SET position = $2::bigint WHERE position = $1::bigint AND writer = $16::text
      RETURNING position
    ), written AS (
      INSERT INTO orrery.events (position, stream, stream_version, type, version, data, metadata) ${events}
    ), begun AS (
      INSERT INTO orrery.streams (stream, first) ${begun}
    ), answered AS (
      INSERT INTO orrery.answers (account, command_id, payload_hash, answer, answered_at) ${answers}
    )
    SELECT pg_notify('orrery_log', $16::text) FROM moved`,
})

const writeMany = writing(
  'orrery-write',
  `SELECT $1::bigint + e.place, e.stream, e.stream_version, e.type, e.version, e.data, e.metadata
   FROM unnest($3::text[], $4::bigint[], $5::text[], $6::integer[], $7::text[], $8::text[])
     WITH ORDINALITY AS e (stream, stream_version, type, version, data, metadata, place), moved`,
  `SELECT a.account, a.command_id, a.payload_hash, a.answer, $13::bigint
   FROM unnest($9::text[], $10::text[], $11::text[], $12::text[])
     AS a (account, command_id, payload_hash, answer), moved`,
  'SELECT s.stream, s.first FROM unnest($14::text[], $15::bigint[]) AS s (stream, first), moved',
)

const writeSingle = writing(
  'orrery-write-single',
  `SELECT $2::bigint, $3::text, $4::bigint, $5::text, $6::integer, $7::text, $8::text FROM moved`,
  `SELECT $9::text, $10::text, $11::text, $12::text, $13::bigint FROM moved`,
  'SELECT $14::text, $15::bigint FROM moved WHERE $14::text IS NOT NULL',
)

/** Positions of a partition: half a gigabyte or so. Migration 6 makes the first of them as large. */
export const PARTITION_EVENTS = 1 << 20

/** Sees to it that positions through this one have a partition; gives where the last one ends. */
export const makeRoom = (through: number, size: number): Statement => ({
  text: 'SELECT orrery.make_room($1::bigint, $2::bigint)::float8 AS ends',
  values: [through, size],
})

export const headPosition = 'SELECT position::float8 AS position FROM orrery.head'

/** Locks the head and makes `writer` the one whose groups it takes; gives where it stands. */
export const takeHead = (writer: string): Statement => ({
  text: 'UPDATE orrery.head SET writer = $1::text RETURNING position::float8 AS position',
  values: [writer],
})

export const versionsOf = (streams: readonly string[]): Statement => ({
  text: `
    SELECT s.stream, coalesce((
      SELECT e.stream_version FROM orrery.events e WHERE e.stream = s.stream COLLATE "C"
      ORDER BY e.stream_version DESC LIMIT 1), 0)::float8 AS version
    FROM unnest($1::text[]) AS s (stream)`,
  values: [streams],
})

export const answersTo = (
  commands: readonly { readonly account: string; readonly commandId: string }[],
): Statement => ({
  text: `
    SELECT account, command_id, payload_hash, answer, answered_at::float8 AS answered_at
    FROM orrery.answers JOIN unnest($1::text[], $2::text[]) AS c (account, command_id)
      USING (account, command_id)`,
  values: [commands.map(({ account }) => account), commands.map(({ commandId }) => commandId)],
})

export const forgetAnswers = (
  commands: readonly { readonly account: string; readonly commandId: string }[],
): Statement => ({
  text: `
    DELETE FROM orrery.answers a USING unnest($1::text[], $2::text[]) AS c (account, command_id)
    WHERE a.account = c.account COLLATE "C" AND a.command_id = c.command_id COLLATE "C"`,
  values: [commands.map(({ account }) => account), commands.map(({ commandId }) => commandId)],
})

/** Forgets at most `limit` answers given at or before `through`. */
export const pruneAnswers = (through: number, limit: number): Statement => ({
  text: `
    DELETE FROM orrery.answers WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM orrery.answers WHERE answered_at <= $1::bigint ORDER BY answered_at LIMIT $2))`,
  values: [through, limit],
})

const columns = `position::float8, stream, stream_version::float8, type, version, data, metadata`

export const readAllPage = (after: number, limit: number): Statement & { rowMode: 'array' } => ({
  name: 'orrery-read-all',
  text: `SELECT ${columns} FROM orrery.events WHERE position > $1::bigint ORDER BY events.position LIMIT $2`,
  values: [after, limit],
  rowMode: 'array',
})

export const readStreamPage = (
  stream: string,
  after: number,
  limit: number,
): Statement & { rowMode: 'array' } => ({
  name: 'orrery-read-stream',
  // Bounded by versions too: whatever the planner thinks of a stream's length, no page costs more than itself.
  text: `
    SELECT ${columns} FROM orrery.events WHERE stream = $1 AND stream_version > $2::bigint
      AND stream_version < $3::integer + (
        SELECT min(f.stream_version) FROM orrery.events f WHERE f.stream = $1 AND f.stream_version > $2::bigint)
    ORDER BY events.stream_version LIMIT $3::integer`,
  values: [stream, after, limit],
  rowMode: 'array',
})
