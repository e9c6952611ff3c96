// The world's players as published, and who of them is connected.

import type { PlayerView } from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'
import type { Cache, OpenCache } from '../domain/ports/cache.ts'
import type { Presence } from './worldReader.ts'

/** As many as a cell can name: no view is ever evicted. */
const PLAYERS_MAX = 0xffff

export class PlayerViews {
  readonly #views: Cache<PlayerView>
  readonly #connections = new Map<AccountId, number>()
  #here = 0

  constructor(openCache: OpenCache, world: string) {
    this.#views = openCache(`players/${world}`, PLAYERS_MAX)
  }

  set(view: PlayerView): void {
    const before = this.#views.get(view.account)
    this.#here += Number(view.here) - Number(before?.here ?? false)
    this.#views.set(view.account, view)
  }

  get(account: AccountId): PlayerView | undefined {
    return this.#views.get(account)
  }

  /** By index: in order of first entry. */
  all(): readonly PlayerView[] {
    return this.#views
      .keys()
      .flatMap((account) => this.#views.get(account) ?? [])
      .sort((a, b) => a.index - b.index)
  }

  /** Entered and not left. */
  countHere(): number {
    return this.#here
  }

  /** True where the account was away before. */
  connect(account: AccountId): boolean {
    const before = this.#connections.get(account) ?? 0
    this.#connections.set(account, before + 1)
    return before === 0
  }

  /** True where that was its last connection. */
  disconnect(account: AccountId): boolean {
    const left = (this.#connections.get(account) ?? 1) - 1
    if (left > 0) this.#connections.set(account, left)
    else this.#connections.delete(account)
    return left <= 0
  }

  /** undefined for who is not in this world. */
  presenceOf(account: AccountId): Presence | undefined {
    const view = this.#views.get(account)
    if (!view?.here) return undefined
    const state = this.#connections.has(account) ? 'connected' : 'away'
    return { account, index: view.index, state, cell: view.cell }
  }

  /** Of who was in this world and left it. */
  goneOf(account: AccountId): Presence | undefined {
    const view = this.#views.get(account)
    return view && { account, index: view.index, state: 'gone', cell: view.cell }
  }

  presence(): readonly Presence[] {
    return this.all().flatMap(({ account }) => this.presenceOf(account) ?? [])
  }
}
