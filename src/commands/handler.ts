// The command handler: every transport's way in. It reads the submission, fills in who, when and chance,
// asks the stream, and does what belongs beside the log (names, sessions, chat, announcements).

import { type Account, mayNot } from '../domain/account.ts'
import type { Refusal } from '../domain/decider.ts'
import { mustBeHere, type Player } from '../domain/player.ts'
import type { Answer } from '../domain/ports/eventStore.ts'
import { type Asked, commandOf, type Filled, readSubmission, streamCommandOf } from './asked.ts'
import type { CommandPorts, Desk } from './desk.ts'
import type { Folds } from './folds.ts'
import { refused, rememberedAnswer, tooBusy } from './groupDecision.ts'
import { inTurn } from './inTurn.ts'
import { joinPlayer } from './join.ts'
import { moveRate } from './moveRate.ts'
import { streamQueues } from './streamQueue.ts'
import type { Invalid, Submit, Submitted } from './submit.ts'
import { streamOf } from './table.ts'

/** The server's own account: it has joined nothing, and no door lets anybody in as it. */
export const SYSTEM_ACCOUNT = 'system'

/** The largest planet that a player may found: a larger one is the operator's to pay for in memory and time. */
const PLAYERS_N_MAX = 128

export type CommandHandler = {
  readonly submit: Submit
  /** Commands that wait or are being written. */
  readonly waiting: () => number
  /** The streams that are folded in memory. */
  readonly folds: Pick<Folds, 'kept'>
  /** Takes no more commands and resolves when those that wait have their answers. */
  close(): Promise<void>
}

/**
 * Publishes on topic `worlds` the settings of a founded world (again where FoundWorld is retried), and on
 * `chat/{world}` each kept ChatMessage. `submit` rejects with StoreUnavailable where the outcome stays unknown.
 */
export function commandHandler(ports: CommandPorts): CommandHandler {
  const queues = streamQueues(ports.store, ports.scheduler, ports.limits, ports.savedFolds)
  const moves = moveRate(ports.clock)
  const desk: Desk = { ...ports, queues, moves, chats: inTurn() }
  return {
    async submit(submission) {
      const read = readSubmission(submission, ports.worldSettings, ports.chance)
      if (read.kind === 'invalid') return read.invalid
      if (read.kind === 'refused')
        return {
          commandId: read.commandId,
          command: read.command,
          answer: refused(read.refusal),
        }
      const { asked } = read
      const { type: command, commandId } = asked
      if (asked.type === 'FoundWorld' && asked.account !== SYSTEM_ACCOUNT) {
        const { n } = (asked as Asked<'FoundWorld'>).input
        if (n > PLAYERS_N_MAX) return tooLarge(n)
      }
      return { commandId, command, ...(await settle(desk, asked)) }
    },
    waiting: () => queues.waiting,
    folds: queues,
    close: () => queues.close(),
  }
}

const tooLarge = (n: number): Invalid => ({
  status: 'invalid',
  faults: [{ field: 'n', detail: `${n}: players found worlds of n 1 to ${PLAYERS_N_MAX}` }],
})

type Settled = Omit<Submitted, 'commandId' | 'command'>

async function settle(desk: Desk, asked: Asked): Promise<Settled> {
  if (asked.type === 'JoinPlayer') return joinPlayer(desk, asked as Asked<'JoinPlayer'>)
  const filled = {
    account: asked.account ?? '',
    at: desk.clock.now(),
    chance: asked.type === 'EnterWorld' ? desk.chance.u32() : 0,
    claimLimit: desk.claimLimit?.(asked.world ?? '', asked.account ?? ''),
  }
  if (asked.type === 'RenamePlayer')
    return { answer: await rename(desk, asked as Asked<'RenamePlayer'>, filled) }
  const refusal = await refusalBefore(desk, asked, filled)
  const full = refusal ? undefined : await fullFor(desk, asked, filled)
  if (full) return { answer: full }
  const answer = await ask(desk, asked, filled, { refusal })
  if (answer.status === 'refused') return { answer }
  return { answer, ...(await afterwards(desk, asked, filled, answer)) }
}

/** Asks the stream: the durable answer. */
const ask = (
  { queues, chance }: Desk,
  asked: Asked,
  filled: Filled,
  more: { nameId?: string; refusal?: Refusal | undefined } = {},
): Promise<Answer> => {
  const { refusal, ...rest } = more
  return queues.submit(streamCommandOf(asked, commandOf(asked, filled, rest), chance, refusal))
}

