import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { BufferAttribute } from 'three'
import { expect } from 'vitest'
import { Slots, touched } from '../../client/src/scene/slots.ts'

const doings = fc.array(fc.record({ key: fc.nat(12), stays: fc.boolean() }), { maxLength: 80 })

test.prop([doings])(
  'things that come and go lie in the first places without gaps, each where it is looked for',
  (all) => {
    const slots = new Slots<number>()
    const here = new Set<number>()
    const buffer: number[] = []
    for (const { key, stays } of all) {
      if (stays) {
        buffer[slots.take(key)] = key
        here.add(key)
      } else {
        slots.leave(key, (from, to) => {
          buffer[to] = buffer[from]!
        })
        here.delete(key)
      }
    }
    expect(slots.size).toBe(here.size)
    expect(buffer.slice(0, slots.size).toSorted()).toEqual([...here].toSorted())
    for (const key of here) expect(buffer[slots.of(key)]).toBe(key)
    expect(slots.of(99)).toBe(-1)
  },
)

test('however many pieces of a buffer are new, few are sent, and all that is new lies in them', () => {
  const buffer = new BufferAttribute(new Float32Array(100_000), 4)
  const starts = Array.from({ length: 1_000 }, (_, index) => ((index * 7_919) % 24_000) * 4)
  for (const start of starts) touched(buffer, start, 4)
  expect(buffer.updateRanges.length).toBeLessThan(100)
  for (const start of starts) {
    const covers = ({ start: from, count }: { start: number; count: number }) =>
      from <= start && start + 4 <= from + count
    expect(buffer.updateRanges.some(covers)).toBe(true)
  }
})
