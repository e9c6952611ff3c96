import { terrainCode } from './codes.ts'

/** Names of terrains by code; 0 is padding. */
export const terrains: readonly string[] = Object.keys(terrainCode)

/** Elevation at which land begins: below it is sea, from it on is land. */
export const SEA_LEVEL = 100

/** True for the three terrains of the sea. */
export function isWater(terrain: number): boolean {
  return terrain >= terrainCode.deepSea && terrain <= terrainCode.shallows
}
