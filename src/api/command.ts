// Every transport's way to the command handler: name the command, hand it over, count the answer.

import type { Submission, Submit, Submitted } from '../commands/submit.ts'
import { isCommandName } from '../commands/table.ts'
import type { AccountId } from '../domain/events.ts'
import { StoreUnavailable } from '../domain/ports/eventStore.ts'
import type { Session } from '../domain/ports/personalData.ts'
import type { Doors } from './doors.ts'
import { type Fault, tooMany, unavailable } from './problem.ts'

type Sender = Pick<
  Doors,
  | 'submit'
  | 'chance'
  | 'clock'
  | 'note'
  | 'commands'
  | 'metrics'
  | 'sessions'
  | 'refusals'
  | 'personalData'
  | 'tracer'
>

/**
 * Submits one command. A commandId is made here when the client gave none, so that even a failure can name it.
 * Throws a 503 `Problem` when the event store cannot answer, and a 429 for a player who sends too many.
 */
export async function sendCommand(
  doors: Sender,
  submission: Submission,
): Promise<Awaited<ReturnType<Submit>>> {
  const commandId = submission.commandId ?? doors.chance.uuid()
  if (submission.account !== undefined) {
    const wait = doors.commands.take(submission.account)
    if (wait > 0) throw tooMany('too many commands from you', wait, { commandId })
  }
  const began = doors.clock.monotonic()
  const traced = tracedCommand(doors, submission, commandId)
  const result = await doors.submit({ ...submission, commandId }).catch((error: unknown) => {
    traced?.('unavailable')
    doors.metrics.command(nameOf(submission), 'unavailable', doors.clock.monotonic() - began)
    throw error instanceof StoreUnavailable ? unavailable(commandId) : error
  })
  const status = 'status' in result ? result.status : result.answer.status
  traced?.(status)
  doors.metrics.command(nameOf(submission), status, doors.clock.monotonic() - began)
  doors.note({
    event: 'command',
    correlationId: submission.correlationId ?? commandId,
    commandId,
    command: submission.type.slice(0, 32),
    ...(submission.world === undefined ? {} : { world: submission.world }),
    ...(submission.account === undefined ? {} : { account: submission.account }),
    ...('status' in result ? { status, faults: result.faults } : { status, ...outcomeOf(result) }),
  })
  if ('status' in result) return result
  if (result.answer.status === 'refused') {
    doors.metrics.refused(result.command, result.answer.refused)
  }
  if (submission.account !== undefined) {
    await tellMailbox(doors, submission.account, submission.world, result)
  }
  return result
}

/** Who sends a command is there, in its world, for a while: she may have nothing else open. */
export function attend(
  { worlds, lingering, sessions }: Pick<Doors, 'worlds' | 'lingering' | 'sessions'>,
  session: Session,
  worldId: string | undefined,
): void {
  const world = worldId === undefined ? undefined : worlds.get(worldId)
  // It may have been the command that ended the session.
  if (world && !sessions.isOver(session)) lingering.stay(session, world)
}

/** Of the table, so that nobody makes up labels. */
const nameOf = ({ type }: Submission) => (isCommandName(type) ? type : 'none')

function tracedCommand({ tracer }: Sender, submission: Submission, commandId: string) {
  const { account = '', correlationId = commandId } = submission
  return tracer?.command({
    correlationId,
    order: { account, commandId },
    name: nameOf(submission),
  })
}

/** Where an accepted command stands in the log, or why it was refused. */
function outcomeOf({ answer }: Submitted) {
  if (answer.status === 'accepted') return { position: answer.position }
  return answer.status === 'refused' ? { refused: answer.refused } : {}
}

/** Before the answer is given: a mailbox loses nothing that its player was told. */
async function tellMailbox(
  doors: Sender,
  account: AccountId,
  world: string | undefined,
  sent: Submitted,
): Promise<void> {
  const { answer, command, commandId } = sent
  if (answer.status === 'refused') {
    const { refused, detail, cells } = answer
    const order = {
      ...(world === undefined ? {} : { world }),
      commandId,
      command,
      refused,
      detail,
      ...(cells ? { cells } : {}),
    }
    await doors.refusals.add(account, order).catch((error: unknown) => {
      throw error instanceof StoreUnavailable ? unavailable(commandId) : error
    })
  }
  if (command === 'EraseAccount' && answer.status !== 'refused') {
    doors.sessions.forget(account)
  }
}

/** A command as it comes in JSON: `type`, `world` and `commandId` beside the command's own fields. */
export function readCommand(
  body: unknown,
  account: AccountId,
): { submission: Submission } | { faults: readonly Fault[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { faults: [{ field: 'body', detail: 'takes an object with a "type"' }] }
  }
  const { type, world, commandId, ...input } = body as Record<string, unknown>
  const faults: Fault[] = []
  if (typeof type !== 'string')
    faults.push({ field: 'type', detail: 'takes the name of a command' })
  // Joining has a door of its own: there joins are counted by address, and the token goes to nobody's mailbox.
  if (type === 'JoinPlayer') faults.push({ field: 'type', detail: 'join by POST /players' })
  if (world !== undefined && typeof world !== 'string') {
    faults.push({ field: 'world', detail: 'takes the id of a world' })
  }
  if (commandId !== undefined && typeof commandId !== 'string') {
    faults.push({ field: 'commandId', detail: 'takes text' })
  }
  if (faults.length > 0) return { faults }
  return {
    submission: {
      account,
      type: type as string,
      input,
      ...(world === undefined ? {} : { world: world as string }),
      ...(commandId === undefined ? {} : { commandId: commandId as string }),
    },
  }
}

/** The answer to a command as REST gives it: flat, with a refusal's name where there is one. */
export const answerBody = ({ commandId, command, answer, landing }: Submitted) => ({
  commandId,
  command,
  ...answer,
  ...(landing === undefined ? {} : { landing }),
})
