// Where a newcomer lands: dry ground with what a first factory needs in reach.

import { cellsWithin } from '../grid/distance.ts'
import { cellCount } from '../grid/lattice.ts'
import { DIRECTIONS } from '../grid/neighbours.ts'
import { step } from '../grid/step.ts'
import { depositCode } from './codes.ts'
import { mix32 } from './noise.ts'
import { generateCell, isWater } from './terrain.ts'

/** How many places are looked at before the best of them is taken. */
const PROBES = 96
/** Steps within which iron must lie. */
export const IRON_REACH = 6
/** Steps within which copper and coal should lie. */
export const ORE_REACH = 14
/** Cells of the first production line, the drill on its iron included. */
export const LINE_CELLS = 4

/** What a place offers, from nothing to all that is wished for. */
const WATER = 0
const LAND = 1
const IRON_NEAR = 2
const LINE_NEAR = 3
const ORES_NEAR = 5

function isLand(seed: number, n: number, cell: number): boolean {
  return !isWater(generateCell(seed, n, cell).terrain)
}

/** True where a straight line of LINE_CELLS land cells starts at a cell, in any direction. */
export function hasLine(seed: number, n: number, start: number): boolean {
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    let cells = 1
    let heading = step(n, start, direction)
    while (heading && cells < LINE_CELLS && isLand(seed, n, heading.cell)) {
      cells++
      heading = step(n, heading.cell, heading.direction)
    }
    if (cells === LINE_CELLS) return true
  }
  return false
}

function worthOf(seed: number, n: number, cell: number): number {
  if (!isLand(seed, n, cell)) return WATER
  const irons = cellsWithin(n, cell, IRON_REACH).filter(
    (near) => generateCell(seed, n, near).deposit === depositCode.iron,
  )
  if (irons.length === 0) return LAND
  if (!irons.some((iron) => hasLine(seed, n, iron))) return IRON_NEAR
  const around = new Set(
    cellsWithin(n, cell, ORE_REACH).map((near) => generateCell(seed, n, near).deposit),
  )
  return LINE_NEAR + Number(around.has(depositCode.copper)) + Number(around.has(depositCode.coal))
}

/**
 * A cell to land on, for a u32 of chance: land, with iron within six steps, a straight line of four land
 * cells from that iron, and copper and coal within fourteen, or the best of 96 places where there is no
 * such place among them. Costs at most some ten thousand generated cells, on a planet of any size.
 */
export function landingCell(seed: number, n: number, chance: number): number {
  const cells = cellCount(n)
  let best = 0
  let bestWorth = -1
  for (let probe = 0; probe < PROBES; probe++) {
    const cell = mix32(chance + Math.imul(probe, 0x9e3779b1)) % cells
    const worth = worthOf(seed, n, cell)
    if (worth <= bestWorth) continue
    best = cell
    bestWorth = worth
    if (worth === ORES_NEAR) break
  }
  return best
}
