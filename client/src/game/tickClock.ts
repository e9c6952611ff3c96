// The tick that is drawn. It runs evenly between the ticks that arrive, follows those with the least
// latency, keeps a little behind them, and never goes backwards.

/** How far behind the quickest way to draw: more where ticks arrive unevenly. */
const DELAY_LEAST_MS = 100
const DELAY_MOST_MS = 250
/** A burst of late ticks is forgotten so fast. */
const CALMS_MS_PER_S = 8
/** How fast the clock may catch up or wait, as a share of real time. */
const CORRECTION = 0.12
/** Farther off than this it jumps forward (a page that slept, a world that was caught up with). */
const JUMP_MS = 2000
/** Each second the envelope of latencies forgives so much, so that a route that grew longer is believed. */
const FORGIVE_MS_PER_S = 6

export class TickClock {
  private readonly msPerTick: number
  /** Local time at which tick 0 would have come by the quickest way seen. */
  private origin: number | undefined
  private originAt = 0
  private newest = 0
  private shown = 0
  private shownAt = 0
  /** How much later than the quickest the ticks came, lately. */
  private unevenMs = 0
  private heardAt = 0

  constructor(ups: number) {
    this.msPerTick = 1000 / ups
  }

  /** A tick arrived. @param now local time, ms */
  heard(tick: number, now: number): void {
    const isNew = tick > this.newest
    this.newest = Math.max(this.newest, tick)
    const origin = now - tick * this.msPerTick
    if (this.origin === undefined) {
      this.origin = origin
      this.shown = Math.max(this.shown, tick)
      this.shownAt = now
    } else {
      const forgiven = this.origin + ((now - this.originAt) / 1000) * FORGIVE_MS_PER_S
      this.origin = Math.min(forgiven, origin)
      const calmed = this.unevenMs - ((now - this.originAt) / 1000) * CALMS_MS_PER_S
      // A tick that was heard of before (a status after its chunks) says nothing of how ticks arrive.
      const late = isNew ? origin - this.origin : 0
      this.unevenMs = Math.max(0, calmed, Math.min(DELAY_MOST_MS, late))
    }
    this.originAt = now
    this.heardAt = now
  }

  /** The newest tick heard of. */
  get latest(): number {
    return this.newest
  }

  /** How far behind the quickest ticks the picture is kept, ms. */
  get delayMs(): number {
    return Math.max(DELAY_LEAST_MS, Math.min(DELAY_MOST_MS, this.unevenMs * 1.2))
  }

  /** How many ticks the world has gone on since it was last heard of, if it has kept its pace. @param now ms */
  behind(now: number): number {
    if (this.origin === undefined) return 0
    return Math.max(0, Math.floor((now - this.heardAt) / this.msPerTick))
  }

  /** The tick to draw, with its fraction. @param now local time, ms */
  at(now: number): number {
    if (this.origin === undefined) return 0
    const elapsed = Math.max(0, now - this.shownAt)
    this.shownAt = Math.max(this.shownAt, now)
    const goal = Math.min((now - this.delayMs - this.origin) / this.msPerTick, this.newest + 1)
    const even = this.shown + elapsed / this.msPerTick
    const offMs = (goal - even) * this.msPerTick
    const bound = elapsed * CORRECTION
    const next =
      offMs > JUMP_MS ? goal : even + Math.max(-bound, Math.min(bound, offMs)) / this.msPerTick
    // A world that stands still holds the clock, and no correction turns it back.
    this.shown = Math.max(this.shown, Math.min(next, this.newest + 1))
    return this.shown
  }
}
