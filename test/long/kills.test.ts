// `npm run test:long`: kill -9 at random moments under load. ORRERY_KILLS says how many (36), ORRERY_SEED which.

import { afterAll, expect, test } from 'vitest'
import { reportOf, seedOf } from '../helpers/killReport.ts'
import { type Arena, kinds, openArena } from '../helpers/kills.ts'
import { seeded } from '../helpers/mortal.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const kills = Number(process.env.ORRERY_KILLS ?? 36)
let arena: Arena | undefined
afterAll(() => arena?.close())

test(`a world outlives ${kills} kills (ORRERY_SEED=${seed})`, async () => {
  const random = seeded(seed)
  arena = await openArena(seed)
  await arena.begin()
  // Every kind as often as every other, in an order by chance.
  for (let round: (typeof kinds)[number][] = []; arena.killed.length < kills; ) {
    if (round.length === 0) round = [...kinds]
    const [kind] = round.splice(Math.floor(random() * round.length), 1)
    await arena.kill(kind!)
    console.log(`${arena.killed.length} of ${kills}: ${kind}, tick ${arena.seen.maxTick()}`)
  }
  const replayed = await arena.prove()
  console.log(reportOf(seed, arena, replayed))
  expect(arena.killed.length).toBeGreaterThanOrEqual(kills)
  expect(arena.seen.hashes.size).toBeGreaterThan(kills)
})
