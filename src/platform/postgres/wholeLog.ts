// The whole log, also what was archived: for whoever carries it away.

import type { Pool } from 'pg'
import type { RecordedEvent } from '../../domain/ports/eventStore.ts'
import { gzipLines } from '../gzipLines.ts'
import { writeLogFile } from '../logFile.ts'
import { archivesOf, type Line } from './archives.ts'
import { postgresEventStore } from './eventStore.ts'
import { alone } from './housekeeping.ts'
import { recorded } from './reader.ts'

const PAGE = 5_000

/**
 * Writes every event up to the newest of now into a file; gives their number. Beside a running server, too. Throws
 * `HousekeepingBusy` where other housekeeping is under way, and the file system's error where an archive's file is not where it was.
 */
export const exportLog = (pool: Pool, file: string): Promise<number> =>
  alone(pool, () => writeLogFile(file, wholeLog(pool)))

async function* wholeLog(pool: Pool): AsyncGenerator<RecordedEvent> {
  const store = postgresEventStore(pool)
  try {
    const head = await store.head()
    let position = 0
    for (const { file, last } of await archivesOf(pool)) {
      for await (const line of gzipLines(file)) yield recorded(JSON.parse(line) as Line)
      position = last
    }
    while (position < head) {
      const page = await store.readAll(position, PAGE)
      for (const event of page) if (event.position <= head) yield event
      position = page.at(-1)?.position ?? head
    }
  } finally {
    await store.close()
  }
}
