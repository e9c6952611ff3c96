// Events as old programs wrote them, read as this program knows them. The log is never rewritten.

import { type DomainEvent, eventVersions } from './events.ts'

/** An event as it stands in the log: `version` is the version of its type. */
export type WrittenEvent = {
  readonly type: DomainEvent['type']
  readonly version: number
  readonly data: unknown
}

/** By event type, then by the version it reads: makes the data of the next version. */
export type Upcasts = Readonly<
  Partial<Record<DomainEvent['type'], Readonly<Record<number, (data: unknown) => unknown>>>>
>

const upcasts: Upcasts = {}

/** The event at the newest version of its type. Throws UnknownEventVersion for one that a newer program wrote. */
export const upcast = makeUpcast(upcasts, eventVersions)

/** Makes the function that lifts any written event, step by step, to the `newest` version of its type. */
export function makeUpcast(
  steps: Upcasts,
  newest: Readonly<Partial<Record<DomainEvent['type'], number>>>,
): (event: WrittenEvent) => DomainEvent {
  return (event) => {
    const target = newest[event.type] ?? 1
    if (event.version === target) return event as DomainEvent
    if (event.version > target) throw new UnknownEventVersion(event, target)
    let data = event.data
    for (let version = event.version; version < target; version++) {
      const step = steps[event.type]?.[version]
      if (step === undefined) throw new UnknownEventVersion(event, target)
      data = step(data)
    }
    return { ...event, version: target, data } as unknown as DomainEvent
  }
}

/** The log holds an event that this program cannot read: it was written by a newer one, or an upcast is missing. */
export class UnknownEventVersion extends Error {
  override readonly name = 'UnknownEventVersion'

  constructor(event: WrittenEvent, newest: number) {
    super(
      `cannot read ${event.type} version ${event.version}: this program knows versions up to ${newest}`,
    )
  }
}
