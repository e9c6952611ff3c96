// A Rust worker that is killed and stopped under load, beside a kernel that nobody disturbs.

import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import type { SimulationEvent } from '../../src/domain/events.ts'
import { landingCell } from '../../src/domain/generation/landing.ts'
import type { TickEvents } from '../../src/domain/ports/kernel.ts'
import { inThreadKernel } from '../../src/platform/kernel/inThread.ts'
import type { Signal } from '../../src/platform/kernel/rust/addon.ts'
import { type RustKernel, rustWorker } from '../../src/platform/kernel/rust/rustWorker.ts'
import { batchThrough } from '../contracts/kernel.ts'
import { built } from './builtKernel.ts'
import { seeded } from './mortal.ts'

const N = 48
/** Of a hundred: killed; the others are stopped, and found to hang. */
const KILLED = 0.8
const IN_ROW = 3

export type Killing = {
  readonly signal: Signal
  readonly kills: number
  readonly stops: number
  /** Workers that were replaced. */
  readonly losses: number
  readonly ticks: number
  readonly orders: number
  readonly outcomes: number
  /** Of the batches that met a loss, and of all others: how long the answer took. */
  readonly disturbedMs: readonly number[]
  readonly undisturbedMs: readonly number[]
}

/** Players come, claim, place and walk: something for every tick to do. */
function eventsOf(
  from: number,
  through: number,
  landings: readonly number[],
  random: () => number,
): TickEvents[] {
  const due: TickEvents[] = []
  for (let tick = from; tick <= through; tick++) {
    const account = `player ${Math.floor(random() * 20)}`
    const landing = landings[Math.floor(random() * landings.length)]!
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

/** What the killer is told: how many batches were answered, and when to end. */
type Load = { answers: number; over: boolean }

/**
 * Each worker once, at a moment by chance; so many at most without an answer in between, for after six the workers are
 * given up, as they should be.
 */
async function killing(kernel: RustKernel, random: () => number, load: Load) {
  const done = { kills: 0, stops: 0 }
  let last = 0
  let inRow = 0
  let answers = 0
  while (!load.over) {
    await setTimeout(random() * 120)
    const pid = kernel.pid()
    if (load.answers > answers) inRow = 0
    answers = load.answers
    if (load.over || pid === 0 || pid === last || inRow === IN_ROW) continue
    const isKill = random() < KILLED
    try {
      process.kill(pid, isKill ? 'SIGKILL' : 'SIGSTOP')
    } catch {
      // It has ended just now.
      continue
    }
    last = pid
    inRow++
    done[isKill ? 'kills' : 'stops']++
  }
  return done
}

/** Batches of ticks with orders, until so many workers were lost; every answer is held to the undisturbed kernel's. */
export async function killWorkers(
  signal: Signal,
  losses: number,
  seed: number,
  told: (line: string) => void = () => {},
): Promise<Killing> {
  const random = seeded(seed)
  const world = { world: 'earth', seed: 7, n: N, ups: 20 }
  const landings = Array.from({ length: 24 }, (_, place) => landingCell(7, N, 1 + 8 * place))
  const reference = await inThreadKernel(world)
  const said: string[] = []
  const kernel = await rustWorker(
    {
      built: built!,
      threads: 2,
      signal,
      spinUs: 0,
      checkpointMs: 5,
      hangMs: 150,
      say: (line) => said.push(line),
      tell: () => {},
    },
    world,
  )
  const load: Load = { answers: 0, over: false }
  const killer = killing(kernel, seeded(seed + 1), load)
  const disturbedMs: number[] = []
  const undisturbedMs: number[] = []
  let through = 0
  let orders = 0
  let outcomes = 0
  try {
    while (kernel.status().workersLost < losses) {
      const from = through + 1
      through += 1 + Math.floor(random() * 40)
      const events = eventsOf(from, through, landings, random)
      const asked = batchThrough(through, { events })
      const before = kernel.status().workersLost
      const began = performance.now()
      const theirs = await kernel.run(asked)
      const tookMs = performance.now() - began
      load.answers++
      const isDisturbed = kernel.status().workersLost > before
      ;(isDisturbed ? disturbedMs : undisturbedMs).push(tookMs)
      const ours = await reference.run(asked)
      const place = `seed ${seed}, ${signal}, tick`
      expect(`${place} ${theirs.tick}: ${theirs.hash}`).toBe(`${place} ${ours.tick}: ${ours.hash}`)
      expect(theirs.outcomes).toEqual(ours.outcomes)
      expect(kernel.status().kernel, said.at(-1)).toBe('rust')
      orders += events.reduce((sum, due) => sum + due.events.length, 0)
      outcomes += theirs.outcomes.length
      if (isDisturbed)
        told(`${signal}: ${kernel.status().workersLost} of ${losses} lost, tick ${through}`)
    }
    load.over = true
    const done = await killer
    expect(await kernel.leaderboard()).toEqual(await reference.leaderboard())
    const { workersLost } = kernel.status()
    return {
      ...done,
      signal,
      losses: workersLost,
      ticks: through,
      orders,
      outcomes,
      disturbedMs,
      undisturbedMs,
    }
  } finally {
    load.over = true
    await killer
    await kernel.close()
  }
}
