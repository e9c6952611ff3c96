import fc from 'fast-check'
import { cellCount } from '../../../src/domain/grid/lattice.ts'

/** The frequencies that every law of the grid is checked on cell by cell. */
export const frequencies: readonly number[] = Array.from({ length: 24 }, (_, index) => index + 1)

/** Every cell of a planet, in order of id. */
export function allCells(n: number): number[] {
  return Array.from({ length: cellCount(n) }, (_, cell) => cell)
}

/** Any cell of any planet up to one of 41 million cells. */
export const anyCell = fc
  .integer({ min: 1, max: 2048 })
  .chain((n) => fc.record({ n: fc.constant(n), cell: fc.nat({ max: cellCount(n) - 1 }) }))

export const anyDirection = fc.integer({ min: 0, max: 5 })
