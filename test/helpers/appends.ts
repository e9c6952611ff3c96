// Commands with events to append, for tests of whatever keeps them.

import type { TerritoryEvent } from '../../src/domain/events.ts'
import type { DecidedCommand, NewEvent } from '../../src/domain/ports/eventStore.ts'

let made = 0

/** An id that no other command of this process has. */
export const freshId = () => `${process.pid}-${++made}`

export function event(commandId: string, cell = 0, account = 'ada'): NewEvent {
  const released: TerritoryEvent = { type: 'CellReleased', data: { account, cell } }
  return {
    ...released,
    version: 1,
    metadata: {
      eventId: `event-${++made}`,
      commandId,
      account,
      world: 'earth',
      correlationId: commandId,
      causationId: commandId,
      at: '2026-01-01T00:00:00.000Z',
    },
  }
}

/** An accepted command with `count` events. */
export function accepted(count = 1, given: Partial<DecidedCommand> = {}): DecidedCommand {
  const commandId = given.commandId ?? freshId()
  const account = given.account ?? 'ada'
  return {
    account,
    commandId,
    payloadHash: `hash of ${commandId}`,
    outcome: 'accepted',
    events: Array.from({ length: count }, (_, cell) => event(commandId, cell, account)),
    ...given,
  }
}

/** A command that the game turned down. */
export const refused = (given: Partial<DecidedCommand> = {}): DecidedCommand =>
  accepted(0, { outcome: { refused: 'CellTaken', detail: 'cell 7 is taken' }, ...given })

/** A command that found nothing to do. */
export const unchanged = (given: Partial<DecidedCommand> = {}): DecidedCommand =>
  accepted(0, { outcome: 'unchanged', ...given })
