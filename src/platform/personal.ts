// What both keepers of personal data agree on.

/** Lines of chat kept a world, the newest; the oldest go first, so that chat cannot grow for ever. */
export const chatKept = 10_000

/** Refused orders kept an account, the newest. */
export const refusalsKept = 100

export type PersonalBounds = { readonly chatKept?: number }

/** Takes a feed cursor `tick.index` apart; throws a TypeError for other text. */
export function parseCursor(cursor: string): { readonly tick: number; readonly index: number } {
  const [, tick, index] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? []
  if (tick === undefined || index === undefined) {
    throw new TypeError(`a feed cursor is tick.index, not ${JSON.stringify(cursor)}`)
  }
  return { tick: Number(tick), index: Number(index) }
}

export function cursorIsAfter(cursor: string, before: string): boolean {
  const [a, b] = [parseCursor(cursor), parseCursor(before)]
  return a.tick > b.tick || (a.tick === b.tick && a.index > b.index)
}
