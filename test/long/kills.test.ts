// `npm run test:long`: kill -9 at random moments under load, until a server was killed a hundred times and a PostgreSQL twenty
// times at least. ORRERY_KILLS ends it after so many kills in all, ORRERY_SEED says which.

import { afterAll, expect, test } from 'vitest'
import { reportOf, seedOf } from '../helpers/killReport.ts'
import { type Arena, kinds, openArena } from '../helpers/kills.ts'
import { seeded } from '../helpers/mortal.ts'

const seed = seedOf(process.env.ORRERY_SEED)
const SERVER_KILLS = 100
const DATABASE_KILLS = 20
const limit = process.env.ORRERY_KILLS
const goal = limit === undefined ? `${SERVER_KILLS} kills of a server` : `${limit} kills`
let arena: Arena | undefined
afterAll(() => arena?.close())

test(`a world outlives ${goal} (ORRERY_SEED=${seed})`, async () => {
  const random = seeded(seed)
  arena = await openArena(seed)
  await arena.begin()
  const { killed } = arena
  const count = (who: string) => killed.filter(({ kind }) => kind.includes(who)).length
  const isDone = () =>
    limit === undefined
      ? count('server') >= SERVER_KILLS && count('PostgreSQL') >= DATABASE_KILLS
      : killed.length >= Number(limit)
  // Every kind as often as every other, in an order by chance.
  for (let round: (typeof kinds)[number][] = []; !isDone(); ) {
    if (round.length === 0) round = [...kinds]
    const [kind] = round.splice(Math.floor(random() * round.length), 1)
    await arena.kill(kind!)
    const told = `${count('server')} kills of a server, ${count('PostgreSQL')} of PostgreSQL`
    console.log(`${told}: ${kind}, tick ${arena.seen.maxTick()}`)
  }
  const replayed = await arena.prove()
  console.log(reportOf(seed, arena, replayed))
  expect(killed.length).toBeGreaterThan(0)
  expect(arena.seen.hashes.size).toBeGreaterThan(killed.length)
})
