// How EventStoreDB decides about an append: what is expected of the stream, and what was written before.

import type streams from '@eventstore/db-client/generated/streams_pb.js'

export type Proposed = {
  readonly id: string
  readonly type: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type Kept = Proposed & {
  readonly stream: string
  readonly revision: number
  readonly position: number
}

type Options = ReturnType<InstanceType<typeof streams.AppendReq>['getOptions']>

/** How many events the stream is expected to have. */
type Expected = number | 'any' | 'some'

export function expectedOf(options: Options): Expected {
  if (options?.hasRevision()) return Number(options.getRevision()) + 1
  if (options?.hasNoStream()) return 0
  return options?.hasStreamExists() ? 'some' : 'any'
}

/**
 * `again`: the very same events stand already where they were expected to be written, so the server says yes and writes
 * nothing. Only there: the same events at another expected revision are wrong.
 */
export function judgeAppend(
  stream: readonly Kept[],
  expected: Expected,
  proposed: readonly Proposed[],
): 'write' | 'again' | 'wrong' {
  if (expected === 'some') return stream.length > 0 ? 'write' : 'wrong'
  if (expected === 'any') {
    const first = stream.findIndex(({ id }) => id === proposed[0]?.id)
    return first >= 0 && standsAt(stream, first, proposed) ? 'again' : 'write'
  }
  if (expected === stream.length) return 'write'
  return expected < stream.length && standsAt(stream, expected, proposed) ? 'again' : 'wrong'
}

const standsAt = (stream: readonly Kept[], at: number, proposed: readonly Proposed[]) =>
  proposed.every(({ id }, index) => stream[at + index]?.id === id)
