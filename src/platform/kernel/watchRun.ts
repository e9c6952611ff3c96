// Looks at a batch in another thread or process every now and then.

import type { RunWatch } from '../../domain/ports/kernel.ts'

const LOOK_EVERY_MS = 20

/** Tells `watch` how far the batch is, and passes its cancellation on, until the returned function is called. */
export function watchRun(
  watch: RunWatch | undefined,
  batch: { readonly progress: () => number; readonly cancel: () => void },
): () => void {
  if (!watch) return () => {}
  const look = () => {
    const tick = batch.progress()
    if (tick > 0) watch.progress?.(tick)
    // Again and again: the batch may not have been begun when it was said first.
    if (watch.signal?.aborted) batch.cancel()
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS)
  watch.signal?.addEventListener('abort', look)
  return () => {
    clearInterval(timer)
    watch.signal?.removeEventListener('abort', look)
  }
}
