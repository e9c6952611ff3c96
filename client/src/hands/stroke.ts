// A stroke of cells under the pointer or the cursor: without gaps however fast the hand was, over seams,
// and taken back by going back.

import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { directionTo, findPath } from '../../../src/domain/grid/path.ts'
import { step } from '../../../src/domain/grid/step.ts'
import type { SeenPlanet } from './advice.ts'
import type { Plan, PlannedPart } from './blueprint.ts'

/** One order takes at most so many cells. */
const STROKE_MOST = 256
/** Longer gaps than this (the pointer left the planet) are not filled. */
const GAP_MOST = 40

/**
 * The stroke when the hand has come to a cell: extended on a way without gaps, or cut where the hand came back.
 * @returns the same list when nothing changes
 */
export function strokeTo(n: number, stroke: readonly number[], cell: number): readonly number[] {
  const last = stroke.at(-1)
  if (last === undefined) return [cell]
  if (last === cell) return stroke
  const known = stroke.indexOf(cell)
  if (known >= 0) return stroke.slice(0, known + 1)
  const ahead = straightTo(n, last, cell) ?? shortestTo(n, last, cell)
  const fresh = ahead.filter((at) => !stroke.includes(at))
  return [...stroke, ...fresh].slice(0, STROKE_MOST)
}

/** A straight line, where one leads there. */
function straightTo(n: number, from: number, to: number): number[] | undefined {
  for (let direction = 0; direction < 6; direction++) {
    const cells: number[] = []
    let at = { cell: from, direction }
    for (let steps = 0; steps < GAP_MOST; steps++) {
      const next = step(n, at.cell, at.direction)
      if (!next || next.cell === from) break
      cells.push(next.cell)
      if (next.cell === to) return cells
      at = next
    }
  }
  return undefined
}

function shortestTo(n: number, from: number, to: number): number[] {
  let at = from
  const way = findPath(n, from, to, () => true, GAP_MOST) ?? []
  return way.map((direction) => {
    at = neighbour(n, at, direction)
    return at
  })
}

/** The next direction that a cell has: a pentagon lacks one. @param by 1 or -1 */
export function nextDirection(n: number, cell: number, direction: number, by = 1): number {
  for (let turns = 1; turns <= 6; turns++) {
    const next = (((direction + turns * by) % 6) + 6) % 6
    if (neighbour(n, cell, next) >= 0) return next
  }
  return direction
}

/** Plans for a stroke of cells: each machine of a line leads to the next one. */
export function plansOf(
  n: number,
  cells: readonly number[],
  prototype: string,
  direction: number,
): Plan[] {
  return cells.map((cell, place) => {
    const next = cells[place + 1]
    const before = cells[place - 1]
    const ahead = next === undefined ? -1 : directionTo(n, cell, next)
    if (cells.length > 1 && ahead >= 0) return { cell, prototype, direction: ahead }
    // The last one goes straight on, as well as its frame allows.
    const onward = before === undefined ? direction : onwardFrom(n, before, cell)
    const fits = neighbour(n, cell, onward) >= 0
    return { cell, prototype, direction: fits ? onward : nextDirection(n, cell, onward) }
  })
}

/**
 * A line that begins or ends on a machine of one's own is a line to join to it: that machine stays. A belt at which it
 * begins is turned to lead into it.
 */
export function joinedEnds(
  plans: readonly Plan[],
  { structures, owner }: Pick<SeenPlanet, 'structures' | 'owner'>,
  own: number,
): readonly PlannedPart[] {
  if (plans.length < 2) return plans
  const mine = ({ cell }: Plan) => (owner.at(cell) === own ? structures.get(cell) : undefined)
  const fresh = plans.filter((plan, place) => {
    const isEnd = place === 0 || place === plans.length - 1
    return !isEnd || !mine(plan)
  })
  const [first] = plans
  const before = mine(first!)
  const leads = before?.prototype === 'belt' && first!.prototype === 'belt'
  const turned = leads && before.direction !== first!.direction
  if (turned) return [{ ...first!, turns: true }, ...fresh]
  // Where nothing is left, the reason is to be told.
  return fresh.length > 0 ? fresh : plans
}

function onwardFrom(n: number, before: number, cell: number): number {
  const way = directionTo(n, before, cell)
  return (way < 0 ? undefined : step(n, before, way)?.direction) ?? 0
}
