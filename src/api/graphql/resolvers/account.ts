// Accounts: joining, and the account of the token.

import type { Session } from '../../../domain/ports/personalData.ts'
import { sendCommand } from '../../command.ts'
import { logOut } from '../../logOut.ts'
import { Problem, tooMany, unauthenticated } from '../../problem.ts'
import { command, invalid, refused } from '../answers.ts'
import type { Context } from '../context.ts'
import type { MutationJoinPlayerArgs } from '../schema.generated.ts'

async function joinPlayer(
  _root: unknown,
  { name, commandId }: MutationJoinPlayerArgs,
  context: Context,
) {
  const { doors, address, correlationId, commands } = context
  const wait = doors.joins.take(address)
  if (wait > 0) throw tooMany('too many joins from your address', wait)
  const result = await sendCommand(doors, {
    account: undefined,
    type: 'JoinPlayer',
    input: { name },
    correlationId,
    ...(typeof commandId === 'string' ? { commandId } : {}),
  })
  if ('status' in result) return invalid(context, result.faults)
  commands.decided += 1
  if (result.answer.status === 'refused') return refused(result.commandId, result.answer)
  if (!result.joined) {
    throw new Problem(409, 'joined-before', 'this commandId has joined already: join anew')
  }
  return { __typename: 'Joined', commandId: result.commandId, ...result.joined }
}

async function logOutOf(_root: unknown, _arguments: unknown, context: Context) {
  const { doors, session, commands } = context
  if (!session) throw unauthenticated('this ends the session of a token: Authorization: Bearer …')
  commands.decided += 1
  await logOut(doors, session)
  return true
}

export const account = {
  Query: {
    me: (_root: unknown, _arguments: unknown, { session }: Context) => session ?? null,
  },
  Mutation: {
    joinPlayer,
    logOut: logOutOf,
    renamePlayer: command('RenamePlayer'),
    eraseAccount: command('EraseAccount'),
  },
  Me: {
    name: async ({ account }: Session, _arguments: unknown, { doors }: Context) =>
      (await doors.personalData.names([account])).get(account) ?? null,
  },
}
