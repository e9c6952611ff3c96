import { describe, expect, it } from 'vitest'
import { depositCode } from '../../../src/domain/generation/codes.ts'
import {
  hasLine,
  IRON_REACH,
  landingCell,
  ORE_REACH,
} from '../../../src/domain/generation/landing.ts'
import { generateCell, isWater } from '../../../src/domain/generation/terrain.ts'
import { cellsWithin } from '../../../src/domain/grid/distance.ts'
import { isCell } from '../../../src/domain/grid/lattice.ts'
import { twentySeeds } from './planets.ts'

function depositsWithin(seed: number, n: number, cell: number, reach: number): Set<number> {
  return new Set(cellsWithin(n, cell, reach).map((near) => generateCell(seed, n, near).deposit))
}

describe('a landing cell', () => {
  it.each([32, 64, 960])('has iron with room for a line, copper and coal near, at n = %i', (n) => {
    for (const [index, seed] of twentySeeds.entries()) {
      const cell = landingCell(seed, n, index * 7919)
      expect(isWater(generateCell(seed, n, cell).terrain)).toBe(false)
      const irons = cellsWithin(n, cell, IRON_REACH).filter(
        (near) => generateCell(seed, n, near).deposit === depositCode.iron,
      )
      expect(irons.some((iron) => hasLine(seed, n, iron))).toBe(true)
      const ores = depositsWithin(seed, n, cell, ORE_REACH + 10)
      expect(ores.has(depositCode.copper) && ores.has(depositCode.coal)).toBe(true)
    }
  })

  it.each([1, 2, 3, 4, 8])('is dry land even on a planet of n = %i', (n) => {
    for (const seed of twentySeeds) {
      const cell = landingCell(seed, n, seed)
      expect(isCell(n, cell)).toBe(true)
      expect(isWater(generateCell(seed, n, cell).terrain)).toBe(false)
    }
  })

  it('is the same for the same chance, and another for another', () => {
    expect(landingCell(1, 64, 4_000_000_000)).toBe(landingCell(1, 64, 4_000_000_000))
    const cells = new Set([1, 2, 3, 4, 5, 6].map((chance) => landingCell(1, 64, chance)))
    expect(cells.size).toBeGreaterThan(4)
  })
})
