import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepUp } from '../../client/src/data/live/feed.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Streams that a test lets speak and end. */
function streams() {
  const begun: { heard(): void; ended(): void; open: boolean }[] = []
  const begin = (listener: { heard(): void; ended(): void }) => {
    const stream = { ...listener, open: true }
    begun.push(stream)
    return () => {
      stream.open = false
    }
  }
  return { begun, begin, open: () => begun.filter(({ open }) => open).length }
}

test('a stream that ends is begun anew after a moment', () => {
  const { begun, begin, open } = streams()
  const feed = keepUp(begin, undefined, () => {})
  begun[0]!.ended()
  expect(begun.length).toBe(1)
  vi.advanceTimersByTime(1_000)
  expect(begun.length).toBe(2)
  feed.stop()
  expect(open()).toBe(1)
  begun[1]!.ended()
  vi.advanceTimersByTime(60_000)
  expect(begun.length).toBe(2)
})

test('a stream without heartbeats for too long is begun anew; if that one is silent too, the connection is dead', () => {
  const { begun, begin, open } = streams()
  const dead = vi.fn()
  const feed = keepUp(begin, 1_000, dead)
  for (let beat = 0; beat < 10; beat++) {
    vi.advanceTimersByTime(500)
    begun[0]!.heard()
  }
  expect(begun.length).toBe(1)
  vi.advanceTimersByTime(1_300)
  expect([begun.length, open(), dead.mock.calls.length]).toEqual([2, 1, 0])
  vi.advanceTimersByTime(1_300)
  expect([begun.length, open(), dead.mock.calls.length]).toEqual([3, 1, 1])
  // It speaks again: the next silence is a first one.
  begun[2]!.heard()
  vi.advanceTimersByTime(1_300)
  expect([begun.length, dead.mock.calls.length]).toEqual([4, 1])
  feed.stop()
  vi.advanceTimersByTime(60_000)
  expect(begun.length).toBe(4)
})

test('what an earlier stream still says keeps no silent one alive, and its end ends no other', () => {
  const { begun, begin } = streams()
  const dead = vi.fn()
  const feed = keepUp(begin, 1_000, dead)
  vi.advanceTimersByTime(1_300)
  expect(begun.length).toBe(2)
  for (let beat = 0; beat < 3; beat++) {
    begun[0]!.heard()
    begun[0]!.ended()
    vi.advanceTimersByTime(500)
  }
  expect(dead).toHaveBeenCalledTimes(1)
  expect(begun.length).toBe(3)
  feed.stop()
})
