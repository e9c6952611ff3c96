// Which chunks are subscribed to. A change of view opens a subscription for what is new and closes those
// of which nothing is looked at any more; what stays in view is never asked for twice.

/** The server takes at most so many chunks in one subscription. */
export const CHUNKS_PER_SUBSCRIPTION = 64

type Group = { readonly chunks: ReadonlySet<number>; readonly stop: () => void }

export class ChunkInterest {
  private groups: Group[] = []
  private readonly open: (chunks: readonly number[]) => () => void

  /** @param open subscribes to some chunks; what it returns unsubscribes */
  constructor(open: (chunks: readonly number[]) => () => void) {
    this.open = open
  }

  set(wanted: readonly number[]): void {
    const wish = new Set(wanted)
    const kept: Group[] = []
    for (const group of this.groups) {
      if (disjoint(group.chunks, wish)) group.stop()
      else kept.push(group)
    }
    this.groups = kept
    const known = new Set(kept.flatMap(({ chunks }) => [...chunks]))
    const missing = wanted.filter((chunk) => !known.has(chunk))
    for (let at = 0; at < missing.length; at += CHUNKS_PER_SUBSCRIPTION) {
      const chunks = missing.slice(at, at + CHUNKS_PER_SUBSCRIPTION)
      this.groups.push({ chunks: new Set(chunks), stop: this.open(chunks) })
    }
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
