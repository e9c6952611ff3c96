// Snapshots in memory: for tests and trials.

import type { SnapshotHead, Snapshots } from '../../domain/ports/snapshots.ts'
import { type Packed, pack, packedBytes, unpack, unpackSome } from '../packed.ts'

type Kept = { head: SnapshotHead; packed: Packed }

export type MemorySnapshots = Snapshots & {
  /** Flips a bit of a snapshot or loses a piece, as a failing disk would: for tests. */
  damage(world: string, tick: number, how: 'bit' | 'piece'): void
}

/** `keep`: how many are kept of each world, beside pinned ones. */
export function memorySnapshots({ keep = 3 }: { readonly keep?: number } = {}): MemorySnapshots {
  const worlds = new Map<string, Kept[]>()
  const of = (world: string) => worlds.get(world) ?? []
  return {
    async save(head, pieces) {
      const packed = await pack(pieces)
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
    async newest(world, fits, unusable) {
      for (const { head, packed } of of(world)) {
        if (!fits(head)) continue
        const pieces = await unpack(packed)
        if (typeof pieces !== 'string') return { ...head, pieces }
        unusable(head, pieces)
      }
      return undefined
    },
    async some(world, begin, before) {
      for (const { head, packed } of of(world)) {
        const chosen = packed.pieces.filter(({ name }) => name.startsWith(begin))
        if (head.tick >= before || chosen.length === 0) continue
        const pieces = await unpackSome(chosen)
        return { tick: head.tick, pieces: typeof pieces === 'string' ? undefined : pieces }
      }
      return undefined
    },
    async pin(world, tick) {
      const kept = of(world).find(({ head }) => head.tick === tick)
      if (kept) kept.head = { ...kept.head, pinned: true }
      return kept !== undefined
    },
    list: async (world) =>
      of(world).map(({ head, packed: { pieces } }) => ({
        ...head,
        pieces: pieces.length,
        bytes: packedBytes(pieces),
      })),
    damage(world, tick, how) {
      const kept = of(world).find(({ head }) => head.tick === tick)
      if (!kept) throw new Error(`no snapshot of ${world} at tick ${tick}`)
      const [piece, ...others] = kept.packed.pieces
      if (!piece) return
      const deflated = piece.deflated.map((byte, index) => (index === 9 ? byte ^ 1 : byte))
      const pieces = how === 'piece' ? others : [{ ...piece, deflated }, ...others]
      kept.packed = { ...kept.packed, pieces }
    },
  }
}
