import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateChunk } from '../../../src/domain/generation/chunkPlanes.ts'
import {
  depositCode,
  deposits,
  INEXHAUSTIBLE,
  lifeCode,
  lives,
  terrainCode,
} from '../../../src/domain/generation/codes.ts'
import {
  type GeneratedCell,
  generateCell,
  isWater,
  oreAt,
  SEA_LEVEL,
  terrains,
} from '../../../src/domain/generation/terrain.ts'
import { CHUNK_CELLS, cellInChunk, chunkCount } from '../../../src/domain/grid/chunk.ts'
import { cellCount, isPentagon, northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { anyCell } from '../grid/frequencies.ts'
import { planet, twentySeeds } from './planets.ts'

const anySeed = fc.integer({ min: 0, max: 0xffffffff })

function share(cells: readonly GeneratedCell[], of: (cell: GeneratedCell) => boolean): number {
  return cells.filter(of).length / cells.length
}

const padding: GeneratedCell = {
  terrain: 0,
  elevation: 0,
  deposit: 0,
  amount: 0,
  life: 0,
  mass: 0,
}

const isSea = (cell: GeneratedCell) => isWater(cell.terrain)

/** Mean difference of elevation between neighbours, over the pairs that a test selects. */
function roughness(seed: number, n: number, select: (a: number, b: number) => boolean): number {
  const cells = planet(seed, n)
  let sum = 0
  let pairs = 0
  for (let cell = 0; cell < northPole(n); cell++) {
    for (const next of neighboursOf(n, cell)) {
      if (!select(cell, next)) continue
      sum += Math.abs(cells[cell]!.elevation - cells[next]!.elevation)
      pairs++
    }
  }
  return sum / pairs
}

describe('a generated cell', () => {
  it('carries known codes and whole numbers that fit their planes', () => {
    fc.assert(
      fc.property(anySeed, anyCell, (seed, { n, cell }) => {
        const made = generateCell(seed, n, cell)
        for (const value of Object.values(made)) expect(Number.isInteger(value)).toBe(true)
        expect(made.terrain).toBeGreaterThan(terrainCode.none)
        expect(made.terrain).toBeLessThan(terrains.length)
        expect(made.deposit).toBeLessThan(deposits.length)
        expect(made.life).toBeLessThan(lives.length)
        expect(Math.min(...Object.values(made))).toBeGreaterThanOrEqual(0)
        expect(Math.max(made.elevation, made.mass)).toBeLessThanOrEqual(255)
        expect(made.amount).toBeLessThanOrEqual(INEXHAUSTIBLE)
      }),
      { numRuns: 500 },
    )
  })

  it('is sea below the sea level and land from it on', () => {
    fc.assert(
      fc.property(anySeed, anyCell, (seed, { n, cell }) => {
        const made = generateCell(seed, n, cell)
        expect(isSea(made)).toBe(made.elevation < SEA_LEVEL)
        if (!isSea(made) || isPentagon(n, cell)) return
        expect(made).toMatchObject({
          deposit: depositCode.water,
          amount: INEXHAUSTIBLE,
          life: lifeCode.none,
          mass: 0,
        })
      }),
      { numRuns: 500 },
    )
  })

  it('has an amount where it has a deposit, and mass where it has life', () => {
    const finite: readonly number[] = [1, 2, 3, 4, 5]
    const odd = planet(3, 64).filter(({ deposit, amount, life, mass }) => {
      if ((life === lifeCode.none) !== (mass === 0)) return true
      if (deposit === depositCode.none) return amount !== 0
      return finite.includes(deposit) ? amount < 20 || amount > 400 : amount !== INEXHAUSTIBLE
    })
    expect(odd).toEqual([])
  })

  it.each([1, 2, 9, 64])('is an inexhaustible vent on dry rock at the pentagons of n = %i', (n) => {
    for (const seed of twentySeeds.slice(0, 5)) {
      const vents = planet(seed, n).flatMap((made, cell) =>
        made.deposit === depositCode.vent ? [cell] : [],
      )
      expect(vents).toHaveLength(12)
      expect(vents.every((cell) => isPentagon(n, cell))).toBe(true)
      expect(vents.every((cell) => planet(seed, n)[cell]!.terrain === terrainCode.rock)).toBe(true)
    }
  })

  it('has no fungus on a new planet, and crystal where brine and silica meet', () => {
    const n = 64
    const cells = planet(1, n)
    expect(cells.filter(({ life }) => life === lifeCode.fungus)).toEqual([])
    const crystals = cells.flatMap(({ life }, cell) => (life === lifeCode.crystal ? [cell] : []))
    const fed = crystals.filter((cell) => {
      const near = [cell, ...neighboursOf(n, cell)].map((id) => cells[id]!.deposit)
      return near.includes(depositCode.brine) && near.includes(depositCode.silica)
    })
    expect(crystals.length).toBeGreaterThan(50)
    expect(fed.length / crystals.length).toBeGreaterThan(0.7)
  })
})

describe('a chunk', () => {
  it.each([1, 10, 64, 70])('equals its cells one by one at n = %i', (n) => {
    for (const chunk of [0, Math.floor(chunkCount(n) / 2), chunkCount(n) - 3]) {
      const planes = generateChunk(7, n, chunk)
      const cells = Array.from({ length: CHUNK_CELLS }, (_, offset) => {
        const cell = cellInChunk(n, chunk, offset)
        return cell < 0 ? padding : generateCell(7, n, cell)
      })
      for (const name of Object.keys(padding) as (keyof GeneratedCell)[]) {
        expect([...planes[name]], name).toEqual(cells.map((made) => made[name]))
      }
    }
  })

  it('of a pole is one cell', () => {
    const planes = generateChunk(7, 64, 11)
    const { terrain, elevation } = generateCell(7, 64, southPole(64))
    expect([...planes.terrain]).toEqual([terrain])
    expect([...planes.elevation]).toEqual([elevation])
  })

  it('is the same in any order of generation', () => {
    const forward = [0, 1, 2, 3].map((chunk) => generateChunk(11, 96, chunk))
    const backward = [3, 2, 1, 0].map((chunk) => generateChunk(11, 96, chunk)).reverse()
    expect(backward).toEqual(forward)
  })
})

describe('a planet', () => {
  it.each(twentySeeds)('of seed %i has seas, continents and all deposits', (seed) => {
    for (const n of [32, 64]) {
      const cells = planet(seed, n)
      const sea = share(cells, isSea)
      expect(sea).toBeGreaterThan(0.33)
      expect(sea).toBeLessThan(0.48)
      for (const name of ['grass', 'forest', 'desert', 'rock', 'snow', 'beach'] as const) {
        const part = share(cells, ({ terrain }) => terrain === terrainCode[name])
        expect(part, name).toBeGreaterThan(0.02)
        expect(part, name).toBeLessThan(0.2)
      }
      for (const [name, code] of Object.entries(depositCode)) {
        const held = cells.filter(({ deposit }) => deposit === code)
        expect(held.length, name).toBeGreaterThan(0)
      }
      const ore = share(cells, ({ deposit }) => deposit >= 1 && deposit <= 5)
      expect(ore).toBeGreaterThan(0.05)
      expect(ore).toBeLessThan(0.2)
    }
  })

  it('looks alike at every size: the same seas on 2,562 cells as on 163,842', () => {
    const small = planet(5, 16)
    const large = planet(5, 128)
    // Cell (d, i, j) of the small planet lies where (d, 8i, 8j) lies on the large one.
    const alike = small.slice(0, northPole(16)).filter((made, cell) => {
      const [line, j] = [Math.floor(cell / 16), cell % 16]
      const [diamond, i] = [Math.floor(line / 16), (line % 16) + 1]
      return isSea(made) === isSea(large[(diamond * 128 + 8 * i - 1) * 128 + 8 * j]!)
    })
    expect(alike.length / northPole(16)).toBeGreaterThan(0.85)
  })

  it('is as smooth across the seams of its diamonds as inside them', () => {
    const n = 64
    const diamondOf = (cell: number) => Math.floor(cell / (n * n))
    for (const seed of [1, 2, 3]) {
      const inside = roughness(seed, n, (a, b) => diamondOf(a) === diamondOf(b))
      const across = roughness(seed, n, (a, b) => b < northPole(n) && diamondOf(a) !== diamondOf(b))
      expect(across / inside).toBeGreaterThan(0.8)
      expect(across / inside).toBeLessThan(1.25)
    }
  })

  it('differs from the planet of another seed', () => {
    const other = planet(2, 32)
    const same = planet(1, 32).filter((made, cell) => isSea(made) === isSea(other[cell]!))
    expect(same.length / other.length).toBeLessThan(0.75)
  })

  it('has sand between grass and sea wherever it is warm', () => {
    const n = 64
    const cells = planet(9, n)
    const bare = cells.flatMap((made, cell) => {
      const green = made.terrain === terrainCode.grass || made.terrain === terrainCode.forest
      return green && neighboursOf(n, cell).some((next) => isSea(cells[next]!)) ? [cell] : []
    })
    expect(bare.length).toBeLessThan(20)
  })
})

it.each([
  [7, 1],
  [7, 2],
  [1, 12],
  [0xffff_ffff, 20],
])('the ore of a cell is that of the generated cell, on all of planet %i of N %i', (seed, n) => {
  const ores = new Set<number>()
  for (let cell = 0; cell < cellCount(n); cell++) {
    const { deposit } = generateCell(seed, n, cell)
    const isOre = deposit !== depositCode.water && deposit !== depositCode.vent
    expect(oreAt(seed, n, cell), `cell ${cell}`).toBe(isOre ? deposit : depositCode.none)
    ores.add(oreAt(seed, n, cell))
  }
  if (n > 10) expect(ores.size).toBeGreaterThan(3)
})
