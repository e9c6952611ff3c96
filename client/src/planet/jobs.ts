// When machines began their jobs, as the feed told: what a machine makes over time. Bounded for each machine.

/** The last two minutes of the quickest machine at 20 ticks a second. */
const KEPT = 160

export class JobLog {
  private readonly begun = new Map<number, number[]>()
  private readonly kept: number

  /** @param kept how many are known of each machine at most */
  constructor(kept = KEPT) {
    this.kept = kept
  }

  /** A machine began a job. Ticks that are not newer than the last are passed over. */
  began(cell: number, tick: number): void {
    const ticks = this.begun.get(cell)
    if (!ticks) this.begun.set(cell, [tick])
    else if (tick > ticks.at(-1)!) {
      ticks.push(tick)
      if (ticks.length > this.kept) ticks.shift()
    }
  }

  forget(cell: number): void {
    this.begun.delete(cell)
  }

  /**
   * Jobs that were begun in each of `buckets` spans of `span` ticks, the latest last and ending at `now`; only from the first
   * that is known on, so fewer where the machine was seen for less. Empty before two jobs are known.
   */
  counts(cell: number, now: number, span: number, buckets: number): readonly number[] {
    const ticks = this.begun.get(cell) ?? []
    if (ticks.length < 2) return []
    const known = Math.min(buckets, Math.floor((now - ticks[0]!) / span) + 1)
    const counts = Array.from({ length: known }, () => 0)
    for (const tick of ticks) {
      const ago = Math.floor((now - tick) / span)
      if (tick <= now && ago < known) counts[known - 1 - ago]!++
    }
    return counts
  }

  /** Jobs a tick over the last `ticks`, or over as long as the machine was seen; undefined before two jobs are known. */
  rate(cell: number, now: number, ticks: number): number | undefined {
    const all = this.begun.get(cell) ?? []
    const [first] = all
    if (first === undefined || all.length < 2) return undefined
    const from = Math.max(first, now - ticks)
    return all.filter((tick) => tick > from && tick <= now).length / Math.max(1, now - from)
  }
}
