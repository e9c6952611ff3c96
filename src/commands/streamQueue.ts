// One queue a stream: all commands that wait are decided in order of arrival and appended as one group.
// A race for a cell so has one winner, and a busy world commits in groups (docs/adr/0003-stream-queues.md).

import type { Answer, EventStore } from '../domain/ports/eventStore.ts'
import type { SavedFolds } from '../domain/ports/folds.ts'
import type { Scheduler } from '../domain/ports/time.ts'
import { type AnyDecider, type Fold, foldCache } from './folds.ts'
import { type StreamCommand, settleGroup, tooBusy, type Waiting } from './groupDecision.ts'

export type QueueLimits = {
  /** Commands that may wait for one stream. */
  readonly waitingPerStream: number
  /** Commands that may wait in all. */
  readonly waiting: number
  /** Commands in one append. */
  readonly group: number
  /** Folded streams kept in memory. */
  readonly folds: number
  /** How often a group is decided again after a conflict. */
  readonly conflicts: number
  /** How often a group is tried again while the store is away. */
  readonly outages: number
}

const defaultLimits: QueueLimits = {
  waitingPerStream: 4_096,
  waiting: 32_768,
  group: 512,
  folds: 32_768,
  conflicts: 10,
  outages: 6,
}

export type StreamQueues = {
  /**
   * The durable answer. `TooBusy` is told and not remembered. Throws StoreUnavailable where the outcome stays unknown:
   * the same command id finds it out later.
   */
  submit(command: StreamCommand): Promise<Answer>
  /** The stream's state as committed; `fresh` looks into the store for what others wrote. Never change it. */
  read(stream: string, decider: AnyDecider, options?: { readonly fresh: boolean }): Promise<unknown>
  /** The streams that are folded in memory. */
  kept(): readonly Fold[]
  /** Commands that wait or are being written. */
  readonly waiting: number
  /** Streams with commands under way. */
  readonly busy: number
  /** Takes no more commands and resolves when those that wait have their answers. */
  close(): Promise<void>
}

type Queue = { readonly waiting: Waiting[]; readonly done: Promise<void> }

/** The queues over a store. `scheduler` times the waits while the store is away; `savedFolds`: what streams are begun with. */
export function streamQueues(
  store: Pick<EventStore, 'append' | 'answer' | 'readStream'>,
  scheduler: Scheduler,
  limits: Partial<QueueLimits> = {},
  savedFolds?: SavedFolds,
): StreamQueues {
  const bounds = { ...defaultLimits, ...limits }
  const folds = foldCache(store, bounds.folds, savedFolds)
  const queues = new Map<string, Queue>()
  let waiting = 0
  let closed = false

  const run = async (stream: string, mine: Waiting[]) => {
    // A turn of the loop, so that commands which arrive together are decided together.
    await Promise.resolve()
    while (mine.length > 0) {
      const taken = mine.splice(0, bounds.group)
      await settleGroup({ store, scheduler, folds, bounds }, taken)
      waiting -= taken.length
    }
    // In the same turn in which nothing waited, so that no command is left in a queue that nobody serves.
    queues.delete(stream)
  }

  const queueOf = (stream: string): Queue => {
    const known = queues.get(stream)
    if (known) return known
    const mine: Waiting[] = []
    const queue = { waiting: mine, done: run(stream, mine) }
    queues.set(stream, queue)
    return queue
  }

  return {
    async submit(command) {
      if (closed) return tooBusy('the server is stopping')
      if (waiting >= bounds.waiting) return tooBusy('too many commands wait')
      if ((queues.get(command.stream)?.waiting.length ?? 0) >= bounds.waitingPerStream)
        return tooBusy(`too many commands wait for ${command.stream}`)
      waiting += 1
      return new Promise((answer, fail) => {
        queueOf(command.stream).waiting.push({ command, answer, fail })
      })
    },
    async read(stream, decider, options) {
      const fold = await folds.load(stream, decider)
      if (options?.fresh) await folds.catchUp(fold)
      return fold.state
    },
    kept: folds.kept,
    get waiting() {
      return waiting
    },
    get busy() {
      return queues.size
    },
    async close() {
      closed = true
      await Promise.all([...queues.values()].map(({ done }) => done))
    },
  }
}
