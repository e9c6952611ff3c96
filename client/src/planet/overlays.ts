// Overlays: the planet coloured by one thing that matters, over a grey ground.

import { Color } from 'three'
import type { StructureView } from '../../../src/domain/chunkView.ts'
import { depositCode } from '../../../src/domain/generation/codes.ts'
import { isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { prototypeNamed } from '../../../src/domain/prototypes.ts'
import { POLE_SERVES } from '../../../src/domain/simulation/grids.ts'
import { depositColours } from './cellColours.ts'
import type { PlanetCells } from './cells.ts'

export const overlays = ['none', 'power', 'pollution', 'owner', 'deposit'] as const
export type Overlay = (typeof overlays)[number]

/** Steps of pollution, with their colours from dark to light, so that they are told apart without hue. */
export const pollutionSteps: readonly (readonly [most: number, css: string])[] = [
  [4, '#4a515c'],
  [20, '#8a6a9a'],
  [60, '#d9767a'],
  [160, '#ffa552'],
  [Number.POSITIVE_INFINITY, '#fff3a0'],
]
export const POWERED = '#ffd75e'
export const CONSUMER_WITHOUT = '#ff5a4d'

const ground = new Color('#4a515c')
const water = new Color('#26384a')
const mixed = new Color()
const steps = pollutionSteps.map(([most, css]) => [most, new Color(css)] as const)
const deposits = depositColours.map((css) => new Color(css))
const powered = new Color(POWERED)
const without = new Color(CONSUMER_WITHOUT)

/** Cells that a pole serves. */
export function poweredCells(planet: PlanetCells): ReadonlySet<number> {
  const served = new Set<number>()
  for (const { cell, prototype, status } of planet.structures.values()) {
    if (prototypeNamed(prototype)?.kind !== 'pole' || status === 'blueprint') continue
    for (const near of cellsWithin(planet.n, cell, POLE_SERVES)) served.add(near)
  }
  return served
}

/** Whether a machine draws power and stands where no pole serves it. */
function lacksPole({ cell, prototype }: StructureView, served: ReadonlySet<number>) {
  return (prototypeNamed(prototype)?.power ?? 0) > 0 && !served.has(cell)
}

/**
 * Linear colour of a cell under an overlay. The returned object is used again by the next call.
 * @param served as `poweredCells` tells; only the overlay of power reads it
 */
export function overlayColour(
  overlay: Exclude<Overlay, 'none'>,
  planet: PlanetCells,
  cell: number,
  served: ReadonlySet<number>,
): Color {
  const base = isWater(planet.terrain.at(cell)) ? water : ground
  mixed.copy(base)
  if (overlay === 'pollution') {
    const pollution = planet.pollution.at(cell)
    const step = steps.find(([most]) => pollution <= most) ?? steps[0]!
    if (step !== steps[0]) mixed.lerp(step[1], 0.85)
  } else if (overlay === 'deposit') {
    const deposit = planet.deposit.at(cell)
    const counts = deposit !== depositCode.none && deposit !== depositCode.water
    if (counts && planet.amount.at(cell) !== 0) mixed.copy(deposits[deposit]!)
  } else if (overlay === 'power') {
    const structure = planet.structures.get(cell)
    if (structure && lacksPole(structure, served)) mixed.copy(without)
    else if (served.has(cell)) mixed.lerp(powered, 0.6)
  }
  return mixed
}
