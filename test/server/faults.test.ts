// The whole server on a database that it reaches badly, and by a clock that jumps. test/long/faults.test.ts does it often.

import { afterAll, expect, test } from 'vitest'
import { seedOf } from '../helpers/killReport.ts'
import { openOrdeal, reportOfOrdeal, trials } from '../helpers/ordeal.ts'

const seed = seedOf(process.env.ORRERY_SEED)
let ordeal: Awaited<ReturnType<typeof openOrdeal>> | undefined
afterAll(() => ordeal?.close())

test(`what was seen and what was answered outlives cut, slow and lost connections, and a clock that jumps (ORRERY_SEED=${seed})`, async () => {
  ordeal = await openOrdeal(seed)
  await ordeal.begin()
  for (const trial of trials) await ordeal.undergo(trial)
  const replayed = await ordeal.prove()
  console.log(reportOfOrdeal(seed, ordeal, replayed))
  expect(ordeal.seen.hashes.size).toBeGreaterThan(0)
  expect(ordeal.seen.outcomes.size).toBeGreaterThan(0)
}, 120_000)
