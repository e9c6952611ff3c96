import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/domain/ports/eventStore.ts'
import { isStoreFault, isUniqueViolation, named } from '../../../src/platform/postgres/failures.ts'

const fromServer = (code: string) => {
  const error = new pg.DatabaseError(`error ${code}`, 0, 'error')
  error.code = code
  error.severity = 'ERROR'
  return error
}
const fromSocket = (code: string) => Object.assign(new Error(code), { code })

describe('an error of PostgreSQL', () => {
  it.each(['08006', '25P03', '40001', '53100', '55P03', '57P01', '58030', 'XX000'])(
    'with state %s is the fault of the store',
    (code) => {
      expect(isStoreFault(fromServer(code))).toBe(true)
      expect(named(fromServer(code))).toBeInstanceOf(StoreUnavailable)
    },
  )

  // EPIPE looks like a SQLSTATE.
  it.each(['EPIPE', 'ECONNRESET', 'ENOENT'])('of the way to it (%s) is, too', (code) => {
    expect(isStoreFault(fromSocket(code))).toBe(true)
    expect(named(fromSocket(code))).toBeInstanceOf(StoreUnavailable)
  })

  it.each(['22021', '23514', '42P01'])('with state %s is not', (code) => {
    const error = fromServer(code)
    expect(isStoreFault(error)).toBe(false)
    expect(named(error)).toBe(error)
  })

  it('tells a violated key from others', () => {
    expect(isUniqueViolation(fromServer('23505'))).toBe(true)
    expect(isUniqueViolation(fromServer('23514'))).toBe(false)
  })

  it('keeps what was named already', () => {
    const error = new StoreUnavailable('away')
    expect(named(error)).toBe(error)
  })
})
