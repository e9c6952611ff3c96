// Ways to break the system on purpose: a simulation that does not notice them proves nothing.

import type { EventStore } from '../../src/domain/ports/eventStore.ts'
import type { OpenKernel } from '../../src/domain/ports/kernel.ts'
import type { RunningWorld } from '../../src/projections/worldProjector.ts'
import type { FeedItem } from '../../src/projections/worldReader.ts'

export type Sabotage = {
  store(store: EventStore): EventStore
  kernel(open: OpenKernel): OpenKernel
  world(world: RunningWorld): RunningWorld
}

export const noSabotage: Sabotage = {
  store: (store) => store,
  kernel: (open) => open,
  world: (world) => world,
}

/** Every `nth` time it is asked, from the first time on that `nth` says. */
const everyNth = (nth: number) => {
  let asked = 0
  return () => ++asked % nth === 0
}

/** What `change` makes of each item of a feed: none, itself, or several. */
const changedFeed = (
  world: RunningWorld,
  change: (item: FeedItem) => readonly FeedItem[],
): RunningWorld =>
  new Proxy(world, {
    get(target, name) {
      if (name !== 'feed') {
        const value = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      return (...asked: Parameters<RunningWorld['feed']>) => {
        const feed = target.feed(...asked)
        const changed = async function* () {
          for await (const item of feed) yield* change(item)
        }
        return changed()
      }
    },
  })

export const sabotages: Readonly<Record<string, () => Sabotage>> = {
  'an event is acknowledged and not written': () => {
    const now = everyNth(9)
    const dropped = (store: EventStore): EventStore => ({
      ...store,
      async append(stream, version, commands, options) {
        if (!stream.startsWith('player-') || version === 0 || !now())
          return store.append(stream, version, commands, options)
        const position = await store.head()
        const answers = commands.map(({ events }) => ({
          status: 'accepted' as const,
          events: events.length,
          position,
        }))
        return { kind: 'appended', answers, streamVersion: version }
      },
    })
    return { ...noSabotage, store: dropped }
  },
  'a retry is written again': () => {
    const twice = (store: EventStore): EventStore => ({
      ...store,
      async append(stream, version, commands, options) {
        const result = await store.append(stream, version, commands, options)
        if (result.kind !== 'answered') return result
        const anew = commands.map((command) => ({
          ...command,
          commandId: `${command.commandId}.`,
        }))
        return store.append(stream, version, anew, options)
      },
    })
    return { ...noSabotage, store: twice }
  },
  'a retry gets another answer': () => {
    const forgetful = (store: EventStore): EventStore => ({
      ...store,
      async append(...asked) {
        const result = await store.append(...asked)
        if (result.kind !== 'answered') return result
        const which = result.which.map(({ index, remembered: { payloadHash } }) => ({
          index,
          remembered: { payloadHash, answer: { status: 'unchanged' as const } },
        }))
        return { kind: 'answered', which }
      },
    })
    return { ...noSabotage, store: forgetful }
  },
  'a reader misses an event': () => {
    const now = everyNth(40)
    const holed = (store: EventStore): EventStore => ({
      ...store,
      async *subscribe(after, signal) {
        for await (const batch of store.subscribe(after, signal))
          yield batch.filter(({ stream }) => !stream.startsWith('player-') || !now())
      },
    })
    return { ...noSabotage, store: holed }
  },
  'an outcome is told twice': () => {
    const now = everyNth(10)
    return {
      ...noSabotage,
      world: (world) =>
        changedFeed(world, (item) => (item.kind === 'outcome' && now() ? [item, item] : [item])),
    }
  },
  'an outcome is not told': () => {
    const now = everyNth(10)
    return {
      ...noSabotage,
      world: (world) =>
        changedFeed(world, (item) => (item.kind === 'outcome' && now() ? [] : [item])),
    }
  },
  'a change of a chunk is not told': () => {
    const now = everyNth(10)
    return {
      ...noSabotage,
      world: (world) =>
        changedFeed(world, (item) => (item.kind === 'chunk' && now() ? [] : [item])),
    }
  },
  'the rules run an order twice': () => {
    const now = everyNth(5)
    const doubling: (open: OpenKernel) => OpenKernel = (open) => async (settings) => {
      const kernel = await open(settings)
      return {
        ...kernel,
        run: (batch) => {
          const events = batch.events.map((tick) =>
            now() ? { ...tick, events: [...tick.events, ...tick.events] } : tick,
          )
          return kernel.run({ ...batch, events })
        },
      }
    }
    return { ...noSabotage, kernel: doubling }
  },
}