/** What other streams have to say first: the account must be joined, and whoever touches the territory be in the world. */
async function refusalBefore(desk: Desk, asked: Asked, { account }: Filled) {
  if (asked.decidedBy === 'account' || account === SYSTEM_ACCOUNT) return undefined
  const standing = await refusalOf<Account>(desk, streamOf('account', account, ''), mayNot)
  if (standing || asked.decidedBy !== 'territory') return standing
  return refusalOf<Player>(desk, streamOf('player', account, asked.world ?? ''), mustBeHere)
}

/** Another node may have written since the stream was folded here: look again before refusing. */
async function refusalOf<State>(
  { queues }: Desk,
  { stream, decider }: ReturnType<typeof streamOf>,
  rule: (state: State) => Refusal | undefined,
): Promise<Refusal | undefined> {
  if (rule((await queues.read(stream, decider)) as State) === undefined) return undefined
  return rule((await queues.read(stream, decider, { fresh: true })) as State)
}

/** TooBusy where a rate or a capacity is used up, unless the command has its answer already. */
async function fullFor(desk: Desk, asked: Asked, { account }: Filled): Promise<Answer | undefined> {
  const full = fullness(desk, asked, account)
  return full === undefined ? undefined : ((await remembered(desk, asked, account)) ?? full)
}

function fullness(desk: Desk, { type, world }: Asked, account: string): Answer | undefined {
  if (type === 'MovePlayer' && !desk.moves.take(`${world} ${account}`))
    return tooBusy('at most two moves a second')
  if (type === 'FoundWorld' && desk.worldSettings(world ?? '') === undefined)
    return desk.roomForWorld?.() === false
      ? tooBusy('there is no room for another world')
      : undefined
  return undefined
}

async function remembered({ store }: Desk, asked: Asked, account: string) {
  const before = await store.answer(account, asked.commandId)
  return before && rememberedAnswer(asked, before)
}

/** The name is kept before the event that tells of it; a retry must not make an old name the newest again. */
async function rename(desk: Desk, asked: Asked<'RenamePlayer'>, filled: Filled): Promise<Answer> {
  const { account } = filled
  const before = await remembered(desk, asked, account)
  if (before) return before
  const refusal = await refusalOf<Account>(desk, streamOf('account', account, ''), mayNot)
  const nameId = desk.chance.uuid()
  if (!refusal) await desk.personalData.keepName(account, nameId, asked.input.name)
  const answer = await ask(desk, asked, filled, { nameId, refusal })
  // Erased in between: the name that was just kept must go as well.
  if (!refusal && answer.status === 'refused' && answer.refused === 'AccountErased')
    await desk.personalData.erase(account)
  return answer
}

/** What follows an answer that is no refusal; all of it may be repeated, because a retry comes here again. */
async function afterwards(
  desk: Desk,
  asked: Asked,
  { account, at }: Filled,
  answer: Answer,
): Promise<{ landing?: number }> {
  const world = asked.world ?? ''
  switch (asked.type) {
    case 'EnterWorld': {
      const { stream, decider } = streamOf('player', account, world)
      const { landing } = (await desk.queues.read(stream, decider)) as Player
      return landing === undefined ? {} : { landing }
    }
    case 'EraseAccount':
      await desk.personalData.erase(account)
      return {}
    case 'FoundWorld':
      if (answer.status === 'accepted')
        desk.messaging.publish('worlds', { world, ...(asked as Asked<'FoundWorld'>).input })
      return {}
    case 'Say':
      await tell(desk, asked as Asked<'Say'>, account, at)
      return {}
    default:
      return {}
  }
}

/** The text is kept once, however often it is sent, and told to the world when it is new. */
async function tell(desk: Desk, asked: Asked<'Say'>, account: string, at: number): Promise<void> {
  const { commandId, input } = asked
  const world = asked.world ?? ''
  const line = { world, account, text: input.text, at: new Date(at).toISOString(), commandId }
  // In turn, so that lines are told in the order of their ids: whoever has heard one has heard all before it.
  await desk.chats(world, async () => {
    const kept = await desk.personalData.keepChat(line)
    // Erased in between: the line that was just kept must go as well, unheard.
    if (await refusalOf<Account>(desk, streamOf('account', account, ''), mayNot))
      await desk.personalData.erase(account)
    else if (kept) desk.messaging.publish(`chat/${world}`, kept)
  })
}
