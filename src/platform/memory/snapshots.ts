// Snapshots in memory: for tests and trials.

import type { SnapshotHead, Snapshots } from '../../domain/ports/snapshots.ts'
import { type Packed, pack, unpack } from '../packed.ts'

type Kept = { readonly head: SnapshotHead; packed: Packed }

export type MemorySnapshots = Snapshots & {
  /** Flips a bit of a snapshot or loses a part, as a failing disk would: for tests. */
  damage(world: string, tick: number, how: 'bit' | 'part'): void
}

/** `keep`: how many are kept of each world, beside pinned ones. */
export function memorySnapshots({ keep = 3 }: { readonly keep?: number } = {}): MemorySnapshots {
  const worlds = new Map<string, Kept[]>()
  const of = (world: string) => worlds.get(world) ?? []
  return {
    async save({ parts, ...head }) {
      const packed = await pack(parts)
      const kept = of(head.world)
      if (kept.some(({ head: { tick } }) => tick >= head.tick)) return false
      const newestFirst = [{ head, packed }, ...kept]
      const newest = newestFirst.filter((one) => !one.head.pinned).slice(0, keep)
      worlds.set(
        head.world,
        newestFirst.filter((one) => one.head.pinned || newest.includes(one)),
      )
      return true
    },
    async newest(world, rulesHash, damaged) {
      for (const { head, packed } of of(world)) {
        if (head.rulesHash !== rulesHash) continue
        const parts = await unpack(packed)
        if (typeof parts !== 'string') return { ...head, parts }
        damaged(head, parts)
      }
      return undefined
    },
    list: async (world) => of(world).map(({ head }) => head),
    damage(world, tick, how) {
      const kept = of(world).find(({ head }) => head.tick === tick)
      if (!kept) throw new Error(`no snapshot of ${world} at tick ${tick}`)
      const [part, ...others] = kept.packed.parts
      if (!part) return
      const deflated = part.deflated.map((byte, index) => (index === 9 ? byte ^ 1 : byte))
      const parts = how === 'part' ? others : [{ ...part, deflated }, ...others]
      kept.packed = { ...kept.packed, parts }
    },
  }
}
