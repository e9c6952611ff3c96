// A mutation is a command: named, handed over, and its answer turned into the union of the schema.

import type { Submitted } from '../../commands/submit.ts'
import type { CommandName } from '../../domain/commands.ts'
import type { Answer } from '../../domain/ports/eventStore.ts'
import { attend, sendCommand } from '../command.ts'
import type { Fault } from '../problem.ts'
import { accountOf, type Context } from './context.ts'

type Arguments = Readonly<Record<string, unknown>>
type Accepted = Answer & { status: 'accepted' }
type Accept = (submitted: Submitted, answer: Accepted) => Record<string, unknown>

const accepted: Accept = ({ commandId }, { position, events }) => ({
  __typename: 'Accepted',
  commandId,
  position,
  events,
})

/** A resolver that sends the command for the token's account; `accept` shapes an accepted answer. */
export const command =
  (type: CommandName, accept: Accept = accepted) =>
  async (_root: unknown, given: Arguments, context: Context) => {
    const account = accountOf(context)
    const { world, commandId, input } = split(given)
    const result = await sendCommand(context.doors, {
      account,
      type,
      input,
      correlationId: context.correlationId,
      ...world,
      ...commandId,
    })
    if ('status' in result) return invalid(context, result.faults)
    if (context.session) attend(context.doors, context.session, world.world)
    context.commands.decided += 1
    return answer(result, accept)
  }

export function invalid({ commands }: Context, faults: readonly Fault[]) {
  commands.invalid += 1
  return { __typename: 'Invalid', faults }
}

export const refused = (
  commandId: string,
  { refused, detail, cells }: Answer & { status: 'refused' },
) => ({
  __typename: 'Refused',
  commandId,
  refused,
  detail,
  cells: cells ?? [],
})

function answer(submitted: Submitted, accept: Accept): Record<string, unknown> {
  const { answer, commandId } = submitted
  if (answer.status === 'refused') return refused(commandId, answer)
  if (answer.status === 'unchanged') return { __typename: 'Unchanged', commandId }
  return accept(submitted, answer)
}

/** An argument given as null counts as not given: the schemas of the commands know no null. */
function split(given: Arguments) {
  const entries = Object.entries(given).filter(([, value]) => value !== null)
  const { world, commandId, ...input } = Object.fromEntries(entries)
  return {
    world: typeof world === 'string' ? { world } : {},
    commandId: typeof commandId === 'string' ? { commandId } : {},
    input,
  }
}
