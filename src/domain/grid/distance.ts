// Distances in steps, found breadth-first, and on the sphere, for display.

import { DIRECTIONS, neighbour } from './neighbours.ts'
import { positionOf } from './position.ts'

/**
 * The cells within `reach` steps of a cell: itself first, then by ascending distance, and within one
 * distance in order of discovery (neighbours in order of direction). About 3·reach² cells.
 */
export function cellsWithin(n: number, cell: number, reach: number): number[] {
  const found = [cell]
  const seen = new Set(found)
  let ringStart = 0
  for (let distance = 1; distance <= reach && ringStart < found.length; distance++) {
    const ringEnd = found.length
    for (let index = ringStart; index < ringEnd; index++) {
      for (let direction = 0; direction < DIRECTIONS; direction++) {
        const next = neighbour(n, found[index]!, direction)
        if (next < 0 || seen.has(next)) continue
        seen.add(next)
        found.push(next)
      }
    }
    ringStart = ringEnd
  }
  return found
}

/** The number of steps between two cells if it is at most `max`, else undefined. Costs about 3·max². */
export function distanceWithin(
  n: number,
  from: number,
  to: number,
  max: number,
): number | undefined {
  if (from === to) return max >= 0 ? 0 : undefined
  const seen = new Set([from])
  let ring = [from]
  for (let distance = 1; distance <= max && ring.length > 0; distance++) {
    const nextRing: number[] = []
    for (const cell of ring) {
      for (let direction = 0; direction < DIRECTIONS; direction++) {
        const next = neighbour(n, cell, direction)
        if (next === to) return distance
        if (next < 0 || seen.has(next)) continue
        seen.add(next)
        nextRing.push(next)
      }
    }
    ring = nextRing
  }
  return undefined
}

/** The angle between the centres of two cells, in radians. For display: floating point. */
export function greatCircle(n: number, a: number, b: number): number {
  const [ax, ay, az] = positionOf(n, a)
  const [bx, by, bz] = positionOf(n, b)
  const cosine = ax * bx + ay * by + az * bz
  const sine = Math.hypot(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
  return Math.atan2(sine, cosine)
}
