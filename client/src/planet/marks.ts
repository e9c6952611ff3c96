// What the terrain shader reads of each cell: two textures of 4 bytes a texel, in the order of the chunk's vertices.

import { colourOfCell, isSpeckled } from './cellColours.ts'
import type { PlanetCells } from './cells.ts'
import { type Overlay, overlayColour } from './overlays.ts'
import type { Sphere } from './sphere.ts'

/** Texels along one side of a chunk's textures: 64 × 64 cells fill one exactly. */
export const MARKS_SIDE = 64
/** Less pollution than this is not seen in the air. */
const SMOG_FROM = 12
/** Colours that owners are told apart by; 0 is nobody. */
const OWNER_COLOURS = 8

export function ownerColour(owner: number): number {
  return owner === 0 ? 0 : 1 + ((owner - 1) % OWNER_COLOURS)
}

/** Writes a cell's colour (square roots of its linear bands) and its terrain. */
export function writeNature(
  planet: PlanetCells,
  cell: number,
  place: number,
  nature: Uint8Array,
  overlay: Overlay = 'none',
  served: ReadonlySet<number> = new Set(),
): void {
  const at = place * 4
  const { r, g, b } =
    overlay === 'none' ? colourOfCell(planet, cell) : overlayColour(overlay, planet, cell, served)
  nature[at] = Math.sqrt(r) * 255
  nature[at + 1] = Math.sqrt(g) * 255
  nature[at + 2] = Math.sqrt(b) * 255
  nature[at + 3] = planet.terrain.at(cell)
}

/** Writes the colour of a cell's owner, the mask of its border's edges, whether ore lies in it, and its smog. */
export function writeHuman(
  sphere: Sphere,
  planet: PlanetCells,
  cell: number,
  place: number,
  human: Uint8Array,
): void {
  const at = place * 4
  const owner = planet.owner.at(cell)
  human[at] = ownerColour(owner)
  human[at + 1] = owner === 0 ? 0 : edges(sphere, cell, (next) => planet.owner.at(next) !== owner)
  human[at + 3] = (isSpeckled(planet, cell) ? 128 : 0) + smogOf(planet.pollution.at(cell))
}

/** How thick the smog over a cell is: 0 to 127, as much as is ever drawn. */
function smogOf(pollution: number): number {
  return Math.min(127, Math.floor(Math.max(0, pollution - SMOG_FROM) / 2))
}

/** Bit e for each edge whose neighbour passes. */
function edges(sphere: Sphere, cell: number, passes: (neighbour: number) => boolean): number {
  return sphere
    .ring(cell)
    .reduce((mask, neighbour, edge) => mask | (passes(neighbour) ? 1 << edge : 0), 0)
}
