// An engine that may die at any moment: ports that count its steps, delay them by a seed, and stop it for ever at one.

import { type EventStore, StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { Kernel, OpenKernel } from '../../src/domain/ports/kernel.ts'
import type { Snapshots } from '../../src/domain/ports/snapshots.ts'
import type { Scheduler } from '../../src/domain/ports/time.ts'

/** Pseudo-random numbers from a seed: 0 <= x < 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

export type Life = {
  dead: boolean
  steps: number
  /** An await point: returns after a while, or never. */
  step(): Promise<void>
}

/** Dies at step `diesAt`. `random` also decides how long each step takes (0 to `longestMs`). */
export function createLife(
  scheduler: Scheduler,
  random: () => number,
  diesAt: number,
  longestMs: number,
): Life {
  const life: Life = {
    dead: false,
    steps: 0,
    async step() {
      if (!life.dead && ++life.steps >= diesAt) life.dead = true
      if (life.dead) await new Promise(() => {})
      const delayMs = Math.floor(random() * (longestMs + 1))
      if (delayMs > 0) await scheduler.sleep(delayMs)
      if (life.dead) await new Promise(() => {})
    },
  }
  return life
}

/** `unreliable`: the share of appends whose answer is lost, written or not. */
export function mortalStore(
  store: EventStore,
  life: Life,
  random: () => number,
  unreliable: number,
): EventStore {
  const stepped = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    await life.step()
    const value = await call()
    await life.step()
    return value
  }
  return {
    ...store,
    append: (...asked) =>
      stepped(async () => {
        const luck = random()
        if (luck < unreliable / 2) throw new StoreUnavailable('not written')
        const result = await store.append(...asked)
        if (luck < unreliable) throw new StoreUnavailable('written or not, who knows')
        return result
      }),
    readStream: (...asked) => stepped(() => store.readStream(...asked)),
    head: () => stepped(() => store.head()),
    subscribe: async function* (after, signal) {
      for await (const batch of store.subscribe(after, signal)) {
        await life.step()
        yield batch
      }
    },
  }
}

export function mortalKernel(open: OpenKernel, life: Life): OpenKernel {
  return async (settings, from) => {
    const kernel = await open(settings, from)
    const stepped =
      <Asked extends unknown[], Value>(call: (...asked: Asked) => Promise<Value>) =>
      async (...asked: Asked): Promise<Value> => {
        await life.step()
        const value = await call(...asked)
        await life.step()
        return value
      }
    const mortal: Kernel = {
      ...kernel,
      // Calls keep their order: only the answers are delayed.
      run: async (batch) => {
        const result = kernel.run(batch)
        await life.step()
        return result
      },
      chunk: async (chunk) => {
        const snapshot = kernel.chunk(chunk)
        await life.step()
        return snapshot
      },
      hash: stepped(kernel.hash),
      save: async () => {
        const saved = kernel.save()
        await life.step()
        return saved
      },
      pieces: stepped(kernel.pieces),
    }
    return mortal
  }
}

/** `unreliable`: the share of saves that fail, written or not. */
export function mortalSnapshots(
  snapshots: Snapshots,
  life: Life,
  random: () => number,
  unreliable: number,
): Snapshots {
  return {
    ...snapshots,
    save: async (head, pieces) => {
      await life.step()
      const luck = random()
      if (luck < unreliable / 2) throw new StoreUnavailable('not saved')
      const saved = await snapshots.save(head, pieces)
      await life.step()
      if (luck < unreliable) throw new StoreUnavailable('saved or not, who knows')
      return saved
    },
    newest: async (...asked) => {
      await life.step()
      const found = await snapshots.newest(...asked)
      await life.step()
      return found
    },
  }
}
