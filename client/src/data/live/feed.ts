// One subscription that is kept up for good: begun anew where it ends, and where it falls silent.

import { type Silence, watchSilence } from './silence.ts'

/** Begins it; the returned function ends it. */
export type Begin = (listener: { heard(): void; ended(): void }) => () => void

export type Feed = { stop(): void }

const RESUBSCRIBE_MS = 1_000

/**
 * A stream with heartbeats that brings nothing for `silentMs` is dead, whatever its connection says: it is begun anew, and
 * where the new one is as silent, `dead` is called, whose affair the connection is.
 * @param silentMs undefined: the stream has no heartbeats, and may be silent for ever
 */
export function keepUp(begin: Begin, silentMs: number | undefined, dead: () => void): Feed {
  let stopped = false
  let end = () => {}
  let retry: ReturnType<typeof setTimeout> | undefined
  let silences = 0
  let silence: Silence | undefined
  /** Of an earlier subscription nothing is heard any more. */
  let current = 0

  const start = () => {
    if (stopped) return
    const own = ++current
    clearTimeout(retry)
    end = begin({
      heard() {
        if (own !== current) return
        silences = 0
        silence?.heard()
      },
      ended() {
        if (own !== current) return
        retry = setTimeout(start, RESUBSCRIBE_MS)
      },
    })
  }
  const fellSilent = () => {
    silences += 1
    end()
    // Anew first: what a connection retries by itself begins with the newest cursor then.
    start()
    if (silences > 1) dead()
  }
  start()
  if (silentMs !== undefined) silence = watchSilence(silentMs, fellSilent)
  return {
    stop() {
      stopped = true
      clearTimeout(retry)
      silence?.end()
      end()
    },
  }
}
