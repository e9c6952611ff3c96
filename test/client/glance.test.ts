import { describe, expect, test } from 'vitest'
import { glanceAt } from '../../client/src/game/glance.ts'
import { PlanetCells } from '../../client/src/planet/cells.ts'
import { encodeCells } from '../../src/domain/chunkCodec.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'
import { INEXHAUSTIBLE } from '../../src/domain/generation/codes.ts'
import { cellInChunk, cellsOfChunk, offsetInChunk } from '../../src/domain/grid/chunk.ts'

const n = 4
const chunk = 3
const ups = 20
const at = cellInChunk(n, chunk, 65)
const grass = { terrain: 5, elevation: 9, deposit: 0, amount: 0, life: 0, mass: 0, pollution: 0 }

function planetWith(structures: readonly StructureView[]): PlanetCells {
  const planet = new PlanetCells(n)
  const records = cellsOfChunk(n, chunk).map((cell) => ({
    ...grass,
    offset: offsetInChunk(n, cell),
    owner: 0,
  }))
  const cells = encodeCells('snapshot', chunk, records)
  planet.applySnapshot({ chunk, tick: 0, cells, structures })
  return planet
}

const told = (planet: PlanetCells, tick: number, more = {}) =>
  glanceAt(planet, { ...planet.read(at), ...more }, tick, ups)

const kiln: StructureView = {
  cell: at,
  prototype: 'kiln',
  direction: 0,
  owner: 1,
  status: 'working',
  recipe: 'plate',
}
const belt: StructureView = {
  cell: at,
  prototype: 'belt',
  direction: 0,
  owner: 1,
  status: 'idle',
  items: ['iron', 'iron'],
}
const noCells = new Uint8Array(0)

describe('a glance at a cell', () => {
  test('tells what a machine does, from what to what, and how much a minute', () => {
    const planet = planetWith([kiln])
    for (const startTick of [0, 30, 60, 90]) {
      const progress = { startTick, duration: 30 }
      const structures = [{ ...kiln, progress }]
      planet.applyChanges({ chunk, tick: startTick + 1, cells: noCells, structures, removed: [] })
    }
    expect(told(planet, 90)).toEqual({
      cell: at,
      title: 'Kiln',
      status: 'working',
      lines: ['At work', '1 Iron → 1 Plate', '40.0 Plate a minute · 100 % at work'],
    })
  })

  test('tells what lies on a belt and how much it carries, as its items leave', () => {
    const planet = planetWith([belt])
    expect(told(planet, 1)?.lines).toEqual(['2 Iron'])
    const lists = [['iron'], ['iron', 'copper'], ['copper'], []]
    for (const [step, items] of lists.entries()) {
      const structures = [{ ...belt, items }]
      planet.applyChanges({ chunk, tick: 30 * step + 10, cells: noCells, structures, removed: [] })
    }
    // They left at the ticks 10, 70 and 100: two in 90 ticks after the first.
    expect(told(planet, 100)?.lines).toEqual(['Empty', 'carries 26.7 a minute'])
  })

  test('tells of bare ground what there is to take, and nothing where there is nothing', () => {
    const planet = planetWith([])
    expect(told(planet, 1)).toBeUndefined()
    expect(told(planet, 1, { deposit: 1, amount: 3 })?.lines).toEqual([])
    expect(told(planet, 1, { deposit: 1, amount: 3 })?.title).toMatch(/: 768 left$/)
    expect(told(planet, 1, { deposit: 1, amount: INEXHAUSTIBLE })?.title).toMatch(/: without end$/)
    expect(told(planet, 1, { life: 1, mass: 255 })?.title).toMatch(/: 100 % grown$/)
  })
})
