// Is the world that a server tells of still the one that was shown? What was shown is never taken back, over crashes and
// restarts either; so a tick that goes back, or another hash of a tick, is another history: a backup that was restored.

/** As the status of a world tells it. */
type Told = {
  readonly state: string
  readonly tick: number
  readonly hash: string
  readonly hashTick: number
}
type Founded = { readonly seed: number; readonly n: number; readonly ups: number }

/** Hashes come once a second: a restored world that has caught up is still noticed by these. */
const HASHES_KEPT = 600

export class SameWorld {
  private newest = 0
  private readonly hashes = new Map<number, string>()

  /**
   * Hears one stream's status in its order. While a world replays, its tick counts up to where it was.
   * @returns false where this cannot be the world that was heard of before
   */
  heard({ state, tick, hash, hashTick }: Told): boolean {
    if (hashTick > 0) {
      const known = this.hashes.get(hashTick)
      if (known !== undefined && known !== hash) return false
      this.keep(hashTick, hash)
    }
    if (state !== 'running') return true
    if (tick < this.newest) return false
    this.newest = tick
    return true
  }

  private keep(tick: number, hash: string): void {
    this.hashes.set(tick, hash)
    if (this.hashes.size <= HASHES_KEPT) return
    const [oldest] = this.hashes.keys()
    if (oldest !== undefined) this.hashes.delete(oldest)
  }
}

/** @param now the world of that name as the server lists it; undefined where there is none any more */
export function isFoundedAnew(known: Founded, now: Founded | undefined): boolean {
  return !now || now.seed !== known.seed || now.n !== known.n || now.ups !== known.ups
}
