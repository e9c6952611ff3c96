// Folded streams, kept while they are in use: a command costs its own events, not the history of its stream.

import type { Command } from '../domain/commands.ts'
import type { Decider } from '../domain/decider.ts'
import type { DomainEvent } from '../domain/events.ts'
import { type EventStore, LogBroken } from '../domain/ports/eventStore.ts'
import type { SavedFolds } from '../domain/ports/folds.ts'
import { upcast } from '../domain/upcasts.ts'

/** A decider whose types are forgotten: what folds a stream need not know which stream it is. */
export type AnyDecider = Decider<Command, DomainEvent, unknown>

/** A stream as far as it is known here: `state` folds its first `version` events. */
export type Fold = {
  readonly stream: string
  readonly decider: AnyDecider
  state: unknown
  version: number
}

export type Folds = {
  /** The fold of the stream, from memory or from the store. Throws StoreUnavailable, LogBroken. */
  load(stream: string, decider: AnyDecider): Promise<Fold>
  /** Folds what the store has beyond the fold. */
  catchUp(fold: Fold): Promise<void>
  /** Folds events that were appended after `version`, and keeps this fold from now on. */
  commit(fold: Fold, version: number, events: readonly DomainEvent[]): void
  /** Forgets the stream, so that the next load reads it from its start. */
  forget(stream: string): void
}

const PAGE = 2_000

/**
 * Keeps at most `capacity` streams; the least recently used one goes first. `saved`: folds of streams that are archived in
 * part.
 */
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

  const catchUp: Folds['catchUp'] = async (fold) => {
    for (;;) {
      const page = await store.readStream(fold.stream, fold.version, PAGE)
      for (const event of page) apply(fold, event.streamVersion - 1, [upcast(event)])
      if (page.length < PAGE) return
    }
  }

  const read = async (stream: string, decider: AnyDecider) => {
    const found = await saved?.find(stream)
    const { state, version } = found ?? { state: decider.initial(), version: 0 }
    const fold: Fold = { stream, decider, state, version }
    await catchUp(fold)
    return fold
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
    catchUp,
    commit(fold, version, events) {
      apply(fold, version, events)
      keep(fold)
    },
    forget: (stream) => void kept.delete(stream),
  }
}

/** Folds events that stand in the stream after `version`; a reader may have folded some of them already. */
function apply(fold: Fold, version: number, events: readonly DomainEvent[]) {
  if (version > fold.version)
    throw new LogBroken(
      `${fold.stream} stands at ${fold.version}, its next event at ${version + 1}`,
    )
  for (const event of events.slice(fold.version - version)) {
    fold.state = fold.decider.evolve(fold.state, event)
    fold.version += 1
  }
}
