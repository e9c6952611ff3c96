import { describe, expect, test } from 'vitest'
import { Lamps, writeLamps } from '../../client/src/planet/lamps.ts'
import { createSphere } from '../../client/src/planet/sphere.ts'
import type { StructureView } from '../../src/domain/chunkView.ts'
import { cellsWithin } from '../../src/domain/grid/distance.ts'

const n = 8
const sphere = createSphere(n)
const machine = (cell: number, status = 'working', prototype = 'kiln'): StructureView =>
  ({ cell, prototype, direction: 0, owner: 1, status }) as StructureView
/** Tells lamps what stands on some cells now. */
const tell = (lamps: Lamps, cells: readonly number[], ...structures: StructureView[]) => {
  const standing = new Map(structures.map((structure) => [structure.cell, structure]))
  return lamps.update(cells, (cell) => standing.get(cell))
}
const lit = (...structures: StructureView[]) => {
  const lamps = new Lamps(n)
  const cells = structures.map(({ cell }) => cell)
  tell(lamps, cells, ...structures)
  return lamps
}

describe('the lamps of machines', () => {
  test('a machine lights its own cell most and what is three steps away not at all', () => {
    const lamps = lit(machine(100))
    const [beside] = sphere.ring(100)
    expect(lamps.at(100)).toBeGreaterThan(lamps.at(beside!))
    expect(lamps.at(beside!)).toBeGreaterThan(0)
    const reached = cellsWithin(n, 100, 2)
    expect(new Set(lamps.cells)).toEqual(new Set(reached))
  })

  test('what waits keeps its light; plans, belts and what has no power are dark', () => {
    expect(lit(machine(100, 'starved')).at(100)).toBeGreaterThan(0)
    expect(lit(machine(100, 'blueprint')).at(100)).toBe(0)
    expect(lit(machine(100, 'unpowered')).at(100)).toBe(0)
    expect(lit(machine(100, 'working', 'belt')).at(100)).toBe(0)
  })

  test('many lamps are brighter than one, and never brighter than can be drawn', () => {
    const many = lit(...cellsWithin(n, 100, 2).map((cell) => machine(cell)))
    expect(many.at(100)).toBeGreaterThan(lit(machine(100)).at(100))
    expect(many.brightness(100)).toBe(1)
  })

  test('only what lies in another light than before is told of, and nothing is left when the last lamp goes', () => {
    const lamps = lit(machine(100), machine(300))
    expect(tell(lamps, [300], machine(300, 'starved')).size).toBe(0)
    expect(tell(lamps, [100, 300], machine(300))).toEqual(new Set(cellsWithin(n, 100, 2)))
    tell(lamps, [300])
    expect([...lamps.cells]).toEqual([])
  })

  test('three cells that meet in a corner give it the same light, so that no edge is seen', () => {
    const lamps = lit(machine(100))
    const written = (cell: number) => {
      const bytes = new Uint8Array(4)
      writeLamps(lamps, cell, sphere.ring(cell), 0, bytes)
      return [0, 1, 2, 3, 4, 5].map((q) => (q % 2 ? bytes[q >> 1]! >> 4 : bytes[q >> 1]! & 15))
    }
    const light = new Map<string, number>()
    for (const cell of cellsWithin(n, 100, 3)) {
      const levels = written(cell)
      for (const [q, corner] of sphere.corners(cell).entries()) {
        const known = light.get(String(corner))
        if (known !== undefined) expect(levels[q]).toBe(known)
        light.set(String(corner), levels[q]!)
      }
    }
    expect(Math.max(...light.values())).toBeGreaterThan(0)
  })
})
