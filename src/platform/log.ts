// Where a running server says what it does: friendly lines for people, or JSON lines for whoever collects logs.

import { pino } from 'pino'
import type { Say } from './startRefused.ts'

export type Log = {
  /** What a person wants to read. */
  readonly say: Say
  /** What happened, in fields; told in JSON alone, where it can be searched. */
  readonly note: (fields: Readonly<Record<string, unknown>>) => void
}

/** JSON lines (time in ms, level, message and fields) on the standard output, or to `write`. */
export function jsonLog(write?: (line: string) => void): Log {
  const log = write
    ? pino({ base: null }, { write })
    : pino({ base: null }, pino.destination({ sync: true }))
  return { say: (line) => log.info(line), note: (fields) => log.info(fields) }
}
