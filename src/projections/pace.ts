// Which tick is due: counted from one fixed moment, so that rounding of timers never adds up to drift.

export type Pace = {
  readonly ups: number
  /** At this moment (monotonic, ms) … */
  readonly fromMs: number
  /** … this tick was due. */
  readonly fromTick: number
}

/** A world that is further behind than this runs slow instead of hurrying after its clock. */
const CATCH_UP_MS = 250
/** Over how long `ups` is measured. */
const MEASURED_MS = 3_000
const SAMPLE_MS = 250

export const dueTick = (pace: Pace, nowMs: number) =>
  pace.fromTick + Math.floor(((nowMs - pace.fromMs) * pace.ups) / 1_000)

/** Until `tick` is due; never negative. */
export const msUntil = (pace: Pace, nowMs: number, tick: number) =>
  Math.max(0, pace.fromMs + ((tick - pace.fromTick) * 1_000) / pace.ups - nowMs)

/** How far `done` is behind the clock, ms. */
export const lagMs = (pace: Pace, nowMs: number, done: number) =>
  (Math.max(0, dueTick(pace, nowMs) - done) * 1_000) / pace.ups

/** The same pace, or one that has given up what cannot be caught up. No tick is dropped: time is. */
export function keepPace(pace: Pace, nowMs: number, done: number): Pace {
  const most = done + Math.max(1, Math.ceil((pace.ups * CATCH_UP_MS) / 1_000))
  return dueTick(pace, nowMs) <= most ? pace : { ...pace, fromMs: nowMs, fromTick: most }
}

/** Measures ticks a second over the last seconds. */
export function createUpsMeter() {
  let samples: { nowMs: number; tick: number }[] = []
  return {
    tell(nowMs: number, tick: number): void {
      const last = samples.at(-1)
      if (last && nowMs - last.nowMs < SAMPLE_MS) return
      samples = samples.filter((sample) => nowMs - sample.nowMs <= MEASURED_MS)
      samples.push({ nowMs, tick })
    },
    /** 0 until there is something to measure. */
    ups(nowMs: number, tick: number): number {
      const first = samples.find((sample) => nowMs - sample.nowMs <= MEASURED_MS)
      if (!first || nowMs - first.nowMs < SAMPLE_MS) return 0
      return ((tick - first.tick) * 1_000) / (nowMs - first.nowMs)
    },
  }
}
