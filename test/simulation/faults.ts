// What may go wrong, and how often: each seed has a mixture of its own, so that rare pairs meet.

import type { Dice } from './dice.ts'

export type Faults = {
  /** Shares of appends: not written and not told; written and not told; written later than the caller is told that nobody knows; refused. */
  lost: number
  untold: number
  late: number
  busy: number
  /** Share of reads that fail. */
  readFails: number
  /** Share of wake-ups that do not reach a reader. */
  wakeLost: number
  /** Each way to the store and back, and each call of a kernel, takes up to so long. */
  storeMs: number
  kernelMs: number
  /** Nobody reaches the store. */
  away: boolean
  /** Share of snapshots that turn out damaged when they are read. */
  damaged: number
  /** So many of the next runs of a kernel end with the kernel. */
  kernelCrashes: number
}

export const calmFaults = (): Faults => ({
  lost: 0,
  untold: 0,
  late: 0,
  busy: 0,
  readFails: 0,
  wakeLost: 0,
  storeMs: 2,
  kernelMs: 2,
  away: false,
  damaged: 0,
  kernelCrashes: 0,
})

/** The steady faults of a run; storms come on top. */
export function drawFaults(dice: Dice): Faults {
  const rate = (most: number) => (dice.likely(0.5) ? 0 : dice.share() * most)
  return {
    ...calmFaults(),
    lost: rate(0.08),
    untold: rate(0.08),
    late: rate(0.06),
    busy: rate(0.05),
    readFails: rate(0.08),
    wakeLost: rate(0.5),
    damaged: rate(0.3),
    storeMs: dice.pick([2, 10, 60]),
    kernelMs: dice.pick([2, 10, 40]),
  }
}
