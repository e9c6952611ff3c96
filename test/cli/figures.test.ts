import { stripVTControlCharacters } from 'node:util'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { latencyLine, merged, quantile } from '../../src/cli/bench/figures.ts'
import { table } from '../../src/cli/terminal.ts'

describe('what was measured', () => {
  property.prop([
    fc.array(fc.nat(1000), { minLength: 1 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('has quantiles that are among it and rise with their share', (values, share) => {
    const one = quantile(values, share)
    expect(values).toContain(one)
    expect(quantile(values, 1)).toBe(Math.max(...values))
    expect(quantile(values, 0)).toBe(Math.min(...values))
    expect(one).toBeLessThanOrEqual(quantile(values, Math.min(1, share + 0.1)))
  })

  test('by several workers is put together as if by one', () => {
    expect(
      merged([
        { samples: { a: [1, 2] }, counts: { lost: 1 } },
        { samples: { a: [3], b: [4] }, counts: { lost: 2, sent: 5 } },
      ]),
    ).toEqual({ samples: { a: [1, 2, 3], b: [4] }, counts: { lost: 3, sent: 5 } })
  })

  test('meets its target when its p99 is below, and not by its median', () => {
    const values = [...Array<number>(90).fill(10), ...Array<number>(10).fill(90)]
    expect(latencyLine('x', values, 50)).toMatchObject({
      met: false,
      figures: { p50: 10, p99: 90 },
    })
    expect(latencyLine('x', values, 100).met).toBe(true)
    expect(latencyLine('x', [], 100).met).toBe(false)
  })
})

test('columns stand under each other, coloured or not', () => {
  const lines = table(
    ['name', 'count'],
    [
      ['\u001b[32mgreen\u001b[39m', '5'],
      ['x', '12,345'],
    ],
  ).split('\n')
  const plain = lines.map(stripVTControlCharacters)
  expect(plain).toEqual(['name    count', 'green        5', 'x       12,345'])
})
