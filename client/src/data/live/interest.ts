// Which chunks are subscribed to. A change of view opens a subscription for what is new and closes those
// of which nothing is looked at any more; what stays in view is never asked for twice.

/** The server takes at most so many chunks in one subscription. */
export const CHUNKS_PER_SUBSCRIPTION = 64

/** So many chunks that nobody looks at may stay subscribed to. */
const IDLE_MOST = 96

type Group = { readonly chunks: ReadonlySet<number>; readonly stop: () => void }

export class ChunkInterest {
  private groups: Group[] = []
  private readonly open: (chunks: readonly number[]) => () => void

  /** @param open subscribes to some chunks; what it returns unsubscribes */
  constructor(open: (chunks: readonly number[]) => () => void) {
    this.open = open
  }

  /** @returns all that is subscribed to now: what is wanted, and what came with it and is not in the way yet */
  set(wanted: readonly number[]): ReadonlySet<number> {
    const wish = new Set(wanted)
    const kept: Group[] = []
    for (const group of this.groups) {
      if (disjoint(group.chunks, wish)) group.stop()
      else kept.push(group)
    }
    this.groups = kept
    // Groups of which little is left in view would add up: they are let go, and what is wanted asked for anew.
    const idle = kept.reduce((sum, { chunks }) => sum + chunks.size, 0) - wish.size
    if (idle > IDLE_MOST) this.close()
    const known = new Set(this.groups.flatMap(({ chunks }) => [...chunks]))
    const missing = wanted.filter((chunk) => !known.has(chunk))
    for (let at = 0; at < missing.length; at += CHUNKS_PER_SUBSCRIPTION) {
      const chunks = missing.slice(at, at + CHUNKS_PER_SUBSCRIPTION)
      this.groups.push({ chunks: new Set(chunks), stop: this.open(chunks) })
    }
    return new Set(this.groups.flatMap(({ chunks }) => [...chunks]))
  }

  close(): void {
    for (const group of this.groups) group.stop()
    this.groups = []
  }
}

function disjoint(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const one of a) if (b.has(one)) return false
  return true
}
