// What lives on a cell when the planet is new.

import { lifeCode, terrainCode } from './codes.ts'
import { hashAt, mix32, noise } from './noise.ts'
import type { Place } from './place.ts'

const FIELD = { thickets: 0xa000, seeds: 0xb000 }

type Growth = {
  readonly terrain: number
  readonly life: number
  /** Grows where the thicket noise (-1024..1024) is at least this. */
  readonly level: number
  /** The mass of its densest cells. */
  readonly mass: number
}

/** The first line that fits a cell holds. */
// biome-ignore format: a table is read by its columns
const growths: readonly Growth[] = [
  { terrain: terrainCode.forest, life: lifeCode['resin-tree'], level: -40, mass: 180 },
  { terrain: terrainCode.forest, life: lifeCode.moss, level: -330, mass: 90 },
  { terrain: terrainCode.grass, life: lifeCode['resin-tree'], level: 330, mass: 90 },
  { terrain: terrainCode.grass, life: lifeCode.moss, level: 40, mass: 140 },
  { terrain: terrainCode.tundra, life: lifeCode.moss, level: 190, mass: 80 },
]

export type Life = {
  readonly life: number
  /** 1..255 where something lives, else 0. */
  readonly mass: number
}

const LIFELESS: Life = { life: lifeCode.none, mass: 0 }

/** The life on a land cell of a terrain; crystal grows where the ground is crystalline. */
export function lifeAt(seed: number, place: Place, terrain: number, crystalline: boolean): Life {
  const key = mix32(seed)
  const { grainX, grainY, grainZ } = place
  const chance = hashAt(key + FIELD.seeds, grainX, grainY, grainZ)
  if (crystalline && (chance & 3) !== 0) {
    return { life: lifeCode.crystal, mass: 40 + ((chance >>> 8) & 63) }
  }
  const thicket = noise(key + FIELD.thickets, grainX * 2, grainY * 2, grainZ * 2)
  for (const { terrain: ground, life, level, mass } of growths) {
    if (terrain !== ground || thicket < level) continue
    if ((chance & 7) === 0) return LIFELESS
    return { life, mass: Math.min(mass, 30 + ((thicket - level) >> 2) + ((chance >>> 8) & 31)) }
  }
  return LIFELESS
}
