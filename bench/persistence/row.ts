// What the parts of the benchmark give, and how they say it.

/** A row of the table. */
export type Measured = readonly [what: string, measured: string]

export const timed = async <Value>(work: () => Value | Promise<Value>) => {
  const began = performance.now()
  const value = await work()
  return { value, ms: performance.now() - began }
}

export const perSecond = (count: number, ms: number) =>
  `${Math.round((count * 1000) / ms).toLocaleString('en')}/s`

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
export const millis = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
