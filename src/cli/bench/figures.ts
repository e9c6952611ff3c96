// What was measured, and what is told of it.

/** Of one or more workers, to be put together: samples in milliseconds by name, and counts by name. */
export type Measured = {
  readonly samples: Readonly<Record<string, readonly number[]>>
  readonly counts: Readonly<Record<string, number>>
}

export function merged(all: readonly Measured[]): Measured {
  const samples: Record<string, number[]> = {}
  const counts: Record<string, number> = {}
  for (const one of all) {
    for (const [name, values] of Object.entries(one.samples)) {
      const into = samples[name] ?? []
      samples[name] = into
      // By loop: as arguments of one push, a hundred thousand would overflow the stack.
      for (const value of values) into.push(value)
    }
    for (const [name, count] of Object.entries(one.counts)) {
      counts[name] = (counts[name] ?? 0) + count
    }
  }
  return { samples, counts }
}

/** The value that `share` of all are not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** One line of a report. `wanted` and `met`: of lines that have a target. */
export type Line = {
  readonly what: string
  readonly figures: Readonly<Record<string, number>>
  readonly unit: string
  readonly wanted?: string
  readonly met?: boolean
}

const rounded = (value: number) => Math.round(value * 10) / 10

/** p50 and p99 of samples; with a target, whether p99 is below it. */
export function latencyLine(what: string, values: readonly number[], below?: number): Line {
  const p50 = quantile(values, 0.5)
  const p99 = quantile(values, 0.99)
  return {
    what,
    figures: { count: values.length, p50: rounded(p50), p99: rounded(p99) },
    unit: 'ms',
    ...(below === undefined ? {} : { wanted: `p99 < ${below} ms`, met: p99 < below }),
  }
}

export const rateLine = (what: string, perSecond: number): Line => ({
  what,
  figures: { rate: rounded(perSecond) },
  unit: '/s',
})
