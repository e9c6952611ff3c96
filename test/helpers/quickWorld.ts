// A world without wall-clock: commands are decided as ever, and what they wrote is the next tick's.

import { commandHandler } from '../../src/commands/handler.ts'
import type { AccountId } from '../../src/domain/events.ts'
import type { TickEvents, WorldSettings } from '../../src/domain/ports/kernel.ts'
import { claimLimitOf } from '../../src/domain/simulation/researching.ts'
import { statisticsView } from '../../src/domain/simulation/standings.ts'
import { createState } from '../../src/domain/simulation/state.ts'
import { tick } from '../../src/domain/simulation/tick.ts'
import {
  chunkSnapshot,
  playerView,
  structureView,
  structureViews,
} from '../../src/domain/simulation/views.ts'
import { isSimulationStream } from '../../src/domain/streams.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { testChance, testScheduler } from '../commands/fixture.ts'

/** The handler over a memory store, and the reference simulation that runs only while somebody waits. */
function quickWorld({ seed, n }: { seed: number; n: number }) {
  const settings: WorldSettings = { world: 'quick', seed, n, ups: 20 }
  const state = createState({ seed, n })
  const store = memoryEventStore()
  let pending: { commandId: string; event: TickEvents['events'][number]['event'] }[] = []
  const moments: TickEvents[] = []
  const now = () => 1_700_000_000_000 + (state.tick * 1_000) / settings.ups
  const { submit } = commandHandler({
    store: {
      ...store,
      async append(stream, expectedVersion, commands, options) {
        const result = await store.append(stream, expectedVersion, commands, options)
        if (result.kind === 'appended' && isSimulationStream(stream, settings.world)) {
          for (const { commandId, events } of commands)
            for (const event of events)
              pending.push({ commandId, event: event as (typeof pending)[number]['event'] })
        }
        return result
      },
    },
    personalData: memoryPersonalData(),
    messaging: inProcessMessaging(),
    clock: { now, monotonic: now },
    scheduler: testScheduler(),
    chance: testChance(),
    worldSettings: (world) => (world === settings.world ? settings : undefined),
    claimLimit: (_world, account) => {
      const player = state.playerByAccount.get(account)
      return player && claimLimitOf(player)
    },
  })
  return {
    state,
    submit,
    /** Every tick that had events, with those. */
    moments,
    /** Runs `ticks` ticks; all that was decided before applies at the first of them. */
    async wait(ticks: number) {
      for (let left = ticks; left > 0; left--) {
        const events = pending
        pending = []
        if (events.length > 0) moments.push({ tick: state.tick + 1, events })
        tick(state, events)
      }
    },
    world: {
      settings,
      chunk: async (chunk: number) => chunkSnapshot(state, chunk),
      player: async (account: AccountId) => playerView(state, account),
      structure: async (cell: number) => structureView(state, cell),
      structures: async (account: AccountId) => structureViews(state, account),
      statistics: async (account: AccountId) => statisticsView(state, account),
    },
  }
}

/** A player who has joined such a world and has not entered it yet. */
export async function quickPlayer(planet: { seed: number; n: number }) {
  const { state, submit, wait, world, moments } = quickWorld(planet)
  const submitted = await submit({ account: undefined, type: 'JoinPlayer', input: { name: 'Bot' } })
  if ('faults' in submitted || !submitted.joined) throw new Error('nobody joined')
  return { state, moments, hands: { submit, wait, world, account: submitted.joined.account } }
}
