// The port where worlds as they stood at a tick are kept. The log stays the truth: every snapshot may be lost.

import type { WorldId } from '../events.ts'

export type SnapshotHead = {
  readonly world: WorldId
  readonly tick: number
  /** Of the rules that ran it, and of the state: 16 hex digits each. */
  readonly rulesHash: string
  readonly stateHash: string
  /** What was applied: the world's ledger through this version, and the log through this position. */
  readonly ledgerVersion: number
  readonly position: number
  /** Kept for ever. */
  readonly pinned: boolean
}

export type Snapshot = SnapshotHead & {
  /** The state in named pieces; how it is cut is its owner's affair. */
  readonly parts: ReadonlyMap<string, Uint8Array>
}

export type Snapshots = {
  /**
   * Keeps a snapshot as a whole or not at all, and drops the oldest ones beyond what is kept. False, with nothing
   * written, where the world has one of this tick or of a later one. Throws `StoreUnavailable`.
   */
  save(snapshot: Snapshot): Promise<boolean>
  /**
   * The newest whole snapshot of a world under these rules; one that is damaged is told to `damaged` and passed over.
   * Throws `StoreUnavailable`.
   */
  newest(
    world: WorldId,
    rulesHash: string,
    damaged: (head: SnapshotHead, reason: string) => void,
  ): Promise<Snapshot | undefined>
  /** All that are kept of a world, newest first; they may be damaged. */
  list(world: WorldId): Promise<readonly SnapshotHead[]>
}
