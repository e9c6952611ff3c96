// The structures of an owner with their contents, as they stand: read from the kernel once a batch, however many ask.

import type { StructureView } from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'
import type { Cache, OpenCache } from '../domain/ports/cache.ts'
import type { Ask } from './chunkViews.ts'

const OWNERS_CACHED = 1_024

export class StructureViews {
  readonly #ask: Ask
  readonly #cache: Cache<readonly StructureView[]>
  /** Batches taken in: an answer from before the newest is not kept. */
  #batches = 0

  constructor(ask: Ask, openCache: OpenCache, world: string) {
    this.#ask = ask
    this.#cache = openCache(`structures/${world}`, OWNERS_CACHED)
  }

  /** Published by whoever gives the answer: `ask` waits until it is sealed. */
  async read(account: AccountId): Promise<readonly StructureView[]> {
    const cached = this.#cache.get(account)
    if (cached) return cached
    const asked = this.#batches
    const structures = await this.#ask((kernel) => kernel.structures(account))
    if (asked === this.#batches) this.#cache.set(account, structures)
    return structures
  }

  /** The world was run on: what was read before is old. */
  consumed(): void {
    this.#batches++
    this.#cache.clear()
  }
}
