// Chunks as they stand: watched ones are kept fresh by the kernel's change lists, others are cached until they change.

import type { ChunkChanges, ChunkSnapshot } from '../domain/chunkView.ts'
import type { Cache } from '../domain/ports/cache.ts'
import type { Kernel, KernelResult } from '../domain/ports/kernel.ts'
import { foldChanges } from './chunkFold.ts'

/** Lists are folded into their snapshot when so many have gathered, or when somebody reads. */
const LISTS_KEPT = 200

type Watched = {
  watchers: number
  /** Settles with the first snapshot. */
  opened: Promise<void>
  snapshot: ChunkSnapshot | undefined
  later: ChunkChanges[]
}

export type Ask = <Value>(question: (kernel: Kernel) => Promise<Value>) => Promise<Value>

export class ChunkViews {
  readonly #ask: Ask
  readonly #cache: Cache<ChunkSnapshot>
  readonly #watched = new Map<number, Watched>()
  /** The newest batch that was taken in. */
  #tick = 0

  constructor(ask: Ask, cache: Cache<ChunkSnapshot>) {
    this.#ask = ask
    this.#cache = cache
  }

  get watched(): number {
    return this.#watched.size
  }

  get cached(): number {
    return this.#cache.keys().length
  }

  /** Ascending. */
  watchedChunks(): readonly number[] {
    return [...this.#watched.keys()].sort((a, b) => a - b)
  }

  /** Keeps the chunk fresh until the returned function is called. */
  watch(chunk: number): () => void {
    const known = this.#watched.get(chunk)
    const entry: Watched = known ?? {
      watchers: 0,
      opened: Promise.resolve(),
      snapshot: undefined,
      later: [],
    }
    if (!known) {
      this.#watched.set(chunk, entry)
      entry.opened = this.#ask((kernel) => this.#open(kernel, chunk, entry)).catch(() => {})
    }
    entry.watchers++
    return () => {
      entry.watchers--
      if (entry.watchers === 0 && this.#watched.get(chunk) === entry) this.#watched.delete(chunk)
    }
  }

  /** Published by whoever calls: what the kernel gives is shown only once it is sealed. */
  async read(chunk: number): Promise<ChunkSnapshot> {
    const entry = this.#watched.get(chunk)
    if (entry) {
      await entry.opened
      if (!entry.snapshot) await this.#ask((kernel) => this.#open(kernel, chunk, entry))
      if (entry.snapshot) return this.#fold(entry, entry.snapshot)
    }
    const cached = this.#cache.get(String(chunk))
    if (cached) return cached
    return this.#ask(async (kernel) => {
      const snapshot = await kernel.chunk(chunk)
      // A batch that was taken in meanwhile may have changed it: then it would never be dropped.
      if (snapshot.tick >= this.#tick && !this.#watched.has(chunk)) {
        this.#cache.set(String(chunk), snapshot)
      }
      return snapshot
    })
  }

  consumed(result: KernelResult): void {
    this.#tick = result.tick
    for (const chunk of result.dirty) this.#cache.delete(String(chunk))
    for (const changes of result.changes) {
      const entry = this.#watched.get(changes.chunk)
      if (!entry) continue
      entry.later.push(changes)
      if (entry.later.length <= LISTS_KEPT) continue
      // A first snapshot that is still to come will be newer than the oldest list.
      if (entry.snapshot) this.#fold(entry, entry.snapshot)
      else entry.later.shift()
    }
  }

  async #open(kernel: Kernel, chunk: number, entry: Watched): Promise<void> {
    const snapshot = await kernel.chunk(chunk)
    if (!entry.snapshot || entry.snapshot.tick < snapshot.tick) {
      entry.later = entry.later.filter(({ tick }) => tick > snapshot.tick)
      entry.snapshot = snapshot
    }
  }

  #fold(entry: Watched, snapshot: ChunkSnapshot): ChunkSnapshot {
    const folded = foldChanges(snapshot, entry.later)
    entry.snapshot = folded
    entry.later = []
    return folded
  }
}
