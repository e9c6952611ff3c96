// A submission that has been read: who asks what of which stream. Bad input ends here, with its fields named.

import type { Command, CommandName, WorldGiven } from '../domain/commands.ts'
import type { Refusal } from '../domain/decider.ts'
import { refuse } from '../domain/decider.ts'
import type { AccountId, DomainEvent, WorldId } from '../domain/events.ts'
import { eventVersions } from '../domain/events.ts'
import type { NewEvent } from '../domain/ports/eventStore.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Chance } from '../domain/ports/time.ts'
import { isCommandId, isWorldId } from './fields.ts'
import type { StreamCommand } from './groupDecision.ts'
import { payloadHash, readInput } from './input.ts'
import type { Invalid, Submission } from './submit.ts'
import { commandTable, type DecidedBy, type InputOf, isCommandName, streamOf } from './table.ts'

/** A well-formed command. `world` is where it is asked; an account command may name none. */
export type Asked<Name extends CommandName = CommandName> = {
  readonly type: Name
  readonly decidedBy: DecidedBy
  readonly input: InputOf<Name>
  readonly commandId: string
  readonly correlationId: string
  readonly payloadHash: string
  /** Undefined for JoinPlayer alone. */
  readonly account: AccountId | undefined
  readonly world: WorldId | undefined
  /** Of the planet, for commands that are asked in one. */
  readonly settings: WorldSettings | undefined
}

export type Read =
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'invalid'; readonly invalid: Invalid }
  /** Nothing was asked of any stream, so nothing is remembered either. */
  | {
      readonly kind: 'refused'
      readonly command: CommandName
      readonly commandId: string
      readonly refusal: Refusal
    }

/** Reads a submission. `worldSettings` knows the planets that are open. */
export function readSubmission(
  submission: Submission,
  worldSettings: (world: WorldId) => WorldSettings | undefined,
  chance: Pick<Chance, 'uuid'>,
): Read {
  const { type, world, account } = submission
  if (!isCommandName(type)) return invalid({ field: 'type', detail: noCommand(type) })
  const { decidedBy } = commandTable[type]
  const faults = faultsAround(submission, type, decidedBy)
  if (faults.length > 0) return invalid(...faults)
  const commandId = submission.commandId ?? chance.uuid()
  const inPlanet = decidedBy === 'territory' || decidedBy === 'player'
  const settings = inPlanet ? worldSettings(world ?? '') : undefined
  if (inPlanet && settings === undefined)
    return {
      kind: 'refused',
      command: type,
      commandId,
      refusal: refuse('NoSuchWorld', `there is no world ${world}`),
    }
  const read = readInput(type, settings?.n ?? 0, submission.input)
  if ('faults' in read) return invalid(...read.faults)
  const asked = {
    type,
    decidedBy,
    input: read.input,
    commandId,
    correlationId: submission.correlationId ?? commandId,
    payloadHash: payloadHash({ type, world: decidedBy === 'account' ? undefined : world, ...read }),
    account,
    world: decidedBy === 'account' ? undefined : world,
    settings,
  }
  return { kind: 'asked', asked }
}

const invalid = (...faults: Invalid['faults']): Read => ({
  kind: 'invalid',
  invalid: { status: 'invalid', faults },
})

/** Faults of what stands around the input. */
function faultsAround(submission: Submission, type: CommandName, decidedBy: DecidedBy) {
  const { commandId, correlationId, account, world } = submission
  const id = 'is 1 to 64 characters of A-Z, a-z, 0-9, . _ : and -'
  const faults: { field: string; detail: string }[] = []
  if (commandId !== undefined && !isCommandId(commandId))
    faults.push({ field: 'commandId', detail: id })
  if (correlationId !== undefined && !isCommandId(correlationId))
    faults.push({ field: 'correlationId', detail: id })
  if (account === undefined && type !== 'JoinPlayer')
    faults.push({ field: 'account', detail: 'is missing: only JoinPlayer is asked by nobody' })
  if (decidedBy !== 'account' && !isWorldId(world)) {
    const begin = world === undefined ? 'is missing: takes' : 'is'
    faults.push({ field: 'world', detail: `${begin} 1 to 32 characters of a-z and 0-9` })
  }
  return faults
}

/** As many letters at the beginning have two commands that do the same by other names. */
const ALIKE_LETTERS = 4

function noCommand(type: string): string {
  const begin = type.slice(0, ALIKE_LETTERS).toLowerCase()
  const alike = Object.keys(commandTable).filter((name) => name.toLowerCase().startsWith(begin))
  return alike.length > 0 && begin.length === ALIKE_LETTERS
    ? `is no command: did you mean ${alike.join(' or ')}?`
    : 'is no command'
}

/** What the handler fills in, whatever the command: who asks, when, in which world, and by what chance. */
export type Filled = {
  readonly account: AccountId
  readonly at: number
  readonly chance: number
  /** How many cells the account may hold, where that is known. */
  readonly claimLimit?: number | undefined
}

/** The decider's command. A command that needs more than its input and `filled` takes it from `more`. */
export function commandOf(asked: Asked, filled: Filled, more: { nameId?: string } = {}): Command {
  const { type, input, world, settings } = asked
  const { account, at, chance, claimLimit } = filled
  const planet: Partial<WorldGiven> = settings
    ? { world: settings.world, n: settings.n, seed: settings.seed }
    : world === undefined
      ? {}
      : { world }
  const drawn = type === 'EnterWorld' ? { chance } : {}
  const researched = type === 'ClaimMany' && claimLimit !== undefined ? { claimLimit } : {}
  // The table's types hold each input to its command; here the two meet for all commands at once.
  return { ...input, ...planet, ...drawn, ...researched, ...more, type, account, at } as Command
}

/** The command on its way to its stream; `refusal` decides it before the stream is asked. */
export function streamCommandOf(
  asked: Asked,
  command: Command,
  chance: Pick<Chance, 'uuid'>,
  refusal?: Refusal,
): StreamCommand {
  const { account } = command
  // A refusal of what comes before the stream is remembered beside the account.
  const decidedBy = refusal ? 'account' : asked.decidedBy
  const { stream, decider } = streamOf(decidedBy, account, asked.world ?? '')
  const { commandId, correlationId, world } = asked
  const metadata = {
    commandId,
    account,
    ...(world === undefined ? {} : { world }),
    correlationId,
    causationId: commandId,
    at: new Date(command.at).toISOString(),
  }
  return {
    stream,
    decider,
    account,
    commandId,
    payloadHash: asked.payloadHash,
    withoutEvents: asked.type === 'Say' ? 'accepted' : 'unchanged',
    decide: (state) => refusal ?? decider.decide(command, state),
    record: (event: DomainEvent): NewEvent => ({
      ...event,
      version: eventVersions[event.type] ?? 1,
      metadata: { eventId: chance.uuid(), ...metadata },
    }),
  }
}
