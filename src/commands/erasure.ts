// A process manager: where AccountErased is in the log, the personal data is gone. The handler erases at once;
// this finishes what a crash in between has left, and erases again what was on its way at that moment.

import type { EventStore } from '../domain/ports/eventStore.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import type { Progress } from '../domain/ports/readModels.ts'
import type { Scheduler } from '../domain/ports/time.ts'

const RETRY_MS = 1_000

export type ErasurePorts = {
  readonly store: Pick<EventStore, 'subscribe'>
  readonly personalData: Pick<PersonalData, 'erase'>
  readonly scheduler: Scheduler
  /** Told why it stands still, and tries again. */
  readonly say?: (line: string) => void
}

/**
 * Follows the log from where `progress` stands until `signal` aborts; then it resolves. An erasure that fails is tried
 * again.
 */
export async function followErasures(
  { store, personalData, scheduler, say }: ErasurePorts,
  progress: Pick<Progress, 'position' | 'reached'>,
  signal: AbortSignal,
): Promise<void> {
  let { position } = progress
  while (!signal.aborted) {
    try {
      for await (const batch of store.subscribe(position, signal)) {
        for (const event of batch) {
          if (event.type === 'AccountErased') await personalData.erase(event.metadata.account)
          position = event.position
        }
        await progress.reached(position, null)
      }
    } catch (error) {
      if (signal.aborted) return
      say?.(`erasing personal data: ${String(error)}; trying again`)
      await scheduler.sleep(RETRY_MS, signal)
    }
  }
}
