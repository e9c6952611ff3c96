// What the log alone says: an undisturbed replay, asked for everything that anybody was shown.

import type { EventStore } from '../../src/domain/ports/eventStore.ts'
import type { KernelResult, OpenKernel } from '../../src/domain/ports/kernel.ts'
import { createKernelHost } from '../../src/platform/kernel/kernelHost.ts'
import { type ReplayedLog, replayLog } from '../helpers/replayLog.ts'
import { answersOf } from './faultyKernel.ts'
import { WORLD } from './servers.ts'
import { digestOfChunk, type Shown } from './watchers.ts'

export type Truth = ReplayedLog & Pick<Shown, 'chunks' | 'players'>

export async function truthOf(store: EventStore, shown: Shown): Promise<Truth> {
  const chunks = new Map<string, string>()
  const players = new Map<string, string>()
  const wanted = new Map<number, string[]>()
  const want = (key: string) => {
    const tick = Number(key.slice(key.indexOf('@') + 1))
    wanted.set(tick, [...(wanted.get(tick) ?? []), key])
  }
  for (const key of shown.chunks.keys()) want(key)
  for (const key of shown.players.keys()) want(key)

  const openKernel: OpenKernel = async (settings) => {
    const host = createKernelHost(settings, () => 0)
    const look = (tick: number) => {
      for (const key of wanted.get(tick) ?? []) {
        const [what] = key.split('@')
        if (shown.chunks.has(key)) chunks.set(key, digestOfChunk(host.chunk(Number(what))))
        else players.set(key, JSON.stringify(host.player(what!)))
      }
    }
    look(0)
    return {
      ...answersOf(host, async (call) => call()),
      // Tick by tick, so that each can be looked at.
      async run(batch) {
        const outcomes: KernelResult['outcomes'][number][] = []
        const hashes: KernelResult['hashes'][number][] = []
        for (let { tick } = host.hash(); ; ) {
          tick++
          const events = batch.events.filter((one) => one.tick === tick)
          const result = host.run({
            ...batch,
            through: tick,
            events,
            hash: tick === batch.through && batch.hash,
          })
          outcomes.push(...result.outcomes)
          hashes.push(...result.hashes)
          look(tick)
          if (tick >= batch.through) return { ...result, outcomes, hashes }
        }
      },
      close: async () => {},
    }
  }
  return { ...(await replayLog(store, WORLD, openKernel)), chunks, players }
}
