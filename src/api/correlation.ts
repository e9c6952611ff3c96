// One id from a request to its events: the client's own, or one made here. It comes back in the answer's header, is in every
// log line of the request, and in the metadata of every event that the request brought about.

import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { isCommandId } from '../commands/fields.ts'
import type { Doors } from './doors.ts'

const HEADER = 'correlation-id'

/** Gives every request its id. One that is no id is replaced and not refused: it decides nothing. */
export const correlated =
  ({ chance }: Pick<Doors, 'chance'>): RequestHandler =>
  ({ headers }, response, next) => {
    const given = headers[HEADER]
    const id = isCommandId(given) ? given : chance.uuid()
    headers[HEADER] = id
    response.set('Correlation-Id', id)
    next()
  }

/** The id of a request that `correlated` has seen. */
export const correlationOf = ({ headers }: IncomingMessage): { correlationId?: string } =>
  typeof headers[HEADER] === 'string' ? { correlationId: headers[HEADER] } : {}
