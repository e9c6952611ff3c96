// A place in the feed as text: `tick.index`. Replay makes the same outcomes again, so a cursor survives restarts.

import type { Cursor } from './worldReader.ts'

export const cursorText = ({ tick, index }: Cursor) => `${tick}.${index}`

/** undefined for text that is no cursor. */
export function parseCursor(text: string): Cursor | undefined {
  const [, tick, index] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  if (tick === undefined || index === undefined) return undefined
  return { tick: Number(tick), index: Number(index) }
}

/** Negative where `a` comes before `b`. */
export const compareCursors = (a: Cursor, b: Cursor) => a.tick - b.tick || a.index - b.index
