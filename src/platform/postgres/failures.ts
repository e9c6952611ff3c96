// What an error of PostgreSQL or of the way to it means for whoever asked.

import { StoreUnavailable } from '../../domain/ports/eventStore.ts'

/**
 * The SQLSTATE of an error that the server sent: only those have a severity. (Errors of the way to it have a `code`
 * too, EPIPE is one; and Neon's driver has a class of its own for what the server sends.)
 */
const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

export const isUniqueViolation = (error: unknown) => sqlState(error) === '23505'

/**
 * True where the fault lies with the server, its disk or the way to it, so that the same command may succeed later:
 * no answer at all, connection (08), authorization after a restart (28), transaction state (25), rollback (40), resources (53),
 * object state (55), operator (57), system (58), internal (XX).
 */
export function isStoreFault(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined
    ? !(error instanceof TypeError)
    : /^(08|25|28|40|53|55|57|58|XX)/.test(state)
}

/** `error` as the port names it; errors that are not the store's fault stay what they are. */
export function named(error: unknown): unknown {
  if (error instanceof StoreUnavailable || !isStoreFault(error)) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new StoreUnavailable(`PostgreSQL: ${detail}`, { cause: error })
}
