import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellAt, isPentagon, northPole, southPole } from '../../../src/domain/grid/lattice.ts'
import { DIRECTIONS, neighbour, neighboursOf } from '../../../src/domain/grid/neighbours.ts'
import { step, turnBack, wayThere } from '../../../src/domain/grid/step.ts'
import { allCells, anyCell, anyDirection, frequencies } from './frequencies.ts'

const directions = Array.from({ length: DIRECTIONS }, (_, direction) => direction)

/** A step, a turn back, a step and a turn back: where that leads, as text. */
function thereAndBack(n: number, cell: number, direction: number): string {
  const there = step(n, cell, direction)
  if (!there) return 'no way'
  const back = step(n, there.cell, turnBack(n, there.cell, there.direction))
  return back ? `${back.cell} heading ${turnBack(n, back.cell, back.direction)}` : 'no way back'
}

/** Steps straight on until the same heading comes again; undefined where the line meets a pentagon. */
function lengthOfRound(n: number, cell: number, direction: number): number | undefined {
  if (isPentagon(n, cell)) return undefined
  let heading = step(n, cell, direction)!
  let steps = 1
  while (heading.cell !== cell || heading.direction !== direction) {
    if (isPentagon(n, heading.cell)) return undefined
    heading = step(n, heading.cell, heading.direction)!
    steps++
  }
  return steps
}

describe('a step', () => {
  it.each(frequencies)('goes to the neighbour in its direction at n = %i', (n) => {
    const wrong = allCells(n).filter((cell) =>
      directions.some((d) => (step(n, cell, d)?.cell ?? -1) !== neighbour(n, cell, d)),
    )
    expect(wrong).toEqual([])
  })

  it.each(frequencies)('knows the way back, whatever seam it crosses, at n = %i', (n) => {
    const wrong = allCells(n).filter((cell) =>
      directions.some((d) => {
        const there = wayThere(n, cell, d)
        return there !== undefined && neighbour(n, there.cell, there.direction) !== cell
      }),
    )
    expect(wrong).toEqual([])
  })

  it.each(frequencies)('a turn back and a step come home, facing away, at n = %i', (n) => {
    for (const cell of allCells(n)) {
      for (const direction of directions) {
        if (neighbour(n, cell, direction) < 0) continue
        const home = thereAndBack(n, cell, direction)
        if (home !== `${cell} heading ${direction}`) {
          expect.fail(`from ${cell} heading ${direction} one comes home to ${home}`)
        }
      }
    }
    expect(thereAndBack(n, 0, 0)).toBe('0 heading 0')
  })

  it('comes home on planets too large to list', () => {
    fc.assert(
      fc.property(anyCell, anyDirection, ({ n, cell }, direction) => {
        fc.pre(neighbour(n, cell, direction) >= 0)
        expect(thereAndBack(n, cell, direction)).toBe(`${cell} heading ${direction}`)
      }),
    )
  })

  it.each(frequencies)('leaves a hexagon opposite to where it came in at n = %i', (n) => {
    const crooked = allCells(n).filter((cell) =>
      directions.some((d) => {
        const there = step(n, cell, d)
        if (!there || isPentagon(n, there.cell)) return false
        const around = neighboursOf(n, there.cell)
        return around[(around.indexOf(cell) + 3) % 6] !== neighbour(n, there.cell, there.direction)
      }),
    )
    expect(crooked).toEqual([])
  })

  it.each(frequencies)(
    'leaves a pentagon by the second side round, all five ways, at n = %i',
    (n) => {
      const pentagons = allCells(n).filter((cell) => isPentagon(n, cell))
      const wrong = pentagons.filter((pentagon) => {
        const around = neighboursOf(n, pentagon)
        const exits = around.map((cell) => {
          const direction = directions.find((d) => neighbour(n, cell, d) === pentagon)!
          const there = step(n, cell, direction)!
          return neighbour(n, pentagon, there.direction)
        })
        return exits.some((exit, place) => exit !== around[(place + 2) % 5])
      })
      expect(wrong).toEqual([])
      expect(pentagons).toHaveLength(12)
    },
  )

  it('is missing only where a pentagon lacks the direction', () => {
    const n = 6
    expect(step(n, cellAt(n, 3, n, 0), 4)).toBeUndefined()
    expect(step(n, northPole(n), 5)).toBeUndefined()
    expect(step(n, southPole(n), 5)).toBeUndefined()
    const missing = allCells(n).flatMap((cell) => directions.filter((d) => !step(n, cell, d)))
    expect(missing).toHaveLength(12)
  })

  it.each([2, 5, 16])('straight on without meeting a pentagon goes round in 5·n, n = %i', (n) => {
    // On an icosahedron a line along the edges' direction crosses ten faces, half an edge in each.
    const lengths = new Set<number>()
    for (const cell of allCells(n)) {
      for (const direction of directions) {
        const length = lengthOfRound(n, cell, direction)
        if (length !== undefined) lengths.add(length)
      }
    }
    expect([...lengths]).toEqual([5 * n])
  })
})
