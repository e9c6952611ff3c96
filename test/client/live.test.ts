import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { backoffMs, fetchWithToken } from '../../client/src/data/live/connection.ts'
import { CHUNKS_PER_SUBSCRIPTION, ChunkInterest } from '../../client/src/data/live/interest.ts'

function interest() {
  const open = new Set<readonly number[]>()
  let opened = 0
  const subject = new ChunkInterest((chunks) => {
    opened++
    open.add(chunks)
    return () => open.delete(chunks)
  })
  return { subject, chunks: () => [...open].flat(), groups: () => [...open], opened: () => opened }
}

describe('which chunks are subscribed to', () => {
  property.prop([fc.array(fc.uniqueArray(fc.nat(300), { maxLength: 90 }), { maxLength: 6 })])(
    'whatever is looked at is subscribed to exactly once, in groups that the server takes',
    (views) => {
      const { subject, chunks, groups } = interest()
      for (const view of views) {
        const watched = subject.set(view)
        const subscribed = chunks()
        expect(new Set(subscribed)).toEqual(watched)
        expect(subscribed.length).toBeLessThanOrEqual(2 * view.length + 96)
        expect(new Set(subscribed).size).toBe(subscribed.length)
        expect(view.filter((chunk) => !subscribed.includes(chunk))).toEqual([])
        expect(Math.max(0, ...groups().map(({ length }) => length))).toBeLessThanOrEqual(
          CHUNKS_PER_SUBSCRIPTION,
        )
      }
    },
  )

  test('the same view asks for nothing again, and another one lets the old go', () => {
    const { subject, chunks, opened } = interest()
    subject.set([1, 2])
    subject.set([1, 2])
    expect(opened()).toBe(1)
    subject.set([2, 3])
    expect(chunks()).toEqual([1, 2, 3])
    subject.set([3])
    expect(chunks()).toEqual([3])
    subject.close()
    expect(chunks()).toEqual([])
  })
})

test('waits between tries double up to eight seconds, and chance takes at most half of one', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((retries) => backoffMs(retries, 1))).toEqual([
    400, 800, 1600, 3200, 6400, 8000, 8000,
  ])
  expect(backoffMs(50, 0)).toBe(4000)
})

test('a token that the server does not know is dropped, and the question asked again without it', async () => {
  let kept: string | undefined = 'old'
  const asked: (string | null)[] = []
  const send = (async (_target: unknown, init?: RequestInit) => {
    const token = new Headers(init?.headers).get('authorization')
    asked.push(token)
    return new Response('{}', { status: token === null ? 200 : 401 })
  }) as typeof fetch
  const tokens = {
    get: () => kept,
    set: (token: string | undefined) => {
      kept = token
    },
  }
  const answer = await fetchWithToken('/graphql', { method: 'POST' }, tokens, send)
  expect(answer.status).toBe(200)
  expect(asked).toEqual(['Bearer old', null])
  expect(kept).toBeUndefined()
})
