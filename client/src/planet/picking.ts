// Which cell lies under a ray: march over the relief, ask the grid for the cell under each point.

import { cellAtDirection } from '../../../src/domain/grid/position.ts'
import { dot, plus, unit, type Vector } from './sphere.ts'

export type Relief = {
  readonly n: number
  readonly radius: number
  /** Lowest and highest top of any cell, relative to `radius`. */
  readonly lowest: number
  readonly highest: number
  /** Top of a cell, relative to `radius`. */
  heightOf(cell: number): number
}

const STEP = 0.15
const HALVINGS = 8

/**
 * The first cell that a ray hits.
 * @param origin in units of the scene
 * @param direction of length 1
 * @returns the cell, or -1 when the ray misses the planet
 */
export function pickCell(relief: Relief, origin: Vector, direction: Vector): number {
  const outer = crossings(origin, direction, relief.radius + relief.highest)
  if (!outer || outer[1] < 0) return -1
  const inner = crossings(origin, direction, relief.radius + relief.lowest)
  const start = Math.max(0, outer[0])
  const end = inner && inner[0] > start ? inner[0] + STEP : outer[1]
  for (let before = start, t = start; before < end; before = t, t = Math.min(t + STEP, end)) {
    if (below(relief, origin, direction, t)) return refine(relief, origin, direction, before, t)
    if (t >= end) break
  }
  return -1
}

/** Halves the step in which the ray went under the relief. */
function refine(relief: Relief, origin: Vector, direction: Vector, from: number, to: number) {
  let above = from
  let under = to
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (above + under) / 2
    if (below(relief, origin, direction, middle)) under = middle
    else above = middle
  }
  return cellUnder(relief.n, plus(origin, direction, under))
}

function below(relief: Relief, origin: Vector, direction: Vector, t: number): boolean {
  const point = plus(origin, direction, t)
  const height = Math.hypot(...point) - relief.radius
  if (height > relief.highest) return false
  return height <= relief.lowest || height <= relief.heightOf(cellUnder(relief.n, point))
}

function cellUnder(n: number, point: Vector): number {
  return cellAtDirection(n, [...unit(point)])
}

/** Where a ray enters and leaves a sphere about the origin, as distances along it. */
function crossings(
  origin: Vector,
  direction: Vector,
  radius: number,
): readonly [number, number] | undefined {
  const b = dot(origin, direction)
  const discriminant = b * b - dot(origin, origin) + radius * radius
  if (discriminant < 0) return undefined
  const root = Math.sqrt(discriminant)
  return [-b - root, -b + root]
}
