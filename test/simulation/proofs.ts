// What has to hold of a run, by the log and by an undisturbed replay of it. Each fault found is a sentence.

import type { Outcome } from '../../src/domain/outcome.ts'
import type { RecordedEvent } from '../../src/domain/ports/eventStore.ts'
import { isSimulationStream, ledgerStream } from '../../src/domain/streams.ts'
import { compareCursors } from '../../src/projections/cursor.ts'
import type { Acknowledged, SimulatedPlayer } from './players.ts'
import { WORLD } from './servers.ts'
import type { Truth } from './truth.ts'
import type { Shown, Told } from './watchers.ts'

/** Orders whose outcome comes later, and may still be to come when the run ends. */
const LASTING = new Set(['StructuresPlaced', 'MoveOrdered', 'HarvestStarted', 'CraftOrdered'])

type Tell = (fault: string) => void

/** Positions and versions are contiguous, and nothing stands there twice. */
export function proveLog(log: readonly RecordedEvent[], tell: Tell): void {
  const versions = new Map<string, number>()
  const ids = new Set<string>()
  for (const [index, { position, stream, streamVersion, metadata }] of log.entries()) {
    if (position !== index + 1) tell(`position ${position} stands at place ${index + 1}`)
    if (streamVersion !== (versions.get(stream) ?? 0) + 1)
      tell(`${stream} goes from version ${versions.get(stream) ?? 0} to ${streamVersion}`)
    versions.set(stream, streamVersion)
    if (ids.has(metadata.eventId)) tell(`event ${metadata.eventId} stands in the log twice`)
    ids.add(metadata.eventId)
  }
}

/** What was answered is what the log holds: once and in order; what was not is there at most once. */
export function proveAnswers(
  players: readonly SimulatedPlayer[],
  { eventsByCommand }: Truth,
  tell: Tell,
): void {
  const known = new Set<string>()
  for (const { acknowledged, givenUp } of players) {
    for (const id of [...givenUp, ...acknowledged.keys()]) known.add(id)
    for (const [id, one] of acknowledged) proveAnswer(one, eventsByCommand.get(id) ?? [], tell)
  }
  const accounts = new Set(players.map(({ account }) => account))
  for (const [id, events] of eventsByCommand) {
    const asked = known.has(id) || events.some(({ type }) => type === 'PlayerJoined')
    if (!asked && accounts.has(events[0]!.metadata.account))
      tell(`the log holds ${id}, which nobody asked`)
    if (new Set(events.map(({ stream }) => stream)).size > 1) tell(`${id} is in several streams`)
  }
}

function proveAnswer(
  { order, answer }: Acknowledged,
  events: readonly RecordedEvent[],
  tell: Tell,
): void {
  const what = `${order.type} ${order.commandId}, answered ${JSON.stringify(answer)},`
  const expected = answer.status === 'accepted' ? answer.events : 0
  if (events.length !== expected) tell(`${what} has ${events.length} events in the log`)
  if (events.length !== expected || answer.status !== 'accepted') return
  for (const [index, { position }] of events.entries())
    if (position !== answer.position - expected + 1 + index) tell(`${what} stands at ${position}`)
}

/** Every order has one outcome, unless what it began still lasts. */
export function proveOutcomes(
  log: readonly RecordedEvent[],
  { outcomes, ledger }: Truth,
  sealed: number,
  players: readonly SimulatedPlayer[],
  tell: Tell,
): void {
  const orders = log.filter(({ stream }) => isSimulationStream(stream, WORLD))
  if (sealed !== orders.length) tell(`${orders.length} orders, of which ${sealed} were sealed`)
  if (ledger.seals === 0 && orders.length > 0) tell('nothing was sealed')
  const counts = new Map<string, number>()
  for (const { commandId, order } of outcomes.values()) {
    const key = `${commandId} ${order}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const gone = new Set(players.filter(({ erased }) => !erased()).map(({ account }) => account))
  for (const { type, metadata } of orders) {
    const key = `${metadata.commandId} ${type}`
    const count = counts.get(key) ?? 0
    // Who left the world has given up what the hand was doing.
    const lasts = LASTING.has(type) && (type === 'StructuresPlaced' || !gone.has(metadata.account))
    if (count > 1 || (count === 0 && !lasts)) tell(`${key} has ${count} outcomes`)
    counts.delete(key)
  }
  for (const key of counts.keys()) tell(`${key} has an outcome and was never ordered`)
}

/** What was shown is what the log gives. */
export function proveShown(shown: Shown, truth: Truth, tell: Tell): void {
  if (shown.maxTick > truth.through)
    tell(`tick ${shown.maxTick} was shown, the log fixes ticks through ${truth.through}`)
  const compare = <Key>(what: string, seen: Map<Key, string>, given: ReadonlyMap<Key, string>) => {
    for (const [key, value] of seen)
      if (given.get(key) !== value)
        tell(`${what} ${key} was shown as ${value}, is ${given.get(key)}`)
  }
  compare('the hash of tick', shown.hashes, truth.hashes)
  compare('chunk', shown.chunks, truth.chunks)
  compare('player', shown.players, truth.players)
}

/** Each account was told every outcome of its own through tick `last` once, in order, or that some are gone. */
export function proveTold(all: readonly Told[], truth: Truth, last: number, tell: Tell): void {
  for (const { account, outcomes, gaps } of all) {
    const mine = [...truth.outcomes.values()].filter((outcome) => outcome.account === account)
    mine.sort(compareCursors)
    const text = (outcome: Outcome) => JSON.stringify(outcome)
    const heard = new Set(outcomes.map(text))
    if (heard.size !== outcomes.length) tell(`${account} was told an outcome twice`)
    const given = new Set(mine.map(text))
    for (const one of heard)
      if (!given.has(one)) tell(`${account} was told ${one}, which is not so`)
    for (const outcome of mine) {
      const excused = gaps.some(
        ({ after, through }) =>
          compareCursors(outcome, after) > 0 && compareCursors(outcome, through) <= 0,
      )
      if (!heard.has(text(outcome)) && !excused && outcome.tick <= last)
        tell(
          `${account} was not told ${outcome.order} ${outcome.commandId} of tick ${outcome.tick}`,
        )
    }
  }
}

/** How many events the seals of the world's ledger took. */
export const sealedEvents = (log: readonly RecordedEvent[]): number =>
  log
    .filter(({ stream }) => stream === ledgerStream(WORLD))
    .reduce((sum, event) => sum + (event.type === 'TickSealed' ? event.data.count : 0), 0)
