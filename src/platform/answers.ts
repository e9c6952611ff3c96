// What a store remembers of a command, alike in every adapter.

import type { Answer, DecidedCommand } from '../domain/ports/eventStore.ts'

export const answersKeptMs = 48 * 60 * 60 * 1000

/** The answer that `command` gets once its events are durable, the last of them at `position`. */
export function answerTo(command: DecidedCommand, position: number): Answer {
  if (command.outcome === 'unchanged') return { status: 'unchanged' }
  if (command.outcome === 'accepted') {
    return { status: 'accepted', events: command.events.length, position }
  }
  return { status: 'refused', ...command.outcome }
}

/** Ids have no U+0000 (`assertStorable`), so it parts them without doubt. */
export const answerKey = (account: string, commandId: string) => `${account}\u0000${commandId}`
