// A flat frame of hexes laid on the planet: places (q, r) about an anchor, found by walking straight on,
// so that a pattern lies the same way across seams. Turning the frame is arithmetic.

import { DIRECTIONS } from '../../../src/domain/grid/neighbours.ts'
import { type Heading, step } from '../../../src/domain/grid/step.ts'

/** Steps east (q) and counter-clockwise of it (r); direction d leads along `AXES[d]`. */
export type Place = { readonly q: number; readonly r: number }

/** What a place of the frame is on the planet; `turn` is added to directions of the frame there. */
export type Footing = { readonly cell: number; readonly turn: number }

const AXES: readonly Place[] = [
  { q: 1, r: 0 },
  { q: 0, r: 1 },
  { q: -1, r: 1 },
  { q: -1, r: 0 },
  { q: 0, r: -1 },
  { q: 1, r: -1 },
]

/** Turned counter-clockwise about the anchor, by sixths of a circle. */
export function turned({ q, r }: Place, sixths: number): Place {
  let place = { q, r }
  for (let turn = 0; turn < modulo(sixths); turn++) place = { q: -place.r, r: place.q + place.r }
  // No minus zero: places are compared and written down.
  return { q: place.q + 0, r: place.r + 0 }
}

/** A direction of the frame after a turn of it. */
export function turnedDirection(direction: number, sixths: number): number {
  return modulo(direction + sixths)
}

/** Steps from the anchor. */
export function farness({ q, r }: Place): number {
  return Math.max(Math.abs(q), Math.abs(r), Math.abs(q + r))
}

/** Where a place of the frame lies; undefined where a pentagon lacks a direction on the way. */
export function footingOf(n: number, anchor: number, place: Place): Footing | undefined {
  const { sector, along, aside } = legsOf(place)
  const first = walk(n, anchor, sector, along)
  if (!first) return undefined
  if (aside === 0) return { cell: first.cell, turn: modulo(first.direction - sector) }
  const second = walk(n, first.cell, modulo(first.direction + 1), aside)
  return second && { cell: second.cell, turn: modulo(second.direction - sector - 1) }
}

/** Every cell within some steps of the anchor, with the nearest place of the frame that leads to it. */
export function placesAround(
  n: number,
  anchor: number,
  reach: number,
): ReadonlyMap<number, Place & { readonly turn: number }> {
  const found = new Map<number, Place & { readonly turn: number }>([
    [anchor, { q: 0, r: 0, turn: 0 }],
  ])
  for (let sector = 0; sector < DIRECTIONS; sector++) {
    let along: Heading | undefined = { cell: anchor, direction: sector }
    for (let steps = 1; steps <= reach; steps++) {
      along = step(n, along.cell, along.direction)
      if (!along) break
      noteAside(n, found, along, sector, steps, reach)
    }
  }
  return found
}

/** Notes the cells of one line aside of an axis, the first of them on the axis. */
function noteAside(
  n: number,
  found: Map<number, Place & { readonly turn: number }>,
  start: Heading,
  sector: number,
  along: number,
  reach: number,
): void {
  const a = AXES[sector]!
  const b = AXES[(sector + 1) % DIRECTIONS]!
  let at: Heading | undefined = start
  let turn = modulo(start.direction - sector)
  for (let aside = 0; aside <= reach - along; aside++) {
    const place = { q: along * a.q + aside * b.q + 0, r: along * a.r + aside * b.r + 0 }
    const known = found.get(at.cell)
    if (!known || farness(known) > farness(place)) found.set(at.cell, { ...place, turn })
    const direction: number = aside === 0 ? modulo(at.direction + 1) : at.direction
    at = step(n, at.cell, direction)
    if (!at) return
    turn = modulo(at.direction - sector - 1)
  }
}

/** A place as two legs: along one axis, then aside along the next one counter-clockwise. */
function legsOf({ q, r }: Place): { sector: number; along: number; aside: number } {
  for (let sector = 0; sector < DIRECTIONS; sector++) {
    const a = AXES[sector]!
    const b = AXES[(sector + 1) % DIRECTIONS]!
    // The axes are a basis of determinant 1: (q, r) = along·a + aside·b.
    const along = q * b.r - r * b.q
    const aside = a.q * r - a.r * q
    if (along >= 0 && aside >= 0 && (along > 0 || aside === 0)) return { sector, along, aside }
  }
  return { sector: 0, along: 0, aside: 0 }
}

function walk(n: number, cell: number, direction: number, steps: number) {
  let at = { cell, direction }
  for (let taken = 0; taken < steps; taken++) {
    const next = step(n, at.cell, at.direction)
    if (!next) return undefined
    at = next
  }
  return at
}

function modulo(direction: number): number {
  return ((direction % DIRECTIONS) + DIRECTIONS) % DIRECTIONS
}
