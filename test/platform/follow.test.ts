import { describe, expect, it } from 'vitest'
import {
  LogBroken,
  type RecordedEvent,
  StoreUnavailable,
} from '../../src/domain/ports/eventStore.ts'
import { contiguity, follow, wakeUps } from '../../src/platform/follow.ts'
import { event, freshId } from '../helpers/appends.ts'

const recorded = (position: number, streamVersion = position, stream = 's'): RecordedEvent => ({
  ...event(freshId()),
  position,
  stream,
  streamVersion,
})
const never = Number.POSITIVE_INFINITY

describe('following a log', () => {
  it('sees an event that is written while a page is read, without any poll', async () => {
    const log: RecordedEvent[] = []
    const readers = wakeUps()
    const ended = new AbortController()
    let reads = 0
    const readAll = async (after: number) => {
      const page = log.slice(after)
      if (++reads === 1) {
        // Committed after the page was taken and before the reader sleeps.
        log.push(recorded(1))
        readers.wake()
      }
      return page
    }
    const batches = follow(
      { readAll, wakeUps: readers, pollMs: never, dense: true },
      0,
      ended.signal,
    )
    expect(await batches.next()).toMatchObject({ value: [{ position: 1 }] })
    ended.abort()
    expect(await batches.next()).toMatchObject({ done: true })
  })

  it('asks again when the store is away', async () => {
    let reads = 0
    const readAll = async (): Promise<RecordedEvent[]> => {
      if (++reads < 3) throw new StoreUnavailable('away')
      return [recorded(1)]
    }
    const log = { readAll, wakeUps: wakeUps(), pollMs: never, dense: true }
    const batches = follow(log, 0, new AbortController().signal)
    expect(await batches.next()).toMatchObject({ value: [{ position: 1 }] })
    expect(reads).toBe(3)
  })

  it('ends with an error that is not the way to the store', async () => {
    const readAll = async () => {
      throw new LogBroken('a hole')
    }
    const log = { readAll, wakeUps: wakeUps(), pollMs: never, dense: true }
    const batches = follow(log, 0, new AbortController().signal)
    await expect(batches.next()).rejects.toThrow(LogBroken)
  })
})

describe('the check of a log', () => {
  it('takes dense positions and contiguous versions, batch after batch', () => {
    const check = contiguity(4, true)
    check([recorded(5, 1, 'a'), recorded(6, 9, 'b')])
    expect(() => check([recorded(7, 2, 'a'), recorded(8, 10, 'b')])).not.toThrow()
  })

  it.each([
    ['a hole', true, [recorded(6)]],
    ['a repetition', true, [recorded(5), recorded(5, 6)]],
    ['a step back', false, [recorded(9), recorded(8, 10)]],
    ['a version that is missing', true, [recorded(5, 1), recorded(6, 3)]],
    ['a version twice', true, [recorded(5, 1), recorded(6, 1)]],
  ])('finds %s', (_, dense, batch) => {
    expect(() => contiguity(4, dense)(batch)).toThrow(LogBroken)
  })

  it('takes holes where positions are not dense', () => {
    expect(() => contiguity(4, false)([recorded(9, 1), recorded(20, 2)])).not.toThrow()
  })
})
