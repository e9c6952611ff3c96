// When each item on a belt came onto it. The world tells what lies on a belt, front first, whenever that
// changes; where the items are in between follows from the tick, and is never sent.

/** A belt's items with the tick at which each would have stood at its start. */
export type Track = {
  readonly items: readonly string[]
  readonly entered: readonly number[]
  /** The tick of the latest list. */
  readonly told: number
}

/** Items stand two slots of eight apart, and travel a slot a tick. */
const SLOTS = 8
const DISTANCE = 2
/** Where the middle of a belt is, for what machines lay onto it. */
const MIDDLE = 0.5

/** The share of a belt's way at which the item of a place can go no farther: the front one at its last slot. */
export function restOf(place: number): number {
  return (SLOTS - 0.5 - DISTANCE * place) / SLOTS
}

/** The share of the way at which an item is drawn. */
export function positionAt({ entered }: Track, place: number, tick: number): number {
  return Math.max(0, Math.min((tick - entered[place]!) / SLOTS, restOf(place)))
}

/**
 * What lies on a belt after a change: items that left did so at the front, new ones came last.
 * @param before undefined where the belt was not known: its items then stand as far on as they can
 * @param fromMachine whether a machine lays onto this belt: in its middle
 */
export function trackAfter(
  before: Track | undefined,
  items: readonly string[],
  tick: number,
  fromMachine: boolean,
): Track {
  if (!before) return { items, entered: items.map(() => tick - SLOTS), told: tick }
  const left = leftOf(before.items, items)
  const entered = items.map((_, place) => {
    const known = before.entered[place + left]
    if (known === undefined) return tick - (fromMachine ? MIDDLE * SLOTS : 0)
    // What stood behind another goes on from where it stood.
    return left > 0 ? Math.max(known, tick - restOf(place + left) * SLOTS) : known
  })
  return { items, entered, told: tick }
}

/** So many items lie on a belt that is full. */
export const FULL = SLOTS / DISTANCE

/**
 * A full belt whose front items left and whose last places were filled by the same: its list says nothing of it.
 * @param count how many left
 */
export function creepTo({ items, entered }: Track, count: number, tick: number): Track {
  const moved = items.map((_, place) => {
    const before = entered[place + count]
    // What comes over from the belt behind has half a slot to go.
    if (before === undefined) return tick + 0.5 + DISTANCE * (place + count - items.length)
    return Math.max(before, tick - restOf(place + count) * SLOTS)
  })
  return { items, entered: moved, told: tick }
}

/** How many items left at the front, so that the rest and some new ones are what lies there now. */
export function leftOf(before: readonly string[], now: readonly string[]): number {
  for (let left = 0; left < before.length; left++) {
    const rest = before.slice(left)
    if (rest.length <= now.length && rest.every((item, place) => item === now[place])) return left
  }
  return before.length
}
