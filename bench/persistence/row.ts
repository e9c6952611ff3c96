// What the parts of the benchmark give, and how they say it.

/** A row of the table. */
export type Measured = readonly [what: string, measured: string]

/** `cpuMs`: of this process, whatever else the machine does. */
export const timed = async <Value>(work: () => Value | Promise<Value>) => {
  const began = performance.now()
  const before = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, ms: performance.now() - began, cpuMs: (user + system) / 1000 }
}

/** What one of `count` took of this process's processor time. */
export const cpuEach = (count: number, cpuMs: number) =>
  `${((cpuMs * 1000) / count).toFixed(1)} µs of CPU each`

export const perSecond = (count: number, ms: number) =>
  `${Math.round((count * 1000) / ms).toLocaleString('en')}/s`

export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
export const millis = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
