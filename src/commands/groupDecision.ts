// The commands of one group: decided in order on the tentative state, appended together, answered after the commit.

import { type Decision, isRefusal, type Refusal, refuse } from '../domain/decider.ts'
import type { DomainEvent } from '../domain/events.ts'
import {
  type Answer,
  type DecidedCommand,
  type EventStore,
  type NewEvent,
  type Remembered,
  StoreUnavailable,
} from '../domain/ports/eventStore.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import type { AnyDecider, Fold, Folds } from './folds.ts'

/** A command on its way to its stream. */
export type StreamCommand = {
  readonly stream: string
  readonly decider: AnyDecider
  readonly account: string
  readonly commandId: string
  /** SHA-256 (hex) of what was asked. */
  readonly payloadHash: string
  /** Pure: it may be asked again on another state. */
  decide(state: unknown): Decision<DomainEvent>
  /** What to remember where it decides no event. */
  readonly withoutEvents: 'unchanged' | 'accepted'
  /** Makes a decided event one of the log. */
  record(event: DomainEvent): NewEvent
}

/** A command and whoever waits for its answer. */
export type Waiting = {
  readonly command: StreamCommand
  answer(answer: Answer): void
  fail(error: unknown): void
}

export type Means = {
  readonly store: Pick<EventStore, 'append' | 'answer'>
  readonly scheduler: Scheduler
  readonly folds: Folds
  readonly bounds: { readonly conflicts: number; readonly outages: number }
}

const RETRY_MS = 50
const RETRY_MS_MAX = 2_000

export const refused = (refusal: Refusal): Answer => ({ status: 'refused', ...refusal })
export const tooBusy = (detail: string) => refused(refuse('TooBusy', detail))

/** Answers (or fails) every one of `taken`, commands of one stream in order of arrival. Never rejects. */
export async function settleGroup(means: Means, taken: readonly Waiting[]): Promise<void> {
  const { bounds, scheduler } = means
  let open = withoutRepetition(taken)
  let conflicts = 0
  let outages = 0
  while (open.length > 0 && conflicts <= bounds.conflicts) {
    try {
      // After an outage nobody knows whether the group was written: the answers tell.
      if (outages > 0) open = await afterOutage(means, open)
      const { left, conflict } = await decideOnce(means, open)
      open = left
      if (conflict) conflicts += 1
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) return oneByOne(means, open, error)
      outages += 1
      if (outages > bounds.outages) return failAll(open, error)
      await scheduler.sleep(Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (outages - 1)))
    }
  }
  for (const { answer } of open) answer(tooBusy('others write to this stream all the time'))
}

/** One bad command must not take the others with it. */
async function oneByOne(means: Means, open: readonly Waiting[], error: unknown): Promise<void> {
  if (open.length === 1) return failAll(open, error)
  for (const waiting of open) await settleGroup(means, [waiting])
}

function failAll(open: readonly Waiting[], error: unknown): void {
  for (const { fail } of open) fail(error)
}

/** The same id twice in one group: the second gets the answer of the first, or is told that it asks for something else. */
function withoutRepetition(taken: readonly Waiting[]): Waiting[] {
  const byId = new Map<string, { waiting: Waiting; followers: Waiting[] }>()
  for (const waiting of taken) {
    const { account, commandId, payloadHash } = waiting.command
    const key = `${account} ${commandId}`
    const first = byId.get(key)
    if (!first) byId.set(key, { waiting, followers: [] })
    else if (first.waiting.command.payloadHash === payloadHash) first.followers.push(waiting)
    else waiting.answer(reused(commandId))
  }
  return [...byId.values()].map(({ waiting, followers }) => ({
    command: waiting.command,
    answer: (answer) => {
      for (const each of [waiting, ...followers]) each.answer(answer)
    },
    fail: (error) => {
      for (const each of [waiting, ...followers]) each.fail(error)
    },
  }))
}

const reused = (commandId: string) =>
  refused(refuse('CommandIdReused', `command id ${commandId} was used for something else`))

/** What a remembered answer says to a command of the same id. */
export const rememberedAnswer = (
  { commandId, payloadHash }: Pick<StreamCommand, 'commandId' | 'payloadHash'>,
  remembered: Remembered,
): Answer => (remembered.payloadHash === payloadHash ? remembered.answer : reused(commandId))

/** One try: those still to be decided, if others wrote first or answers were there already. */
async function decideOnce(means: Means, open: readonly Waiting[]) {
  const { store, folds } = means
  const { stream, decider } = open[0]!.command
  const fold = await folds.load(stream, decider)
  const { version } = fold
  const decided = decideInOrder(fold, open)
  const done = { left: [] as Waiting[], conflict: false }
  if (decided.length === 0) return done
  const result = await store.append(
    stream,
    version,
    decided.map(({ record }) => record),
  )
  switch (result.kind) {
    case 'appended':
      folds.commit(
        fold,
        version,
        decided.flatMap(({ record }) => record.events),
      )
      for (const [index, { waiting }] of decided.entries()) waiting.answer(result.answers[index]!)
      return done
    case 'answered': {
      const known = new Map(result.which.map(({ index, remembered }) => [index, remembered]))
      const left = decided.filter(({ waiting }, index) => !answerFrom(waiting, known.get(index)))
      return { left: left.map(({ waiting }) => waiting), conflict: false }
    }
    case 'conflict':
      if (result.actual < version) folds.forget(stream)
      else await folds.catchUp(fold)
      return { left: decided.map(({ waiting }) => waiting), conflict: true }
  }
}

function answerFrom(waiting: Waiting, remembered: Remembered | undefined): boolean {
  if (remembered) waiting.answer(rememberedAnswer(waiting.command, remembered))
  return remembered !== undefined
}

type Decided = { readonly waiting: Waiting; readonly record: DecidedCommand }

/** Each on the state that those before it leave. The fold itself changes only once the log has the events. */
function decideInOrder(fold: Fold, open: readonly Waiting[]): Decided[] {
  const { decider } = fold
  let state = open.length > 1 ? decider.fork(fold.state) : fold.state
  return open.flatMap((waiting) => {
    const decision = decideOne(waiting, state)
    if (decision === undefined) return []
    const events = isRefusal(decision) ? [] : decision
    if (open.length > 1) for (const event of events) state = decider.evolve(state, event)
    return [{ waiting, record: recordOf(waiting.command, decision) }]
  })
}

/** A decider that throws is a bug: its command fails alone. */
function decideOne({ command, fail }: Waiting, state: unknown) {
  try {
    return command.decide(state)
  } catch (error) {
    fail(error)
    return undefined
  }
}

function recordOf(command: StreamCommand, decision: Decision<DomainEvent>): DecidedCommand {
  const { account, commandId, payloadHash } = command
  const asked = { account, commandId, payloadHash }
  if (isRefusal(decision)) return { ...asked, outcome: decision, events: [] }
  if (decision.length === 0) return { ...asked, outcome: command.withoutEvents, events: [] }
  return { ...asked, outcome: 'accepted', events: decision.map((event) => command.record(event)) }
}

/** Reads what came of the group while the store was away: those without an answer are to be decided again. */
async function afterOutage({ store, folds }: Means, open: readonly Waiting[]): Promise<Waiting[]> {
  const { stream, decider } = open[0]!.command
  await folds.catchUp(await folds.load(stream, decider))
  const left = await Promise.all(
    open.map(async (waiting) => {
      const { account, commandId } = waiting.command
      return answerFrom(waiting, await store.answer(account, commandId)) ? [] : [waiting]
    }),
  )
  return left.flat()
}
