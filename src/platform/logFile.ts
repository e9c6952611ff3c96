// The log as a file that can be carried away: JSON lines, gzipped. A head, an event a line in log order, and an end with the
// digest of all of them. docs/replay.md tells it to whoever reads it by other programs.

import { createHash } from 'node:crypto'
import type { RecordedEvent } from '../domain/ports/eventStore.ts'
import { LogFileFault } from '../domain/ports/logFile.ts'
import { gzipLines, writeGzipLines } from './gzipLines.ts'

type Head = { readonly orrery: 'log'; readonly format: 1 }
type End = { readonly events: number; readonly digest: string }

/** Writes all events, the oldest first; gives their number. The file has its name only once it is whole. */
export async function writeLogFile(
  file: string,
  log: AsyncIterable<RecordedEvent>,
): Promise<number> {
  const hash = createHash('sha256')
  let events = 0
  async function* lines() {
    const head: Head = { orrery: 'log', format: 1 }
    yield `${JSON.stringify(head)}\n`
    for await (const event of log) {
      const line = `${JSON.stringify(event)}\n`
      hash.update(line)
      events++
      yield line
    }
    const end: End = { events, digest: hash.digest('hex') }
    yield `${JSON.stringify(end)}\n`
  }
  await writeGzipLines(file, lines())
  return events
}

/**
 * The events of a file, the oldest first. Throws `LogFileFault`: for a file of something else at once, for one that is cut
 * off or changed at its end, so that who needs to know reads it once before.
 */
export async function* readLogFile(file: string): AsyncGenerator<RecordedEvent> {
  const hash = createHash('sha256')
  let events = 0
  let end: End | undefined
  let isFirst = true
  for await (const line of linesOf(file)) {
    if (isFirst) {
      isFirst = false
      const head = parsed(file, line) as Partial<Head>
      if (head.orrery !== 'log' || head.format !== 1)
        throw new LogFileFault(`${file} is no log of Orrery's, or of a later version`)
    } else if (end) {
      throw new LogFileFault(`${file} goes on after its end`)
    } else if (line.startsWith('{"events":')) {
      end = parsed(file, line) as End
    } else {
      hash.update(`${line}\n`)
      events++
      yield parsed(file, line) as RecordedEvent
    }
  }
  if (end?.digest !== hash.digest('hex') || end.events !== events)
    throw new LogFileFault(`${file} is cut off or was changed`)
}

function parsed(file: string, line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new LogFileFault(`${file} has a line that is no JSON: ${line.slice(0, 60)}`)
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* gzipLines(file)
  } catch (error) {
    throw new LogFileFault(`${file} cannot be read: ${(error as Error).message}`)
  }
}
