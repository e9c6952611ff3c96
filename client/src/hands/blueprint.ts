// A blueprint: machines about an anchor, with no planet under them. It can be taken from a planet, turned,
// and laid out on another.

import type { StructureView } from '../../../src/domain/chunkView.ts'
import { neighbour } from '../../../src/domain/grid/neighbours.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { farness, footingOf, type Place, placesAround, turned, turnedDirection } from './frame.ts'

export type BlueprintPart = Place & {
  readonly prototype: string
  readonly direction: number
  readonly recipe?: string
}

export type Blueprint = { readonly name: string; readonly parts: readonly BlueprintPart[] }

/** A structure to be placed. */
export type Plan = { readonly cell: number; readonly prototype: string; readonly direction: number }
export type PlannedPart = Plan & {
  readonly recipe?: string
  /** What stands there already is to face this way. */
  readonly turns?: true
}

/** One order places at most so many. */
export const PARTS_MOST = 256
/** No part lies farther than this from the anchor, in steps. */
export const REACH_MOST = 32

type Standing = Pick<StructureView, 'cell' | 'prototype' | 'direction' | 'recipe'>

/**
 * Takes structures as a blueprint, about the one nearest to their middle.
 * Those that are too far from it, or too many, are left out and counted.
 */
export function takeBlueprint(
  n: number,
  structures: readonly Standing[],
  name: string,
): { readonly blueprint: Blueprint; readonly leftOut: number } {
  const anchor = middleOf(n, structures)
  const places = placesAround(n, anchor, REACH_MOST)
  const parts = structures
    .flatMap(({ cell, prototype, direction, recipe }): BlueprintPart[] => {
      const place = places.get(cell)
      if (!place) return []
      const { q, r, turn } = place
      const part = { q, r, prototype, direction: turnedDirection(direction, -turn) }
      return [hasChoice(prototype) && recipe ? { ...part, recipe } : part]
    })
    .sort((a, b) => farness(a) - farness(b) || a.q - b.q || a.r - b.r)
    .slice(0, PARTS_MOST)
  return { blueprint: { name, parts }, leftOut: structures.length - parts.length }
}

/** Turned counter-clockwise about its anchor, by sixths of a circle. */
export function turnBlueprint(blueprint: Blueprint, sixths: number): Blueprint {
  return {
    ...blueprint,
    parts: blueprint.parts.map((part) => ({
      ...part,
      ...turned(part, sixths),
      direction: turnedDirection(part.direction, sixths),
    })),
  }
}

/** Lays a blueprint out about a cell. Parts that a pentagon's missing side leaves without a cell are dropped. */
export function layOut(n: number, anchor: number, blueprint: Blueprint): PlannedPart[] {
  const taken = new Set<number>()
  return blueprint.parts.flatMap(({ q, r, prototype, direction, recipe }): PlannedPart[] => {
    const footing = footingOf(n, anchor, { q, r })
    if (!footing || taken.has(footing.cell)) return []
    taken.add(footing.cell)
    const plan = {
      cell: footing.cell,
      prototype,
      direction: existing(n, footing.cell, turnedDirection(direction, footing.turn)),
    }
    return [recipe ? { ...plan, recipe } : plan]
  })
}

/** What all parts together cost, by item. */
export function costOf(parts: readonly { readonly prototype: string }[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const { prototype } of parts) {
    for (const [item, count] of Object.entries(prototypeNamed(prototype)?.cost ?? {})) {
      sum[item] = (sum[item] ?? 0) + count
    }
  }
  return sum
}

/** Laboratories show what is researched where others show their recipe: that is no choice of theirs. */
function hasChoice(prototype: string): boolean {
  return prototypeNamed(prototype)?.kind === 'crafter'
}

/** The direction itself, or the next one that a pentagon has. */
function existing(n: number, cell: number, direction: number): number {
  for (let turn = 0; turn < 6; turn++) {
    if (neighbour(n, cell, (direction + turn) % 6) >= 0) return (direction + turn) % 6
  }
  return direction
}

/** The structure with the least sum of steps to the others; only a few are tried, as it need not be the best. */
function middleOf(n: number, structures: readonly Standing[]): number {
  const first = structures[0]?.cell ?? 0
  const places = placesAround(n, first, REACH_MOST)
  const known = structures.flatMap(({ cell }) => {
    const place = places.get(cell)
    return place ? [{ cell, ...place }] : []
  })
  const q = known.reduce((sum, place) => sum + place.q, 0) / Math.max(1, known.length)
  const r = known.reduce((sum, place) => sum + place.r, 0) / Math.max(1, known.length)
  const off = (place: Place) => farness({ q: place.q - q, r: place.r - r })
  return known.reduce((best, place) => (off(place) < off(best) ? place : best), {
    cell: first,
    q: 0,
    r: 0,
  }).cell
}
