import { describe, expect, test } from 'vitest'
import {
  allowances,
  qualities,
  qualityAfter,
  qualityNamed,
  qualityOfRenderer,
} from '../../client/src/scene/quality.ts'

describe('the level of beauty', () => {
  test.each([
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)', 'low'],
    ['llvmpipe (LLVM 15.0.7, 256 bits)', 'low'],
    ['Microsoft Basic Render Driver', 'low'],
    ['ANGLE (Qualcomm, Adreno (TM) 650, OpenGL ES 3.2)', 'medium'],
    ['Apple GPU', 'medium'],
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)', 'high'],
    ['', 'high'],
  ])('is first guessed from the graphics device: %s', (renderer, level) => {
    expect(qualityOfRenderer(renderer)).toBe(level)
  })

  test('falls where frames are slow, as far as they are, and never rises by itself', () => {
    for (const level of qualities) {
      expect(qualityAfter(level, 16)).toBe(level)
      expect(qualityAfter(level, 60)).toBe('low')
    }
    expect(qualityAfter('high', 30)).toBe('medium')
    expect(qualityAfter('medium', 30)).toBe('medium')
    expect(qualityAfter('low', 30)).toBe('low')
  })

  test('costs more the higher it is, and the lowest casts no shadows', () => {
    const [low, medium, high] = qualities.map((level) => allowances[level])
    for (const [less, more] of [
      [low!, medium!],
      [medium!, high!],
    ] as const) {
      expect(less.plantReach).toBeLessThan(more.plantReach)
      expect(less.clouds).toBeLessThan(more.clouds)
      expect(less.shadowSide).toBeLessThan(more.shadowSide)
    }
    expect(low!.shadowSide).toBe(0)
  })

  test('may be named in the address; any other word is as good as none', () => {
    expect(qualityNamed('medium')).toBe('medium')
    expect(qualityNamed('ultra')).toBeUndefined()
    expect(qualityNamed(null)).toBeUndefined()
  })
})
