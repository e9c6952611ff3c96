// Folded streams, kept while they are in use: a command costs its own events, not the history of its stream.

import type { Command } from '../domain/commands.ts'
import type { Decider } from '../domain/decider.ts'
import type { DomainEvent } from '../domain/events.ts'
import {
  type EventStore,
  LogBroken,
  type NewEvent,
  type RecordedEvent,
} from '../domain/ports/eventStore.ts'
import type { SavedFold, SavedFolds } from '../domain/ports/folds.ts'
import { upcast } from '../domain/upcasts.ts'

/** A decider whose types are forgotten: what folds a stream need not know which stream it is. */
export type AnyDecider = Decider<Command, DomainEvent, unknown>

/** A stream as far as it is known here: `state` folds its first `version` events. */
export type Fold = {
  readonly stream: string
  readonly decider: AnyDecider
  state: unknown
  version: number
  /** Of the last folded event; undefined before the first, and where an archive holds it. */
  eventId: string | undefined
  /** While a copy of it is being made: what was folded since, into a fork. */
  since?: DomainEvent[]
}

export type Folds = {
  /** The fold of the stream, from memory or from the store. Throws StoreUnavailable, LogBroken. */
  load(stream: string, decider: AnyDecider): Promise<Fold>
  /** Folds what the store has beyond the fold. */
  catchUp(fold: Fold): Promise<void>
  /** Folds events that were appended after `version`, and keeps this fold from now on. */
  commit(fold: Fold, version: number, events: readonly NewEvent[]): void
  /** Forgets the stream, so that the next load reads it from its start. */
  forget(stream: string): void
  /** Those that are in memory now. */
  kept(): readonly Fold[]
}

const PAGE = 2_000

/** Keeps at most `capacity` streams; the least recently used one goes first. `saved`: folds to begin with. */
export function foldCache(
  store: Pick<EventStore, 'readStream'>,
  capacity: number,
  saved?: SavedFolds,
): Folds {
  const kept = new Map<string, Fold>()
  const loading = new Map<string, Promise<Fold>>()

  const keep = (fold: Fold) => {
    kept.delete(fold.stream)
    kept.set(fold.stream, fold)
    for (const oldest of kept.keys()) {
      if (kept.size <= capacity) break
      kept.delete(oldest)
    }
    return fold
  }

  /** Folds page after page, while the store reads the next one. `first`: a page that is there already. */
  const foldOn = async (fold: Fold, first?: readonly RecordedEvent[]): Promise<void> => {
    const { stream } = fold
    for (let page = first ?? (await store.readStream(stream, fold.version, PAGE)); ; ) {
      const last = page.at(-1)
      const next =
        last && page.length === PAGE
          ? store.readStream(stream, last.streamVersion, PAGE)
          : undefined
      next?.catch(() => {})
      foldPage(fold, page)
      if (!next) return
      page = await next
    }
  }

  const begun = (stream: string, decider: AnyDecider, from?: SavedFold): Fold => {
    const { state, version, eventId } = from ?? { state: decider.initial(), version: 0 }
    return { stream, decider, state, version, eventId }
  }

  const read = async (stream: string, decider: AnyDecider): Promise<Fold> => {
    const from = await saved?.find(stream)
    try {
      return await readFrom(stream, decider, from)
    } catch (error) {
      if (!saved || !(error instanceof LogBroken)) throw error
      // What was to be read has gone into an archive, just now or before another fold was begun with: it left its own.
      const archived = await (saved.archived ?? saved.find)(stream)
      const isNew = from?.eventId !== undefined || (archived?.version ?? 0) > (from?.version ?? 0)
      if (!archived || !isNew) throw error
      return readFrom(stream, decider, archived)
    }
  }

  const readFrom = async (stream: string, decider: AnyDecider, from: SavedFold | undefined) => {
    const fold = begun(stream, decider, from)
    if (fold.eventId === undefined) {
      await foldOn(fold)
      return fold
    }
    // Its last event proves that it is a fold of this log; what came after is in the same page.
    const page = await store.readStream(stream, fold.version - 1, PAGE)
    const isOfThisLog = page[0]?.metadata.eventId === fold.eventId
    const proved = isOfThisLog ? fold : begun(stream, decider)
    await foldOn(proved, isOfThisLog ? page : undefined)
    return proved
  }

  return {
    async load(stream, decider) {
      const known = kept.get(stream)
      if (known) return keep(known)
      const underWay = loading.get(stream)
      if (underWay) return underWay
      const reading = read(stream, decider).finally(() => loading.delete(stream))
      loading.set(stream, reading)
      const found = await reading
      const newer = kept.get(stream)
      return keep(newer && newer.version >= found.version ? newer : found)
    },
    catchUp: (fold) => foldOn(fold),
    commit(fold, version, events) {
      apply(fold, version, events)
      keep(fold)
    },
    forget: (stream) => void kept.delete(stream),
    kept: () => [...kept.values()],
  }
}

/**
 * Takes hold of a fold's state until the returned function is called: meanwhile what comes is folded into a fork, so that the
 * state can be copied bit by bit.
 */
export function hold(fold: Fold): () => void {
  const { decider, state } = fold
  const since: DomainEvent[] = []
  fold.since = since
  fold.state = decider.fork(state)
  return () => {
    fold.state = since.reduce(decider.evolve, state)
    delete fold.since
  }
}

function foldPage(fold: Fold, page: readonly RecordedEvent[]): void {
  const [first] = page
  if (!first) return
  assertReaches(fold, first.streamVersion - 1)
  for (let at = fold.version + 1 - first.streamVersion; at < page.length; at++) {
    const event = page[at]!
    foldOne(fold, upcast(event), event.metadata.eventId)
  }
}

/** Folds events that were appended after `version`; a reader may have folded some of them already. */
function apply(fold: Fold, version: number, events: readonly NewEvent[]): void {
  assertReaches(fold, version)
  for (const event of events.slice(fold.version - version)) {
    foldOne(fold, event, event.metadata.eventId)
  }
}

function foldOne(fold: Fold, event: DomainEvent, eventId: string): void {
  fold.state = fold.decider.evolve(fold.state, event)
  fold.version += 1
  fold.eventId = eventId
  fold.since?.push(event)
}

function assertReaches({ stream, version }: Fold, before: number): void {
  if (before > version)
    throw new LogBroken(`${stream} stands at ${version}, its next event at ${before + 1}`)
}
