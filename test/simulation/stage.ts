// What all parts of a simulated run share: time, chance, the log itself, what went wrong, and a trace of all that happened.

import { createHash } from 'node:crypto'
import type { EventStore } from '../../src/domain/ports/eventStore.ts'
import type { PersonalData } from '../../src/domain/ports/personalData.ts'
import type { Snapshot } from '../../src/domain/ports/snapshots.ts'
import type { Chance, Clock, Scheduler } from '../../src/domain/ports/time.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { type SimulatedTime, simulatedTime } from '../helpers/simulatedTime.ts'
import { type Dice, diceOf } from './dice.ts'
import { calmFaults, type Faults } from './faults.ts'

/** Snapshots that are kept, newest first, whoever wrote them. */
export type SnapshotShelf = { snapshots: readonly Snapshot[] }

export type Stage = {
  readonly dice: Dice
  readonly time: SimulatedTime
  /** The machine's clock, which may jump, and timers, which are late. */
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly chance: Chance
  /** What is on disk: no process takes it along. */
  readonly store: EventStore
  readonly personalData: PersonalData
  readonly shelf: SnapshotShelf
  readonly faults: Faults
  /** Rung by every append, whoever made it. */
  readonly written: Set<() => void>
  /** True from the moment when nothing new is asked or broken any more. */
  calm: boolean
  jumpClock(ms: number): void
  note(what: string): void
  /** What must not be; the run goes on, and fails in the end. */
  fault(what: string): void
  /** A promise that has to settle before the run ends. */
  track<Value>(what: string, promise: Promise<Value>): Promise<Value>
  readonly unsettled: ReadonlyMap<number, string>
  readonly failures: readonly string[]
  trace(): { readonly digest: string; readonly lines: number; readonly last: readonly string[] }
}

/** Lines of the trace that a failure shows. */
const LINES_SHOWN = 60

export function openStage(seed: number): Stage {
  const dice = diceOf(seed)
  const order = dice.fork()
  const time = simulatedTime({ turns: 1, order: order.share })
  const drawn = dice.fork()
  const late = dice.fork()
  const hash = createHash('sha256')
  const last: string[] = []
  const failures: string[] = []
  const unsettled = new Map<number, string>()
  let lines = 0
  let tracked = 0
  let ids = 0
  let jumpedMs = 0
  const clock: Clock = {
    now: () => time.clock.now() + jumpedMs,
    monotonic: time.clock.monotonic,
  }
  const note = (what: string) => {
    const line = `${time.clock.monotonic()} ${what}`
    hash.update(`${line}\n`)
    lines++
    last.push(line)
    if (last.length > 2 * LINES_SHOWN) last.splice(0, LINES_SHOWN)
  }
  return {
    dice,
    time,
    clock,
    scheduler: { sleep: (ms, signal) => time.scheduler.sleep(ms + late.below(3), signal) },
    chance: {
      uuid: () => `00000000-0000-7000-8000-${(++ids).toString(16).padStart(12, '0')}`,
      secret: (bytes) => String(++ids).padStart(Math.ceil((bytes * 4) / 3), 's'),
      u32: () => drawn.below(0x1_0000_0000),
    },
    store: memoryEventStore({ clock }),
    personalData: memoryPersonalData(),
    shelf: { snapshots: [] },
    faults: calmFaults(),
    written: new Set(),
    calm: false,
    jumpClock(ms) {
      jumpedMs += ms
    },
    note,
    fault(what) {
      note(`WRONG: ${what}`)
      failures.push(what)
    },
    async track(what, promise) {
      const id = ++tracked
      unsettled.set(id, what)
      return promise.finally(() => unsettled.delete(id))
    },
    unsettled,
    failures,
    trace: () => ({ digest: hash.copy().digest('hex'), lines, last: last.slice(-LINES_SHOWN) }),
  }
}
