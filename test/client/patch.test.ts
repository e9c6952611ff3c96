import { describe, expect, test } from 'vitest'
import { columnsOf, createPatch, placeInChunk } from '../../client/src/planet/patch.ts'
import { createSphere, cross, dot, minus } from '../../client/src/planet/sphere.ts'
import { cellsOfChunk, chunkCount, offsetInChunk } from '../../src/domain/grid/chunk.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'

const chunksOf = (n: number) =>
  Array.from({ length: chunkCount(n) }, (_, chunk) => chunk).filter(
    (chunk) => n < 64 || chunk % 7 === 0 || chunk >= chunkCount(n) - 2,
  )

describe.each([1, 4, 64, 70])('a chunk of N = %i with what borders on it', (n) => {
  test('has its own cells first, by their offsets, and behind them each neighbour that is not its own, once', () => {
    for (const chunk of chunksOf(n)) {
      const { cells, own } = createPatch(n, chunk)
      const mine = cellsOfChunk(n, chunk)
      expect([...cells.subarray(0, own)]).toEqual(mine)
      const others = new Set(mine.flatMap((cell) => neighboursOf(n, cell)))
      for (const cell of mine) others.delete(cell)
      expect([...cells.subarray(own)].sort()).toEqual([...others].sort())
    }
  })

  test('knows the neighbours of each of its cells by their places', () => {
    for (const chunk of chunksOf(n)) {
      const { cells, own, around } = createPatch(n, chunk)
      for (let place = 0; place < own; place++) {
        const ring = [...around.subarray(place * 6, place * 6 + 6)].filter((next) => next >= 0)
        expect(ring.map((next) => cells[next])).toEqual(neighboursOf(n, cells[place]!))
      }
    }
  })

  test('tells the place of a cell by its offset', () => {
    for (const chunk of chunksOf(n)) {
      const columns = columnsOf(n, chunk)
      const places = cellsOfChunk(n, chunk).map((cell) =>
        placeInChunk(columns, offsetInChunk(n, cell)),
      )
      expect(places).toEqual([...places.keys()])
    }
  })
})

test.each([1, 2, 3, 8, 64])(
  'on N = %i the ring of a cell is counterclockwise seen from outside',
  (n) => {
    const sphere = createSphere(n)
    for (let cell = 0; cell < sphere.count; cell += n < 64 ? 1 : 61) {
      const up = sphere.centre(cell)
      const ring = sphere.ring(cell).map(sphere.centre)
      for (const [q, next] of ring.entries()) {
        const after = ring[(q + 1) % ring.length]!
        expect(dot(cross(minus(next, up), minus(after, up)), up)).toBeGreaterThan(0)
      }
    }
  },
)
