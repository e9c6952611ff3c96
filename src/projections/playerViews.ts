// The world's players as published, and who of them is connected.

import type { PlayerView } from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'
import type { Presence } from './worldReader.ts'

export class PlayerViews {
  readonly #views = new Map<AccountId, PlayerView>()
  readonly #connections = new Map<AccountId, number>()

  set(view: PlayerView): void {
    this.#views.set(view.account, view)
  }

  get(account: AccountId): PlayerView | undefined {
    return this.#views.get(account)
  }

  /** By index: in order of first entry. */
  all(): readonly PlayerView[] {
    return [...this.#views.values()].sort((a, b) => a.index - b.index)
  }

  /** Entered and not left. */
  countHere(): number {
    let count = 0
    for (const { here } of this.#views.values()) if (here) count++
    return count
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
