// `npm run test:long`: simulated worlds under storms. ORRERY_SIMULATIONS says how many (1,000), ORRERY_SEED the first seed.

import { expect, it } from 'vitest'
import { seedOf } from '../helpers/killReport.ts'
import { type Run, simulate } from '../simulation/simulation.ts'
import { tellOf } from '../simulation/told.ts'

const first = seedOf(process.env.ORRERY_SEED)
const count = Number(process.env.ORRERY_SIMULATIONS ?? 1_000)
/** Longer than in `npm test`: more happens to one world. */
const LASTS_MS = 20_000
const again =
  'ORRERY_SIMULATIONS=1 npx vitest run --config vitest.long.config.ts test/long/simulation.test.ts'

it(`${count} worlds lose nothing under storms (seeds from ${first})`, async () => {
  const totals: Record<string, number> = {}
  const add = (what: string, many: number) => {
    totals[what] = (totals[what] ?? 0) + many
  }
  const wrong: Run[] = []
  for (let seed = first; seed < first + count; seed++) {
    const run = await simulate(seed, { lastsMs: LASTS_MS })
    if (run.failures.length > 0) {
      wrong.push(run)
      console.log(tellOf(run, again))
    }
    const { storms, ...counts } = run.counts
    for (const [what, many] of Object.entries({ ...counts, ...storms })) add(what, many)
  }
  console.log(`seeds ${first} to ${first + count - 1}: ${JSON.stringify(totals, undefined, 2)}`)
  expect(wrong.map(({ seed }) => seed)).toEqual([])
})
