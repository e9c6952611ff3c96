// The contents of one's own structures, once a second, and of them only what changed since they were told last.

import type { StructureView } from '../domain/chunkView.ts'
import type { AccountId } from '../domain/events.ts'

export class OwnContents {
  readonly #told = new Map<AccountId, Map<number, string>>()

  /** The next reading of the account is told whole: somebody new listens, or nobody any more. */
  forget(account: AccountId): void {
    this.#told.delete(account)
  }

  /** Which of the account's structures (all of them are given) differ from what was told. */
  changed(account: AccountId, structures: readonly StructureView[]): readonly StructureView[] {
    const before = this.#told.get(account)
    const now = new Map(structures.map((view) => [view.cell, JSON.stringify(view)]))
    this.#told.set(account, now)
    return structures.filter(({ cell }) => before?.get(cell) !== now.get(cell))
  }
}
