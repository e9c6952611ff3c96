// All that the geometry of a chunk is made of, as bytes that can be sent to a worker.

import { terrainCode } from '../../../src/domain/generation/codes.ts'
import type { PlanetCells } from './cells.ts'
import { buildGeometry, type ChunkGeometry } from './geometry.ts'
import { createPatch, type Patch } from './patch.ts'
import { depthOf, topOf } from './relief.ts'
import { radiusOf } from './sphere.ts'

export type ChunkRelief = {
  readonly patch: Patch
  /** By place in the patch; terrain is `none` where a cell is not known. */
  readonly terrain: Uint8Array
  readonly elevation: Uint8Array
}

export function readRelief(planet: PlanetCells, chunk: number): ChunkRelief {
  const patch = createPatch(planet.n, chunk)
  const { cells } = patch
  const terrain = new Uint8Array(cells.length)
  const elevation = new Uint8Array(cells.length)
  for (let place = 0; place < cells.length; place++) {
    terrain[place] = planet.terrain.at(cells[place]!)
    elevation[place] = planet.elevation.at(cells[place]!)
  }
  return { patch, terrain, elevation }
}

export function geometryOf({ patch, terrain, elevation }: ChunkRelief): ChunkGeometry {
  const { length } = patch.cells
  const heights = new Float64Array(length)
  const depths = new Float64Array(length)
  for (let place = 0; place < length; place++) {
    const known = terrain[place] !== terrainCode.none
    heights[place] = known ? topOf(terrain[place]!, elevation[place]!) : Number.NaN
    depths[place] = depthOf(terrain[place]!, elevation[place]!)
  }
  return buildGeometry(patch, radiusOf(patch.n), heights, depths)
}
