// Whether a worker was lost for want of memory: Linux ends processes then, or gives them none, or the worker or this process say so.

import { readFileSync } from 'node:fs'

/** So many processes were ended for it since the machine started, in whatever container; 0 where Linux does not tell. */
export function endedForMemory(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/**
 * Whether the end of a worker, in its own words or this process's, is that it got no memory: a bus error is one, as nothing else
 * can take the memory away from under the region.
 */
export const tellsOfMemory = (words: string): boolean =>
  /no memory for|memory allocation of \d+ bytes failed|ended by SIGBUS|os error 12\b/.test(words)
