// Pages of EventStoreDB's log and of its streams, read to their end, so that no call stays open.

import type { EventStoreDBClient } from '@eventstore/db-client'
import { isNoStream } from './failures.ts'
import { fromPosition, type Recorded } from './records.ts'

/**
 * At most `count` records of anybody from `from` on: forwards with the one that stands there, backwards without; fewer
 * only where the log ends.
 */
export async function pageOfAll(
  client: EventStoreDBClient,
  direction: 'forwards' | 'backwards',
  from: number | 'end',
  count: number,
): Promise<Recorded[]> {
  const at = from === 'end' ? from : fromPosition(from)
  return records(client.readAll({ direction, fromPosition: at, maxCount: count }))
}

/** At most `count` records of a stream after version `after`; none where there is no stream. */
export const pageOfStream = (
  client: EventStoreDBClient,
  name: string,
  after: number,
  count: number,
): Promise<Recorded[]> =>
  orNone(records(client.readStream(name, { fromRevision: BigInt(after), maxCount: count })))

/** The newest record of a stream, if there is one. */
export async function newestOfStream(
  client: EventStoreDBClient,
  name: string,
): Promise<Recorded | undefined> {
  const newest = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const
  return (await orNone(records(client.readStream(name, newest))))[0]
}

async function records(
  page: AsyncIterable<{ readonly event?: Recorded | undefined }>,
): Promise<Recorded[]> {
  const found: Recorded[] = []
  for await (const { event } of page) if (event) found.push(event)
  return found
}

async function orNone(page: Promise<Recorded[]>): Promise<Recorded[]> {
  try {
    return await page
  } catch (error) {
    if (isNoStream(error)) return []
    throw error
  }
}
