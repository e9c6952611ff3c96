// The whole server, killed a few times under load. test/long/kills.test.ts does the same many times.

import { afterAll, expect, test } from 'vitest'
import { reportOf, seedOf } from '../helpers/killReport.ts'
import { type Arena, openArena } from '../helpers/kills.ts'

const seed = seedOf(process.env.ORRERY_SEED)
let arena: Arena | undefined
afterAll(() => arena?.close())

test(`what was seen and what was answered outlives kill -9 of the server and of PostgreSQL (ORRERY_SEED=${seed})`, async () => {
  arena = await openArena(seed)
  await arena.begin()
  await arena.kill('server right after an answer')
  await arena.kill('PostgreSQL under load')
  await arena.kill('server during its start')
  await arena.kill('server and PostgreSQL under load')
  const replayed = await arena.prove()
  console.log(reportOf(seed, arena, replayed))
  expect(arena.seen.hashes.size).toBeGreaterThan(0)
  expect(arena.seen.outcomes.size).toBeGreaterThan(0)
}, 180_000)
