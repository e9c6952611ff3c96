// Nobody waits for ever: what can not be told in time is refused, so that those who wait can not pile up.

import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { WorldBusy } from './worldReader.ts'

/** A read waits so long for a replay or a seal. */
const PATIENCE_MS = 10_000

/** What `wait` gives; rejects with `WorldBusy`, and aborts `wait`'s signal with it, once it takes too long. */
export async function patiently<Value>(
  { scheduler, settings }: { readonly scheduler: Scheduler; readonly settings: WorldSettings },
  wait: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController()
  const late = new AbortController()
  const outOfPatience = async (): Promise<never> => {
    await scheduler.sleep(PATIENCE_MS, over.signal)
    const busy = new WorldBusy(`world ${settings.world} can not tell within ${PATIENCE_MS} ms`)
    late.abort(busy)
    throw busy
  }
  try {
    return await Promise.race([wait(late.signal), outOfPatience()])
  } finally {
    over.abort()
  }
}
