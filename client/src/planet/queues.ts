// Queues on belts before machines. What lies on a belt is told when its list changes; a queue of the same items has the
// same list before and after it moved on. But when a machine begins a job it has taken something: then its queue moves.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { recipeNamed } from '../../../src/domain/recipes.ts'
import { FULL, type Track } from './beltTracks.ts'

type Belts = {
  readonly n: number
  readonly structures: ReadonlyMap<number, StructureView>
  readonly tracks: ReadonlyMap<number, Track>
}

/** Longer queues move on behind this unseen. */
const LONGEST = 256

/** How many of an item a machine takes from its belts for one job; 0 for what it does not need. */
export function takenBy({ recipe }: StructureView, item: string): number {
  const inputs = recipe === undefined ? undefined : recipeNamed(recipe)?.inputs
  return inputs ? (inputs[item] ?? 0) : 1
}

/** The full belts before a machine, one list for each way that leads to it, nearest first. */
export function queueBefore(belts: Belts, { cell }: StructureView): number[][] {
  return feedersOf(belts, cell).map((first) => {
    const queue: number[] = []
    for (
      let next: number | undefined = first;
      next !== undefined;
      next = feedersOf(belts, next)[0]
    ) {
      if (queue.length === LONGEST || queue.includes(next)) break
      queue.push(next)
    }
    return queue
  })
}

/** The full belts that give to a cell. */
function feedersOf({ n, structures, tracks }: Belts, cell: number): number[] {
  return neighboursOf(n, cell).filter((next) => {
    const belt = structures.get(next)
    const full = belt?.prototype === 'belt' && tracks.get(next)?.items.length === FULL
    return full && neighbour(n, next, belt.direction) === cell
  })
}
