// Where a newcomer lands: dry ground with what a first factory needs in reach.

import { cellsWithin } from '../grid/distance.ts'
import { cellCount, northPole } from '../grid/lattice.ts'
import { DIRECTIONS } from '../grid/neighbours.ts'
import { step } from '../grid/step.ts'
import { depositCode, terrainCode } from './codes.ts'
import { mix32 } from './noise.ts'
import { generateCell, isWater, oreAt } from './terrain.ts'

/** How many places are looked at before the best of them is taken. */
const PROBES = 96
/** Steps within which iron must lie. */
export const IRON_REACH = 6
/** Steps within which copper and coal should lie. */
export const ORE_REACH = 14
/** Cells of the first production line, the drill on its iron included. */
const LINE_CELLS = 4
/** The wealth of a place with iron, a line from it, copper and coal. */
const EVERYTHING = 4

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

/** How pleasant the ground is: 2 for grass and forest, 1 for other land, 0 for water. */
function pleasure(seed: number, n: number, cell: number): number {
  const { terrain } = generateCell(seed, n, cell)
  if (terrain === terrainCode.grass || terrain === terrainCode.forest) return 2
  return isWater(terrain) ? 0 : 1
}

/** What a land cell has near it: 0 without iron, 1 with iron, 2 with a line from it, up to 4 with other ores. */
function wealth(seed: number, n: number, cell: number): number {
  let hasIron = false
  for (const near of cellsWithin(n, cell, IRON_REACH)) {
    if (oreAt(seed, n, near) !== depositCode.iron) continue
    if (hasLine(seed, n, near)) return 2 + otherOres(seed, n, cell)
    hasIron = true
  }
  return hasIron ? 1 : 0
}

/** How many of copper and coal are within reach. Looks no further than it has to: cells are dear. */
function otherOres(seed: number, n: number, cell: number): number {
  let copper = 0
  let coal = 0
  for (const near of cellsWithin(n, cell, ORE_REACH)) {
    const ore = oreAt(seed, n, near)
    if (ore === depositCode.copper) copper = 1
    else if (ore === depositCode.coal) coal = 1
    if (copper + coal === 2) break
  }
  return copper + coal
}

/**
 * A cell to land on, for a u32 of chance: land, with iron within six steps, a straight line of four land
 * cells from that iron, copper and coal within fourteen, and if possible grass or forest underfoot; or
 * the best of 96 places where none of them has it all. Costs some thousands of generated cells, on a
 * planet of any size.
 */
export function landingCell(seed: number, n: number, chance: number): number {
  const cells = cellCount(n)
  let best = -1
  let bestWealth = -1
  const enough = (cell: number) => {
    const found = wealth(seed, n, cell)
    if (found > bestWealth) {
      best = cell
      bestWealth = found
    }
    return found === EVERYTHING
  }
  // The greenest first, and among equals in the order drawn: the first that has everything is taken.
  const others: number[] = []
  for (let probe = 0; probe < PROBES; probe++) {
    const cell = mix32(chance + Math.imul(probe, 0x9e3779b1)) % cells
    const pleasant = pleasure(seed, n, cell)
    if (pleasant === 2 && enough(cell)) return cell
    if (pleasant === 1) others.push(cell)
  }
  for (const cell of others) if (enough(cell)) return cell
  // Pentagons are land on every planet, so the fallback is dry too.
  return best >= 0 ? best : northPole(n)
}
