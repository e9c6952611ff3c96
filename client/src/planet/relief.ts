// How high a cell's top is drawn. The server's elevation is a byte; the eye wants terraces.

import { isWater, SEA_LEVEL } from '../../../src/domain/generation/terrain.ts'
import type { PlanetCells } from './cells.ts'

/** The sea lies a little below the lowest land. */
export const LOWEST_TOP = -0.3
/** Height of one terrace, in units of the scene, and how many steps of elevation make one. */
const TERRACE_HEIGHT = 0.4
const ELEVATION_PER_TERRACE = 10
const LOWEST_LAND = 0.14

export const HIGHEST_TOP =
  LOWEST_LAND + TERRACE_HEIGHT * Math.ceil((255 - SEA_LEVEL) / ELEVATION_PER_TERRACE)

/** Height of a cell's top above the sphere, in units of the scene. */
export function topOf(terrain: number, elevation: number): number {
  if (isWater(terrain)) return LOWEST_TOP
  const above = Math.max(0, elevation - SEA_LEVEL)
  return LOWEST_LAND + TERRACE_HEIGHT * Math.floor(above / ELEVATION_PER_TERRACE)
}

export function heightOf(cells: PlanetCells, cell: number): number {
  return topOf(cells.terrain.at(cell), cells.elevation.at(cell))
}

/** So far below sea level the sea is as dark as it gets. */
const DEEPEST = 90

/** How deep the sea is in a cell, 0 to 1; NaN for land and for what is not known. */
export function depthOf(terrain: number, elevation: number): number {
  if (!isWater(terrain)) return Number.NaN
  return Math.min(1, Math.max(0, SEA_LEVEL - elevation) / DEEPEST)
}
