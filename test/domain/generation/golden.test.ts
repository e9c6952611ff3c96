// The planets that worlds in a log stand on. If a hash changes, every founded world changes under its
// players: that is a change of the rules, never a repair of this file.

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateChunk } from '../../../src/domain/generation/chunkPlanes.ts'
import { chunkCount } from '../../../src/domain/grid/chunk.ts'

/** Of all planes of some chunks; amounts as little-endian u16. */
function hashOf(seed: number, n: number, chunks: readonly number[]): string {
  const hash = createHash('sha256')
  for (const chunk of chunks) {
    const { terrain, elevation, deposit, amount, life, mass } = generateChunk(seed, n, chunk)
    const amounts = Uint8Array.from([...amount].flatMap((units) => [units & 255, units >> 8]))
    for (const plane of [terrain, elevation, deposit, amounts, life, mass]) hash.update(plane)
  }
  return hash.digest('hex').slice(0, 32)
}

function allChunks(n: number): number[] {
  return Array.from({ length: chunkCount(n) }, (_, chunk) => chunk)
}

describe('a generated planet', () => {
  it.each([
    { seed: 5, n: 1, hash: 'f1567bda419178e026bb2ff648a754ff' },
    { seed: 1, n: 7, hash: '684f8f576cf2bc713dc31fb3343f101f' },
    { seed: 1, n: 64, hash: '5afac7bd4b6b4ac4afb4fc64616a6c0c' },
    { seed: 0xffffffff, n: 64, hash: '1e2991df4fe3bee42e196be9cc704bfc' },
    { seed: 2026, n: 70, hash: '34a2e61f5476e658d2a381c9d5251800' },
  ])('of seed $seed and n = $n is the one it always was', ({ seed, n, hash }) => {
    expect(hashOf(seed, n, allChunks(n))).toBe(hash)
  })

  it('of a million cells is the one it always was, in the chunks looked at', () => {
    expect(hashOf(42, 960, [0, 1124, 2249, 2250, 2251])).toBe('756832fdbbc2aa53b6abdaccfccbc8a1')
  })
})
