// POST /players: joining. An account, a token that is shown once, and a mailbox. DELETE /sessions/current: logging out.

import type { Express } from 'express'
import { sendCommand } from '../command.ts'
import { correlationOf } from '../correlation.ts'
import type { Doors } from '../doors.ts'
import { logOut } from '../logOut.ts'
import { badInput, Problem, tooMany, unauthenticated } from '../problem.ts'
import { route } from '../routes.ts'

export function playerRoutes(app: Express, doors: Doors): void {
  route(app, '/sessions/current', {
    delete: async (request, response) => {
      const address = doors.addresses.of(request)
      const session = await doors.sessions.byHeader(request.headers.authorization, address)
      if (!session) {
        throw unauthenticated('this ends the session of a token: Authorization: Bearer …')
      }
      await logOut(doors, session)
      response.status(204).end()
    },
  })
  route(app, '/me', {
    get: async (request, response) => {
      const session = await doors.sessions.byHeader(
        request.headers.authorization,
        doors.addresses.of(request),
      )
      if (!session) throw unauthenticated('this tells of the account of a token')
      const { account, mailbox } = session
      const names = await doors.personalData.names([account])
      response.json({ account, name: names.get(account) ?? null, mailbox })
    },
  })
  route(app, '/players', {
    post: async (request, response) => {
      const { body } = request as { body: unknown }
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw badInput({ field: 'body', detail: 'takes an object with a "name"' })
      }
      const { commandId, ...input } = body as Record<string, unknown>
      if (commandId !== undefined && typeof commandId !== 'string') {
        throw badInput({ field: 'commandId', detail: 'takes text' })
      }
      const wait = doors.joins.take(doors.addresses.of(request))
      if (wait > 0) throw tooMany('too many joins from your address', wait)
      const result = await sendCommand(doors, {
        account: undefined,
        type: 'JoinPlayer',
        input,
        ...correlationOf(request),
        ...(commandId === undefined ? {} : { commandId }),
      })
      if ('status' in result) throw badInput(...result.faults)
      const { answer, joined, commandId: id } = result
      if (answer.status === 'refused') {
        const { refused, detail } = answer
        throw new Problem(409, 'refused', detail, { refused, commandId: id })
      }
      if (!joined) {
        // A retry: the account exists, and its token was shown with the first answer and never again.
        throw new Problem(409, 'joined-before', 'this commandId has joined already: join anew', {
          commandId: id,
        })
      }
      const { account, token, mailbox } = joined
      response
        .status(201)
        .set('Cache-Control', 'no-store')
        .json({
          commandId: id,
          account,
          token,
          mailbox,
          messages: `/mailbox/${mailbox}/messages`,
          actions: `/mailbox/${mailbox}/actions`,
          poll: `/poll/${mailbox}`,
        })
    },
  })
}
