// Snapshots on a disk that all servers share: slow, away now and then, and damaged by chance when they are read.

import { StoreUnavailable } from '../../src/domain/ports/eventStore.ts'
import type { Snapshot, SnapshotHead, Snapshots } from '../../src/domain/ports/snapshots.ts'
import type { Line } from './faultyStore.ts'
import type { SnapshotShelf, Stage } from './stage.ts'

const KEPT = 3

/** The way of one server to the shelf. */
export function faultySnapshots(stage: Stage, line: Line, shelf: SnapshotShelf): Snapshots {
  const { faults, scheduler } = stage
  const dice = stage.dice.fork()
  const reach = async () => {
    await scheduler.sleep(dice.below(faults.storeMs + 1))
    if (line.cut || faults.away || dice.likely(faults.readFails))
      throw new StoreUnavailable('the snapshots cannot be reached')
  }
  const headOf = ({ pieces: _, ...head }: Snapshot): SnapshotHead => head
  return {
    async save(head, given) {
      const pieces = new Map<string, Uint8Array>()
      for await (const some of given) {
        for (const { name, bytes } of some) pieces.set(name, bytes.slice())
        await scheduler.sleep(dice.below(faults.storeMs + 1))
      }
      await reach()
      if (shelf.snapshots.some(({ tick }) => tick >= head.tick)) return false
      stage.note(`a snapshot of tick ${head.tick} is kept`)
      const newest = [{ ...head, pieces }, ...shelf.snapshots]
      const unpinned = newest.filter(({ pinned }) => !pinned).slice(0, KEPT)
      shelf.snapshots = newest.filter((one) => one.pinned || unpinned.includes(one))
      return true
    },
    async newest(_world, fits, damaged) {
      await reach()
      for (const snapshot of shelf.snapshots) {
        if (!fits(headOf(snapshot))) continue
        if (dice.likely(faults.damaged)) {
          stage.note(`the snapshot of tick ${snapshot.tick} is damaged`)
          damaged(headOf(snapshot), 'a bit has flipped')
          continue
        }
        stage.note(`the snapshot of tick ${snapshot.tick} is read`)
        return snapshot
      }
      return undefined
    },
    async some(_world, begin, before) {
      await reach()
      for (const { tick, pieces } of shelf.snapshots) {
        const some = [...pieces].filter(([name]) => name.startsWith(begin))
        if (tick >= before || some.length === 0) continue
        return { tick, pieces: dice.likely(faults.damaged) ? undefined : new Map(some) }
      }
      return undefined
    },
    async pin(_world, tick) {
      await reach()
      const found = shelf.snapshots.some((one) => one.tick === tick)
      shelf.snapshots = shelf.snapshots.map((one) =>
        one.tick === tick ? { ...one, pinned: true } : one,
      )
      return found
    },
    list: async () =>
      shelf.snapshots.map((snapshot) => ({
        ...headOf(snapshot),
        pieces: snapshot.pieces.size,
        bytes: 0,
      })),
  }
}
