import { describe, expect, it } from 'vitest'
import { StoreBusy } from '../../../src/domain/ports/eventStore.ts'
import { appendQueue, waitFor } from '../../../src/platform/postgres/appendQueue.ts'
import { storableEvent } from '../../../src/platform/storable.ts'
import { accepted } from '../../helpers/appends.ts'

const append = (stream: string, events = 1) => {
  const command = accepted(events)
  return waitFor({
    stream,
    expectedVersion: 0,
    commands: [command],
    events: [command.events.map(storableEvent)],
  }).waiting
}
const queueOf = (limits: { waiting?: number; group?: number; groupEvents?: number } = {}) =>
  appendQueue({ waiting: 100, group: 3, groupEvents: 10, ...limits })
const names = (appends: readonly { stream: string }[]) => appends.map(({ stream }) => stream)

describe('the queue of appends', () => {
  it('gives groups in order of arrival, urgent appends first', () => {
    const queue = queueOf()
    for (const stream of ['a', 'b', 'c', 'd']) queue.add(append(stream), false)
    queue.add(append('seal'), true)
    expect(queue.size).toBe(5)
    expect(names(queue.take())).toEqual(['seal', 'a', 'b'])
    expect(names(queue.take())).toEqual(['c', 'd'])
    expect(queue.size).toBe(0)
  })

  it('cuts a group where it holds too many events, but takes a large append alone', () => {
    const queue = queueOf()
    for (const [stream, events] of [
      ['a', 6],
      ['b', 5],
      ['c', 25],
      ['d', 1],
    ] as const) {
      queue.add(append(stream, events), false)
    }
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(names)).toEqual([
      ['a'],
      ['b'],
      ['c'],
      ['d'],
    ])
  })

  it('puts what was not sent back to the front, and counts it', () => {
    const queue = queueOf({ group: 2 })
    for (const stream of ['a', 'b', 'c']) queue.add(append(stream), false)
    const group = queue.take()
    queue.putBack(group)
    expect(group.map(({ returns }) => returns)).toEqual([1, 1])
    expect(names(queue.takeAll())).toEqual(['a', 'b', 'c'])
  })

  it('refuses one more than may wait, but no urgent one', () => {
    const queue = queueOf({ waiting: 2 })
    queue.add(append('a'), false)
    queue.add(append('b'), false)
    expect(() => queue.add(append('c'), false)).toThrow(StoreBusy)
    queue.add(append('seal'), true)
    expect(queue.size).toBe(3)
  })
})
