// From queue to feed in one process under one seed: nothing acknowledged is lost, nothing shown is taken back,
// whatever breaks. docs/testing.md tells how it works; test/long/simulation.test.ts runs a thousand seeds.

import { describe, expect, it } from 'vitest'
import { sabotages } from './sabotage.ts'
import { type Run, simulate } from './simulation.ts'
import { tellOf } from './told.ts'

const asked = process.env.ORRERY_SEED
const SEEDS = 100
const SEEDS_A_TEST = 10
/** Seconds on a quiet machine; other work beside it must not fail it. */
const LIMIT_MS = 180_000
const again = 'npx vitest run test/simulation/simulation.test.ts'

const runs: Run[] = []
async function survives(seed: number): Promise<void> {
  const run = await simulate(seed)
  runs.push(run)
  if (run.failures.length > 0) expect.fail(tellOf(run, again))
}

describe.runIf(asked !== undefined)('a world under storms', () => {
  it(`loses nothing (seed ${asked})`, () => survives(Number(asked)), 600_000)
})

describe.runIf(asked === undefined)('a world under storms', () => {
  const firsts = Array.from({ length: SEEDS / SEEDS_A_TEST }, (_, index) => 1 + index * 10)
  it.each(firsts)(
    'loses nothing (ten seeds from %i)',
    async (first) => {
      for (let seed = first; seed < first + SEEDS_A_TEST; seed++) await survives(seed)
    },
    LIMIT_MS,
  )

  it('has met every kind of storm, and players, watchers and engines enough to notice', () => {
    const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0)
    const storms = new Set(runs.flatMap(({ counts }) => Object.keys(counts.storms)))
    expect(runs).toHaveLength(SEEDS)
    expect([...storms].sort()).toEqual([
      'another server takes over',
      'everything stands still',
      'the clock jumps',
      'the kernel crashes',
      'the lease is lost',
      'the line is cut',
      'the server is cut off, and another takes over',
      'the server is killed',
      'the server is restarted',
      'the store is away',
      'the store is slow',
    ])
    expect(sum(({ counts }) => counts.answers)).toBeGreaterThan(40 * SEEDS)
    expect(sum(({ counts }) => counts.outcomes)).toBeGreaterThan(20 * SEEDS)
    expect(sum(({ counts }) => counts.chunks)).toBeGreaterThan(20 * SEEDS)
    expect(sum(({ counts }) => counts.engines)).toBeGreaterThan(SEEDS)
    expect(sum(({ counts }) => counts.gaps)).toBeGreaterThan(0)
  })
})

describe.runIf(asked === undefined)('a simulated run', () => {
  it('is the same whenever its seed is, and another for another seed', async () => {
    const [one, same, other] = [await simulate(7), await simulate(7), await simulate(8)]
    expect(same.trace).toBe(one.trace)
    expect(same.counts).toEqual(one.counts)
    expect(other.trace).not.toBe(one.trace)
  })

  it.each(Object.keys(sabotages))(
    'notices that %s',
    async (name) => {
      const noticed: string[] = []
      for (let seed = 1; seed <= 12 && noticed.length === 0; seed++) {
        const { failures } = await simulate(seed, { sabotage: sabotages[name]!() })
        noticed.push(...failures)
      }
      expect(noticed).not.toEqual([])
    },
    LIMIT_MS,
  )
})
