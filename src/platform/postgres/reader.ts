// Reads the log: pages by position or by stream, and remembered answers.

import type { Pool, QueryArrayConfig, QueryConfig } from 'pg'
import { type EventStore, LogBroken, type RecordedEvent } from '../../domain/ports/eventStore.ts'
import type { Clock } from '../../domain/ports/time.ts'
import { answersKeptMs } from '../answers.ts'
import { assertStreamPage, contiguity } from '../follow.ts'
import { named } from './failures.ts'
import { answersTo, headPosition, readAllPage, readStreamPage } from './statements.ts'

type Row = readonly [number, string, number, string, number, string, string]

export type LogReader = Pick<EventStore, 'answer' | 'readStream' | 'readAll' | 'head'>

export function logReader(pool: Pool, clock: Pick<Clock, 'now'>): LogReader {
  const asked = async <Result>(query: Promise<Result>): Promise<Result> => {
    try {
      return await query
    } catch (error) {
      throw named(error)
    }
  }
  const rows = async <Of extends object>(statement: string | QueryConfig<unknown[]>) =>
    (await asked(pool.query<Of>(statement))).rows
  const page = async (statement: QueryArrayConfig<unknown[]>) =>
    (await asked(pool.query<Row>(statement))).rows.map(recorded)

  /** Who meets a hole where an archive was taken is told so. */
  const checked = async <Result>(check: () => Result): Promise<Result> => {
    try {
      return check()
    } catch (error) {
      const [archived] = await rows<{ last: number | null }>(
        'SELECT max(last)::float8 AS last FROM orrery.archives',
      )
      if (!(error instanceof LogBroken) || !archived?.last) throw error
      throw new LogBroken(
        `${error.message}: the log through position ${archived.last} is archived, and has to be read (npm run world -- restore)`,
      )
    }
  }

  return {
    async answer(account, commandId) {
      const [row] = await rows<{ payload_hash: string; answer: string; answered_at: number }>(
        answersTo([{ account, commandId }]),
      )
      if (!row || row.answered_at <= clock.now() - answersKeptMs) return undefined
      return { payloadHash: row.payload_hash, answer: JSON.parse(row.answer) }
    },
    async readStream(stream, after, limit) {
      const events = await page(readStreamPage(stream, after, limit))
      await checked(() => assertStreamPage(stream, after, events))
      return events
    },
    async readAll(after, limit) {
      const events = await page(readAllPage(after, limit))
      await checked(() => contiguity(after, true)(events))
      return events
    },
    async head() {
      const [row] = await rows<{ position: number }>(headPosition)
      return row?.position ?? 0
    },
  }
}

export function recorded(row: Row): RecordedEvent {
  const [position, stream, streamVersion, type, version, data, metadata] = row
  const parsed = { type, version, data: JSON.parse(data), metadata: JSON.parse(metadata) }
  return { ...parsed, position, stream, streamVersion } as RecordedEvent
}
