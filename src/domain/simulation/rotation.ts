// Who is served first when several want the same.

import { wordOf } from './random.ts'

/**
 * A list begun at a place drawn anew for each server and tick: plain turns by the tick resonate with a belt
 * that takes an item every second tick, and then one side starves. `key` is the tick's, `cell` the server's.
 */
export function rotated<Value>(
  list: readonly Value[],
  key: number,
  cell: number,
): readonly Value[] {
  if (list.length < 2) return list
  const first = wordOf(key, cell) % list.length
  return first === 0 ? list : [...list.slice(first), ...list.slice(0, first)]
}
