// What an error of EventStoreDB's client means for whoever asked.

import { type CommandError, ErrorType, isCommandError } from '@eventstore/db-client'
import { LogBroken, StoreUnavailable } from '../../domain/ports/eventStore.ts'

/** The server read it and cannot hold it: the same append will not succeed later. */
const refusals: readonly ErrorType[] = [
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.INVALID_ARGUMENT,
]

const told = (error: unknown): CommandError | undefined =>
  error instanceof Error && isCommandError(error) ? error : undefined

export const isNoStream = (error: unknown): boolean =>
  told(error)?.type === ErrorType.STREAM_NOT_FOUND

/** The version that a stream has instead of the expected one; undefined for any other error. */
export function actualVersion(error: unknown): number | undefined {
  const wrong = told(error)
  if (wrong?.type !== ErrorType.WRONG_EXPECTED_VERSION) return undefined
  const revision = wrong.actualVersion
  return typeof revision === 'bigint' ? Number(revision) + 1 : 0
}

/** `error` as the port names it. */
export function named(error: unknown): unknown {
  if (error instanceof StoreUnavailable || error instanceof LogBroken) return error
  if (error instanceof TypeError) return error
  const type = told(error)?.type
  if (type !== undefined && refusals.includes(type)) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new StoreUnavailable(`EventStoreDB: ${detail}`, { cause: error })
}
