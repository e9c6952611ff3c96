import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashAt, mix32, noise } from '../../../src/domain/generation/noise.ts'

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const coordinate = fc.integer({ min: -2_000_000, max: 2_000_000 })

describe('noise', () => {
  it('is an integer within -1024..1024', () => {
    fc.assert(
      fc.property(u32, coordinate, coordinate, coordinate, (key, x, y, z) => {
        const value = noise(key, x, y, z)
        expect(Number.isInteger(value) && Math.abs(value) <= 1024).toBe(true)
      }),
    )
  })

  it('is continuous: a step of one unit never changes it by much', () => {
    fc.assert(
      fc.property(u32, coordinate, coordinate, coordinate, (key, x, y, z) => {
        const here = noise(key, x, y, z)
        const changes = [noise(key, x + 1, y, z), noise(key, x, y + 1, z), noise(key, x, y, z + 1)]
        expect(Math.max(...changes.map((value) => Math.abs(value - here)))).toBeLessThan(16)
      }),
      { numRuns: 2000 },
    )
  })

  it('has its mean at 0 and its deviation near 265', () => {
    const values = Array.from({ length: 100_000 }, (_, k) =>
      noise(k >> 10, k * 131, k * 377, k * 911),
    )
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(10)
    expect(Math.sqrt(variance)).toBeGreaterThan(240)
    expect(Math.sqrt(variance)).toBeLessThan(290)
  })
})

describe('the hash behind it', () => {
  it('is lowbias32', () => {
    expect([mix32(0), mix32(1), mix32(0xffffffff)]).toEqual([0, 1_753_845_952, 1_734_902_346])
  })

  it('sets points and keys apart', () => {
    // Among them points that mirror each other, which a careless sum of products would confuse.
    const hashes = new Set<number>()
    for (let key = 0; key < 4; key++) {
      for (let x = -5; x < 5; x++) {
        for (let y = -5; y < 5; y++) {
          for (let z = -5; z < 5; z++) hashes.add(hashAt(mix32(key), x, y, z))
        }
      }
    }
    expect(hashes.size).toBe(4000)
  })
})
