// Where a running server says what it does: friendly lines for people, or JSON lines for whoever collects logs.

import { pino } from 'pino'
import type { Say } from './startRefused.ts'

export type Log = {
  /** What a person wants to read. */
  readonly say: Say
  /** What happened, in fields; told in JSON alone, where it can be searched. */
  readonly note: (fields: Readonly<Record<string, unknown>>) => void
  /** The same of what happens all the time: at the level `debug`. */
  readonly trace: (fields: Readonly<Record<string, unknown>>) => void
}

export type LogLevel = 'info' | 'debug'

/** JSON lines (time in ms, level, message and fields) on the standard output, or to `write`. */
export function jsonLog(level: LogLevel = 'info', write?: (line: string) => void): Log {
  const options = { base: null, level }
  const log = write ? pino(options, { write }) : pino(options, pino.destination({ sync: true }))
  return {
    say: (line) => log.info(line),
    note: (fields) => log.info(fields),
    trace: (fields) => log.debug(fields),
  }
}
