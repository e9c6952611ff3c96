// Production over time: what one's hands and machines made and used up, as the server counts it, kept as a
// bounded row of samples.

export type Sample = {
  /** Of the world. */
  readonly tick: number
  /** Item → count, since one came. */
  readonly produced: Readonly<Record<string, number>>
  readonly consumed: Readonly<Record<string, number>>
}

/** At a sample every five seconds: half an hour. */
const SAMPLES_KEPT = 360
const TICKS_PER_MINUTE_AT_1_UPS = 60

export class ProductionHistory {
  private readonly ups: number
  private kept: Sample[] = []

  constructor(ups: number) {
    this.ups = ups
  }

  get samples(): readonly Sample[] {
    return this.kept
  }

  /** A sample that is not newer than the last one is passed over. */
  add(sample: Sample): void {
    const last = this.kept.at(-1)
    if (last && sample.tick <= last.tick) return
    this.kept.push(sample)
    if (this.kept.length > SAMPLES_KEPT) this.kept = this.kept.slice(-SAMPLES_KEPT)
  }

  /** Items a minute over the latest samples, made less used up; empty before there are two. */
  netRates(window = 12): Record<string, number> {
    const last = this.kept.at(-1)
    const first = this.kept.at(-1 - Math.min(window, this.kept.length - 1))
    if (!last || !first || first === last) return {}
    const names = new Set([...Object.keys(last.produced), ...Object.keys(last.consumed)])
    return Object.fromEntries(
      [...names].map((item) => {
        const net = (sample: Sample) => (sample.produced[item] ?? 0) - (sample.consumed[item] ?? 0)
        return [item, this.perMinute(net(last) - net(first), last.tick - first.tick)]
      }),
    )
  }

  /** The samples of the last `minutes`, and the one before them. */
  within(minutes: number): readonly Sample[] {
    const last = this.kept.at(-1)?.tick ?? 0
    const inside = this.kept.findIndex(({ tick }) => this.minutes(last - tick) <= minutes)
    return this.kept.slice(Math.max(0, inside - 1))
  }

  /** The items that were made most in the last `minutes`, most first. */
  busiest(most: number, minutes: number): string[] {
    const kept = this.within(minutes)
    const last = kept.at(-1)
    const first = kept[0]
    if (!last || !first) return []
    const made = (item: string) => (last.produced[item] ?? 0) - (first.produced[item] ?? 0)
    return Object.keys(last.produced)
      .filter((item) => made(item) > 0)
      .sort((a, b) => made(b) - made(a) || (a < b ? -1 : 1))
      .slice(0, most)
  }

  /**
   * Minutes before the last sample (negative) as far back as `span`, and for each item what was made a minute, smoothed
   * over `window` samples.
   */
  series(
    items: readonly string[],
    span: number,
    window = 6,
  ): { minutes: number[]; rates: number[][] } {
    const kept = this.within(span)
    const last = kept.at(-1)?.tick ?? 0
    const minutes = kept.slice(1).map(({ tick }) => this.minutes(tick - last))
    const rates = items.map((item) =>
      kept.slice(1).map((sample, place) => {
        const before = kept[Math.max(0, place + 1 - window)]!
        const made = (sample.produced[item] ?? 0) - (before.produced[item] ?? 0)
        return this.perMinute(made, sample.tick - before.tick)
      }),
    )
    return { minutes, rates }
  }

  private perMinute(count: number, ticks: number): number {
    return (count * this.ups * TICKS_PER_MINUTE_AT_1_UPS) / Math.max(1, ticks)
  }

  private minutes(ticks: number): number {
    return ticks / (this.ups * TICKS_PER_MINUTE_AT_1_UPS)
  }
}
