// A hundred kills of a worker under load, by every signal, at random moments: no tick is lost, no answer differs from
// that of a kernel which nobody disturbs. A failure prints the seed.

import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import type { KernelBatch, TickEvents } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import { type RustKernel, rustWorker } from '../../src/platform/kernel/rust/rustWorker.ts'
import { batchThrough } from '../contracts/kernel.ts'
import { built } from '../helpers/builtKernel.ts'
import { seeded } from '../helpers/mortal.ts'

const N = 48
const KILLS = 100
const signals = ['futex', 'eventfd', 'signal'] as const
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 0xffff_ffff))

/** Players come, claim, place and walk: something for every tick to do. */
function eventsOf(from: number, through: number, random: () => number): TickEvents[] {
  const due: TickEvents[] = []
  for (let tick = from; tick <= through; tick++) {
    const account = `player ${Math.floor(random() * 20)}`
    const landing = landingCell(7, N, 1 + Math.floor(random() * 200))
    const events: SimulationEvent[] = [
      { type: 'WorldEntered', data: { account, landing } },
      { type: 'CellsClaimed', data: { account, cells: [landing, landing + 1, landing + 2] } },
      {
        type: 'StructuresPlaced',
        data: { account, structures: [{ cell: landing, prototype: 'depot', direction: 0 }] },
      },
      { type: 'HarvestStarted', data: { account, cell: landing } },
    ]
    due.push({
      tick,
      events: events.map((event, place) => ({ commandId: `${tick}.${place}`, event })),
    })
  }
  return due
}

async function killing(kernel: RustKernel, random: () => number, over: { now: boolean }) {
  let kills = 0
  let last = 0
  while (!over.now) {
    await setTimeout(random() * 60)
    const pid = kernel.pid()
    if (over.now || pid === 0 || pid === last) continue
    try {
      process.kill(pid, random() < 0.8 ? 'SIGKILL' : 'SIGSTOP')
    } catch {
      // It has ended just now.
      continue
    }
    last = pid
    kills++
  }
  return kills
}

describe.skipIf(!built)('a worker that is killed or stopped a hundred times under load', () => {
  it.each(signals)(
    'woken by %s, loses no tick and gives no other answer',
    async (signal) => {
      const random = seeded(seed)
      const world = { world: 'earth', seed: 7, n: N, ups: 20 }
      const reference = await inThreadKernel(world)
      const kernel = await rustWorker(
        {
          built: built!,
          threads: 2,
          signal,
          spinUs: 0,
          checkpointMs: 5,
          hangMs: 150,
          say: () => {},
          tell: () => {},
        },
        world,
      )
      const over = { now: false }
      const killer = killing(kernel, seeded(seed + 1), over)
      let through = 0
      while (kernel.status().workersLost < KILLS) {
        const from = through + 1
        through += 1 + Math.floor(random() * 20)
        const asked: KernelBatch = batchThrough(through, {
          events: eventsOf(from, through, random),
        })
        const [ours, theirs] = await Promise.all([reference.run(asked), kernel.run(asked)])
        expect(`seed ${seed}, tick ${theirs.tick}: ${theirs.hash}`).toBe(
          `seed ${seed}, tick ${ours.tick}: ${ours.hash}`,
        )
        expect(theirs.outcomes).toEqual(ours.outcomes)
        expect(kernel.status().kernel).toBe('rust')
      }
      over.now = true
      expect(await killer).toBeGreaterThanOrEqual(KILLS)
      expect(await kernel.leaderboard()).toEqual(await reference.leaderboard())
      await kernel.close()
      console.log(`${signal}: ${KILLS} losses over ${through} ticks (seed ${seed})`)
    },
    900_000,
  )
})
