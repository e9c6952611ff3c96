// The numbers of the living: where each kind grows, shrinks and spreads.
//
// n is the sum of the levels (0..3, by mass) of the neighbours of the same kind: 0..18.

import { lifeCode, terrainCode } from '../generation/codes.ts'

export type LifeRule = {
  /** Grows where lo ≤ n ≤ hi, shrinks where n is less or more. */
  readonly lo: number
  readonly hi: number
  /** Of 256, an ecology step: how often it grows by one, and how often it shrinks. */
  readonly growth: number
  readonly shrinkage: number
  /** An empty neighbour is settled where n ≤ crowd, with a chance of n·spread of 65536. */
  readonly crowd: number
  readonly spread: number
}

const nothing: LifeRule = { lo: 0, hi: 0, growth: 0, shrinkage: 0, crowd: 0, spread: 0 }

/** By life code: none, moss, resin-tree, crystal, fungus (which lives by other rules). */
// biome-ignore format: a table is read by its columns
export const lifeRules: readonly LifeRule[] = [
  nothing,
  { lo: 2, hi: 8, growth: 24, shrinkage: 48, crowd: 5, spread: 90 },
  { lo: 2, hi: 7, growth: 16, shrinkage: 32, crowd: 4, spread: 60 },
  { lo: 1, hi: 9, growth: 8, shrinkage: 16, crowd: 6, spread: 40 },
  nothing,
]

/** Most mass that a cell can carry, by terrain name and kind; where none is named, nothing of it lives there. */
const terrainCaps: Readonly<
  Partial<Record<keyof typeof terrainCode, Partial<Record<keyof typeof lifeCode, number>>>>
> = {
  beach: { crystal: 160, fungus: 120 },
  grass: { moss: 160, 'resin-tree': 110, crystal: 160, fungus: 160 },
  forest: { moss: 110, 'resin-tree': 220, crystal: 160, fungus: 200 },
  desert: { crystal: 220, fungus: 60 },
  tundra: { moss: 90, crystal: 160, fungus: 90 },
  rock: { crystal: 220, fungus: 60 },
  snow: { crystal: 120 },
}

export const LIFE_KINDS = Object.keys(lifeCode).length

/** Most mass by terrain code · LIFE_KINDS + life code. */
export const caps: Uint8Array = Uint8Array.from(
  Object.keys(terrainCode).flatMap((terrain) =>
    Object.keys(lifeCode).map(
      (life) =>
        terrainCaps[terrain as keyof typeof terrainCode]?.[life as keyof typeof lifeCode] ?? 0,
    ),
  ),
)

/** The level of a mass: 0 for nothing, then 1, 2, 3 by steps of 64. */
export const levelOf = (mass: number): number => (mass === 0 ? 0 : Math.min(3, 1 + (mass >> 6)))
