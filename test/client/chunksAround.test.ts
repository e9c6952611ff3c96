import { expect, test } from 'vitest'
import { chunksAround } from '../../client/src/planet/chunksAround.ts'
import { cellsOfChunk, chunkCount, chunkOf } from '../../src/domain/grid/chunk.ts'
import { neighboursOf } from '../../src/domain/grid/neighbours.ts'

test.each([4, 64, 70])(
  'the chunks around a chunk of N = %i are those of its cells’ neighbours',
  (n) => {
    for (let chunk = 0; chunk < chunkCount(n); chunk += n > 64 ? 7 : 1) {
      const expected = new Set(
        cellsOfChunk(n, chunk).flatMap((cell) =>
          neighboursOf(n, cell).map((next) => chunkOf(n, next)),
        ),
      )
      expected.delete(chunk)
      expect(new Set(chunksAround(n, chunk))).toEqual(expected)
    }
  },
)
