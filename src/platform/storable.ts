// What a log can hold: checked before an append waits, so that most bad commands never join a group.

import type { DecidedCommand, NewEvent } from '../domain/ports/eventStore.ts'

/** An event whose data and metadata are text already. */
export type StorableEvent = {
  readonly type: string
  readonly version: number
  readonly data: string
  readonly metadata: string
}

/** Throws a TypeError that names the part which no store can hold, or the command id that stands twice. */
export function assertStorable(
  stream: string,
  expectedVersion: number,
  commands: readonly DecidedCommand[],
): void {
  text('stream', stream)
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) {
    throw new TypeError(`expectedVersion is a count of events, not ${expectedVersion}`)
  }
  const ids = new Set<string>()
  for (const { account, commandId, payloadHash, outcome, events } of commands) {
    text('account', account)
    text('commandId', commandId)
    text('payloadHash', payloadHash)
    const id = `${account} ${commandId}`
    if (ids.has(id)) throw new TypeError(`command ${commandId} stands twice in one append`)
    ids.add(id)
    if (outcome !== 'accepted' && events.length > 0) {
      throw new TypeError(`command ${commandId} was not accepted and has events`)
    }
  }
}

/** Throws a TypeError where data is not JSON (a bigint, a circle, nothing at all). */
export function storableEvent(event: NewEvent): StorableEvent {
  text('event type', event.type)
  const data = JSON.stringify(event.data)
  if (data === undefined) throw new TypeError(`data of a ${event.type} is not JSON`)
  return {
    type: event.type,
    version: event.version,
    data,
    metadata: JSON.stringify(event.metadata),
  }
}

function text(what: string, value: string): void {
  if (value === '') throw new TypeError(`${what} is empty`)
  if (value.includes('\u0000')) throw new TypeError(`${what} contains U+0000`)
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${what} contains an unpaired surrogate`)
}
