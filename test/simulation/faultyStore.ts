// The way from one server to the log: slow, lossy, and cut off now and then. The log itself keeps its promises.

import {
  type AppendResult,
  type EventStore,
  StoreBusy,
  StoreUnavailable,
} from '../../src/domain/ports/eventStore.ts'
import { follow, wakeUps } from '../../src/platform/follow.ts'
import type { Stage } from './stage.ts'

/** A server's line to the store. `cut`: it reaches nothing until it is mended, and what is under way is not told. */
export type Line = { cut: boolean }

const LATEST_MS = 800
const POLL_MS = 500

export function faultyStore(stage: Stage, line: Line): EventStore & { end(): void } {
  const { faults, scheduler, store: log } = stage
  const dice = stage.dice.fork()
  const readers = wakeUps(scheduler)
  const closed = new AbortController()
  const wake = () => {
    if (!dice.likely(faults.wakeLost)) readers.wake()
  }
  stage.written.add(wake)

  const wayMs = () => dice.below(faults.storeMs + 1)
  const reach = async () => {
    await scheduler.sleep(wayMs())
    if (line.cut || faults.away) throw new StoreUnavailable('the store cannot be reached')
  }
  const write = async (asked: Parameters<EventStore['append']>): Promise<AppendResult> => {
    const result = await log.append(...asked)
    if (result.kind === 'appended') for (const ring of stage.written) ring()
    return result
  }
  const outcomeUnknown = () => new StoreUnavailable('the connection broke')

  const append: EventStore['append'] = async (...asked) => {
    const [stream, version, commands] = asked
    const what = `append ${stream} ${version} ${commands.map(({ commandId }) => commandId)}`
    await reach()
    const { lost, untold, late, busy } = faults
    const luck = dice.share()
    if (luck < busy) throw new StoreBusy('too many appends wait')
    if (luck < busy + lost) {
      stage.note(`${what}: lost`)
      throw outcomeUnknown()
    }
    if (luck < busy + lost + late) {
      const arrives = scheduler.sleep(dice.below(LATEST_MS)).then(async () => {
        stage.note(`${what}: late, ${(await write(asked)).kind}`)
      })
      void stage.track(what, arrives)
      throw outcomeUnknown()
    }
    const result = await write(asked)
    stage.note(`${what}: ${result.kind}`)
    await scheduler.sleep(wayMs())
    if (line.cut || luck < busy + lost + late + untold) {
      stage.note(`${what}: not told`)
      throw outcomeUnknown()
    }
    return result
  }
  const read = async <Value>(question: () => Promise<Value>): Promise<Value> => {
    await reach()
    if (dice.likely(faults.readFails)) throw new StoreUnavailable('the answer was lost')
    const value = await question()
    await scheduler.sleep(wayMs())
    return value
  }
  const readAll: EventStore['readAll'] = (...asked) => read(() => log.readAll(...asked))
  return {
    dense: true,
    append: (...asked) => stage.track(`append to ${asked[0]}`, append(...asked)),
    answer: (...asked) => read(() => log.answer(...asked)),
    readStream: (...asked) => read(() => log.readStream(...asked)),
    readAll,
    head: () => read(() => log.head()),
    // A connection that drops and comes again: a page that fails is asked for again from where the reader stands.
    subscribe: (after, signal) =>
      follow(
        { readAll, wakeUps: readers, pollMs: POLL_MS, dense: true },
        after,
        AbortSignal.any([signal, closed.signal]),
      ),
    close: async () => closed.abort(),
    end() {
      stage.written.delete(wake)
      closed.abort()
    },
  }
}
