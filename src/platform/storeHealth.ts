// Does the store answer? Asked by whoever asks whether the server is ready, however often that is.

import type { EventStore } from '../domain/ports/eventStore.ts'
import type { Clock, Scheduler } from '../domain/ports/time.ts'

/** A store that says nothing for so long is away. */
const PATIENCE_MS = 2_000
/** An answer stands for so long, so that asking costs the store next to nothing. */
const KEPT_MS = 1_000

/** Returns a question: undefined while the store answers, else why it is away. Those who ask together share one answer. */
export function storeHealth(
  store: Pick<EventStore, 'head'>,
  { clock, scheduler }: { readonly clock: Clock; readonly scheduler: Scheduler },
): () => Promise<string | undefined> {
  let asked: { readonly at: number; readonly answer: Promise<string | undefined> } | undefined
  /** A question that is still unanswered is not asked a second time: those that wait would pile up. */
  let open: Promise<number> | undefined
  const head = () => {
    open ??= store.head().finally(() => {
      open = undefined
    })
    return open
  }
  const ask = async (): Promise<string | undefined> => {
    const answered = new AbortController()
    const late = scheduler.sleep(PATIENCE_MS, answered.signal).then(() => {
      throw new Error(`no answer within ${PATIENCE_MS} ms`)
    })
    // Whichever loses the race is nobody's any more.
    late.catch(() => {})
    try {
      await Promise.race([head(), late])
      return undefined
    } catch (error) {
      return `the event log is away: ${error instanceof Error ? error.message : error}`
    } finally {
      answered.abort()
    }
  }
  return () => {
    const now = clock.monotonic()
    if (!asked || now - asked.at >= KEPT_MS) asked = { at: now, answer: ask() }
    return asked.answer
  }
}
