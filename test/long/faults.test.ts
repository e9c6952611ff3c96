// `npm run test:long`: a world whose database is reached badly. ORRERY_TRIALS says how many (40), ORRERY_SEED which.

import { afterAll, expect, test } from 'vitest'
import { seedOf } from '../helpers/killReport.ts'
import { seeded } from '../helpers/mortal.ts'
import { openOrdeal, reportOfOrdeal, trials } from '../helpers/ordeal.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const count = Number(process.env.ORRERY_TRIALS ?? 40)
let ordeal: Awaited<ReturnType<typeof openOrdeal>> | undefined
afterAll(() => ordeal?.close())

test(`a world outlives ${count} trials of its database and its clock (ORRERY_SEED=${seed})`, async () => {
  const random = seeded(seed)
  ordeal = await openOrdeal(seed)
  await ordeal.begin()
  while (ordeal.rounds.length < count)
    await ordeal.undergo(trials[Math.floor(random() * trials.length)]!)
  const replayed = await ordeal.prove()
  console.log(reportOfOrdeal(seed, ordeal, replayed))
  expect(ordeal.seen.hashes.size).toBeGreaterThan(count)
})
