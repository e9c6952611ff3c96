// npx vitest bench --run bench/grid.bench.ts
// One iteration of the generation benches is one chunk: 4,096 cells.

import { bench, describe } from 'vitest'
import { generateChunk } from '../src/domain/generation/chunkPlanes.ts'
import { landingCell } from '../src/domain/generation/landing.ts'
import { mix32 } from '../src/domain/generation/noise.ts'
import { cellsWithin } from '../src/domain/grid/distance.ts'
import { cellCount } from '../src/domain/grid/lattice.ts'
import { neighbour } from '../src/domain/grid/neighbours.ts'
import { cellAtDirection } from '../src/domain/grid/position.ts'
import { step } from '../src/domain/grid/step.ts'

let turn = 0
const nextCell = (n: number) => mix32(turn++) % cellCount(n)

describe('generation', () => {
  bench('a chunk of 4,096 cells, n = 64', () => {
    generateChunk(1, 64, turn++ % 10)
  })
  bench('a chunk of 4,096 cells, n = 960', () => {
    generateChunk(1, 960, mix32(turn++) % 2250)
  })
  bench('a landing cell, n = 64', () => {
    landingCell(1, 64, turn++)
  })
})

describe('the grid', () => {
  bench('a neighbour, n = 960', () => {
    neighbour(960, nextCell(960), turn % 6)
  })
  bench('a step, n = 960', () => {
    step(960, nextCell(960), turn % 6)
  })
  bench('the 331 cells within 10 steps, n = 960', () => {
    cellsWithin(960, nextCell(960), 10)
  })
  bench('the cell under a direction, n = 960', () => {
    const word = mix32(turn++)
    cellAtDirection(960, [(word & 1023) - 511, ((word >>> 10) & 1023) - 511, (word >>> 20) - 2047])
  })
})
