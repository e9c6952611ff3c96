import { expect, test } from 'vitest'
import { isFresh } from '../../scripts/goldens.ts'

test('what the Rust kernel must reproduce is fresh (if not: npx tsx scripts/goldens.ts)', () => {
  expect(isFresh()).toBe(true)
}, 60_000)
