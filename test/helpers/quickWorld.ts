// A world without wall-clock: commands are decided as ever, and what they wrote is the next tick's.

import { onTestFinished } from 'vitest'
import { commandHandler } from '../../src/commands/handler.ts'
import type { AccountId } from '../../src/domain/events.ts'
import type { OpenKernel, TickEvents, WorldSettings } from '../../src/domain/ports/kernel.ts'
import { isSimulationStream } from '../../src/domain/streams.ts'
import { memoryEventStore } from '../../src/platform/memory/eventStore.ts'
import { memoryPersonalData } from '../../src/platform/memory/personalData.ts'
import { inProcessMessaging } from '../../src/platform/messaging.ts'
import { testChance, testScheduler } from '../commands/fixture.ts'
import { quickKernel } from './kernelInUse.ts'

/** The handler over a memory store, and a kernel that runs only while somebody waits. */
async function quickWorld(planet: { seed: number; n: number }, openKernel: OpenKernel) {
  const settings: WorldSettings = { world: 'quick', ...planet, ups: 20 }
  const kernel = await openKernel(settings)
  onTestFinished(() => kernel.close())
  const store = memoryEventStore()
  let pending: { commandId: string; event: TickEvents['events'][number]['event'] }[] = []
  const moments: TickEvents[] = []
  const claimLimits = new Map<AccountId, number>()
  let tick = 0
  const now = () => 1_700_000_000_000 + (tick * 1_000) / settings.ups
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
    claimLimit: (_world, account) => claimLimits.get(account),
  })
  return {
    kernel,
    submit,
    /** Every tick that had events, with those. */
    moments,
    /** Runs `ticks` ticks; all that was decided before applies at the first of them. */
    async wait(ticks: number) {
      if (ticks <= 0) return
      const events = pending.length > 0 ? [{ tick: tick + 1, events: pending }] : []
      pending = []
      moments.push(...events)
      tick += ticks
      const asked = { through: tick, events, watch: [], hash: false, players: 'all' } as const
      const { players } = await kernel.run(asked)
      for (const { account, claimLimit } of players) claimLimits.set(account, claimLimit)
    },
    world: {
      settings,
      chunk: (chunk: number) => kernel.chunk(chunk),
      player: (account: AccountId) => kernel.player(account),
      structure: (cell: number) => kernel.structure(cell),
      structures: (account: AccountId) => kernel.structures(account),
      statistics: (account: AccountId) => kernel.statistics(account),
    },
  }
}

/** A player who has joined such a world and has not entered it yet. For use within a test. */
export async function quickPlayer(
  planet: { seed: number; n: number },
  openKernel: OpenKernel = quickKernel,
) {
  const { kernel, submit, wait, world, moments } = await quickWorld(planet, openKernel)
  const submitted = await submit({ account: undefined, type: 'JoinPlayer', input: { name: 'Bot' } })
  if ('faults' in submitted || !submitted.joined) throw new Error('nobody joined')
  return { kernel, moments, hands: { submit, wait, world, account: submitted.joined.account } }
}
