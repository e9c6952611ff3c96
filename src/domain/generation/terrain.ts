// What a cell is made of when its planet is new: a pure function of (seed, frequency, cell), by integers
// alone, so that any cell can be generated at any time, in any order, on any engine.

import { neighboursOf } from '../grid/neighbours.ts'
import { climateAt } from './climate.ts'
import { depositCode, INEXHAUSTIBLE, lifeCode, terrainCode } from './codes.ts'
import { lifeAt } from './life.ts'
import { depositAt } from './patches.ts'
import { type Place, placeOf } from './place.ts'
import { groundAt, heightOf, isVolcano } from './relief.ts'

/** Names of terrains by code; 0 is padding. */
export const terrains: readonly string[] = Object.keys(terrainCode)

/** Elevation at which land begins: below it is sea, from it on is land. */
export const SEA_LEVEL = 100

/** True for the three terrains of the sea. */
export function isWater(terrain: number): boolean {
  return terrain >= terrainCode.deepSea && terrain <= terrainCode.shallows
}

/** A cell of a new planet. Codes and values are u8; the amount is u16. */
export type GeneratedCell = {
  readonly terrain: number
  /** SEA_LEVEL and more is land. */
  readonly elevation: number
  readonly deposit: number
  /** Units of 256 items; INEXHAUSTIBLE where it never runs dry. */
  readonly amount: number
  readonly life: number
  readonly mass: number
}

function seaTerrain(depth: number): number {
  if (depth > 50) return terrainCode.deepSea
  return depth > 16 ? terrainCode.sea : terrainCode.shallows
}

/** Ground above this, squared and times n, is never one step from the sea but for one shore cell in a hundred. */
const SHORE_LIMIT = 2_100_000

/** True where a land cell that is no volcano touches the sea. */
function isShore(seed: number, n: number, cell: number, ground: number): boolean {
  if (ground * ground * n > SHORE_LIMIT) return false
  return neighboursOf(n, cell).some((next) => {
    const place = placeOf(n, next)
    return !isVolcano(n, place) && groundAt(seed, n, place) < 0
  })
}

function terrainOfLand(
  seed: number,
  n: number,
  cell: number,
  place: Place,
  ground: number,
  height: number,
): number {
  if (isVolcano(n, place)) return terrainCode.rock
  const { warmth, moisture } = climateAt(seed, place, height)
  if (warmth < 170 || height > 106) return terrainCode.snow
  if (warmth < 330) return terrainCode.tundra
  if (isShore(seed, n, cell, ground)) return terrainCode.beach
  if (height > 38) return terrainCode.rock
  if (moisture < -150 && warmth > 560) return terrainCode.desert
  return moisture > 100 ? terrainCode.forest : terrainCode.grass
}

/** Generates one cell of the planet that a seed (u32) and a frequency (n ≥ 1) name. */
export function generateCell(seed: number, n: number, cell: number): GeneratedCell {
  const place = placeOf(n, cell)
  const ground = groundAt(seed, n, place)
  const height = heightOf(seed, n, place, ground)
  const elevation = SEA_LEVEL + height
  if (height < 0) {
    return {
      terrain: seaTerrain(-height),
      elevation,
      deposit: depositCode.water,
      amount: INEXHAUSTIBLE,
      life: lifeCode.none,
      mass: 0,
    }
  }
  const terrain = terrainOfLand(seed, n, cell, place, ground, height)
  if (place.fromPentagon === 0) {
    return {
      terrain,
      elevation,
      deposit: depositCode.vent,
      amount: INEXHAUSTIBLE,
      life: lifeCode.none,
      mass: 0,
    }
  }
  const { deposit, amount, crystalline } = depositAt(seed, place)
  const { life, mass } = lifeAt(seed, place, terrain, crystalline)
  return { terrain, elevation, deposit, amount, life, mass }
}

/**
 * The ore that `generateCell` puts into a cell, or none: without water and vents, and for a fraction of the cost, since
 * patches are rare and only where one is, the ground has to be known.
 */
export function oreAt(seed: number, n: number, cell: number): number {
  const place = placeOf(n, cell)
  if (place.fromPentagon === 0) return depositCode.none
  const { deposit } = depositAt(seed, place)
  if (deposit === depositCode.none) return depositCode.none
  const isSea = heightOf(seed, n, place, groundAt(seed, n, place)) < 0
  return isSea ? depositCode.none : deposit
}
