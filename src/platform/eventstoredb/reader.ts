// Reads the log as the port gives it: only what is ours.

import type { EventStoreDBClient } from '@eventstore/db-client'
import type { EventStore, RecordedEvent } from '../../domain/ports/eventStore.ts'
import { assertStreamPage, contiguity } from '../follow.ts'
import { pageOfAll, pageOfStream } from './pages.ts'
import { positionOf, recordedEvent, type StreamNames } from './records.ts'
import type { LogTail } from './tail.ts'

const PAGE = 1_000

export function logReader(
  client: EventStoreDBClient,
  names: StreamNames,
  tail: LogTail,
): Pick<EventStore, 'readAll' | 'readStream'> {
  return {
    async readAll(after, limit) {
      const events: RecordedEvent[] = []
      const count = Math.max(PAGE, limit + 1)
      for (let scanned = tail.readFrom(after); events.length < limit; ) {
        const page = await pageOfAll(client, 'forwards', scanned, count)
        for (const record of page) {
          const position = positionOf(record)
          const stream = names.stream(record.streamId)
          if (position <= scanned) continue
          scanned = position
          if (stream !== undefined) events.push(recordedEvent(stream, record))
        }
        if (page.length < count) break
      }
      const asked = events.slice(0, limit)
      contiguity(after, false)(asked)
      return asked
    },
    async readStream(stream, after, limit) {
      const page = await pageOfStream(client, names.ofStream(stream), after, limit)
      const events = page.map((record) => recordedEvent(stream, record))
      assertStreamPage(stream, after, events)
      return events
    },
  }
}
