// The newest events that this process has written itself: whoever follows the log is told of them without asking the database.

import type { RecordedEvent } from '../../domain/ports/eventStore.ts'
import type { Plan } from './plan.ts'
import { recorded } from './reader.ts'

export type OwnEvents = {
  /** What is durable now. Plans come in the order of their positions. */
  add(plan: Plan): void
  /** Those right after a position, at most `limit`; none where another wrote what comes next, or it was written too long ago. */
  after(position: number, limit: number): readonly RecordedEvent[]
  /** Position of the newest; 0 before the first. */
  readonly newest: number
}

type Group = {
  readonly from: number
  readonly events: readonly RecordedEvent[]
  readonly size: number
}

const EVENTS_MAX = 4096

/** `sizeMax`: characters of their data and metadata that are kept at most, beside the newest group. */
export function ownEvents(sizeMax = 4 * 1024 * 1024): OwnEvents {
  /** Each begins where the one before it ends. */
  const groups: Group[] = []
  let newest = 0
  let size = 0
  let count = 0

  const forgetOldest = () => {
    const oldest = groups.shift()
    size -= oldest?.size ?? 0
    count -= oldest?.events.length ?? 0
  }

  return {
    add(plan) {
      if (plan.from === plan.to) return
      while (plan.from !== newest && groups.length > 0) forgetOldest()
      const group = groupOf(plan)
      groups.push(group)
      newest = plan.to
      size += group.size
      count += group.events.length
      while (groups.length > 1 && (size > sizeMax || count > EVENTS_MAX)) forgetOldest()
    },
    after(position, limit) {
      const at = groups.findLastIndex(({ from }) => from <= position)
      const first = groups[at]
      if (!first || position >= newest) return []
      const rest = groups.slice(at + 1).flatMap(({ events }) => events)
      return [...first.events.slice(position - first.from), ...rest].slice(0, limit)
    },
    get newest() {
      return newest
    },
  }
}

function groupOf({ appends, from }: Plan): Group {
  const events: RecordedEvent[] = []
  let size = 0
  for (const { stream, expectedVersion, events: of } of appends) {
    for (const [index, { type, version, data, metadata }] of of.flat().entries()) {
      const position = from + events.length + 1
      // Through its text, so that it is what anybody reads of it later.
      const streamVersion = expectedVersion + index + 1
      events.push(recorded([position, stream, streamVersion, type, version, data, metadata]))
      size += data.length + metadata.length
    }
  }
  return { from, events, size }
}
