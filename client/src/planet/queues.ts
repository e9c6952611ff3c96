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
  return feedersOf(belts, cell).map((first) => queueFrom(belts, first))
}

/**
 * The full belts before the splitter that gives to a belt, nearest first: something came out of it, so something went in.
 * Empty where another belt could have given it.
 */
export function queueBehind(belts: Belts, cell: number): number[] {
  const { n, structures } = belts
  const givesHere = (next: number) => {
    const other = structures.get(next)
    return other?.prototype === 'belt' && neighbour(n, next, other.direction) === cell
  }
  const [first] = neighboursOf(n, cell).some(givesHere) ? [] : feedersOf(belts, cell)
  return first === undefined ? [] : queueFrom(belts, first)
}

function queueFrom(belts: Belts, first: number): number[] {
  const queue: number[] = []
  for (let next: number | undefined = first; next !== undefined; next = feedersOf(belts, next)[0]) {
    if (queue.length === LONGEST || queue.includes(next)) break
    queue.push(next)
  }
  return queue
}

/** The full belts that give to a cell, themselves or through a splitter; the one that has stood longest is first, for they take turns. */
function feedersOf(belts: Belts, cell: number): number[] {
  const { n, structures, tracks } = belts
  const splitters = neighboursOf(n, cell).filter((next) => {
    const splitter = structures.get(next)
    return splitter?.prototype === 'splitter' && sidesOf(n, splitter).includes(cell)
  })
  return [cell, ...splitters]
    .flatMap((at) => neighboursOf(n, at).filter((next) => leadsTo(belts, next, at)))
    .sort((a, b) => tracks.get(a)!.told - tracks.get(b)!.told)
}

/** Whether a full belt gives to a cell. */
function leadsTo({ n, structures, tracks }: Belts, next: number, cell: number): boolean {
  const belt = structures.get(next)
  const full = belt?.prototype === 'belt' && tracks.get(next)?.items.length === FULL
  return full && neighbour(n, next, belt.direction) === cell
}

/** The cells that a splitter gives to. */
function sidesOf(n: number, { cell, direction }: StructureView): number[] {
  return [0, 5, 1].map((turn) => neighbour(n, cell, (direction + turn) % 6))
}
