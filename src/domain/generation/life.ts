// What lives on a cell when the planet is new.

import { lifeCode, terrainCode } from './codes.ts'
import { hashAt, mix32, noise } from './noise.ts'
import type { Place } from './place.ts'

const FIELD = { thickets: 0xa000, seeds: 0xb000 }

/** Thickets wider than this (noise, -1024..1024) carry moss or trees; lower is more life. */
const thicketFrom: readonly (readonly [terrain: number, life: number, level: number])[] = [
  [terrainCode.forest, lifeCode['resin-tree'], -40],
  [terrainCode.forest, lifeCode.moss, -330],
  [terrainCode.grass, lifeCode['resin-tree'], 330],
  [terrainCode.grass, lifeCode.moss, 40],
  [terrainCode.tundra, lifeCode.moss, 190],
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
  for (const [onTerrain, life, level] of thicketFrom) {
    if (terrain !== onTerrain || thicket < level) continue
    if ((chance & 7) === 0) return LIFELESS
    const lush = Math.min(120, (thicket - level) >> 2)
    return { life, mass: 30 + lush + ((chance >>> 8) & 31) }
  }
  return LIFELESS
}
