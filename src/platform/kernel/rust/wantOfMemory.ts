// Whether Linux ends processes for want of memory.

import { readFileSync } from 'node:fs'

/** So many processes were ended for it since the machine started, in whatever container; 0 where Linux does not tell. */
export function endedForMemory(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
