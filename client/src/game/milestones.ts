// How far the page has come to its first planet, as marks of the browser's own timeline: `orrery:script` and so on.

/**
 * `script`: the page's code runs; `world`: it knows which planet; `coarse`: the planet is seen, as it was generated;
 * `chunks`: all that is watched has come; `planet`: all of it is drawn, and the graphics device is done with it; `ready`: with all that
 * stands and drifts over it.
 */
export type Milestone = 'script' | 'world' | 'coarse' | 'chunks' | 'planet' | 'ready'

/** Nobody waits longer than this for panels because the planet has not come, ms after the world is known. */
export const UNFURNISHED_MOST_MS = 4000

const passed = new Set<Milestone>()

/** Notes a milestone the first time that it is reached. */
export function reached(milestone: Milestone): void {
  if (passed.has(milestone)) return
  passed.add(milestone)
  performance.mark(`orrery:${milestone}`)
}
