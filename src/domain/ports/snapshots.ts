// The port where worlds as they stood at a tick are kept. The log stays the truth: every snapshot may be lost, but for
// pinned ones, which stand for what cannot be run again (other rules, an archived log).

import type { WorldId } from '../events.ts'
import type { Piece, Pieces } from './kernel.ts'

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
  /** How the state is cut is its owner's affair. */
  readonly pieces: Pieces
}

export type SnapshotSize = SnapshotHead & {
  readonly pieces: number
  /** As kept, deflated. */
  readonly bytes: number
}

export type Snapshots = {
  /**
   * Keeps a snapshot as a whole or not at all, and drops the oldest ones beyond what is kept. False, with nothing
   * written, where the world has one of this tick or of a later one. What `pieces` throws, this throws, with nothing
   * written. Throws `StoreUnavailable`.
   */
  save(head: SnapshotHead, pieces: AsyncIterable<readonly Piece[]>): Promise<boolean>
  /**
   * The newest whole snapshot of a world that `fits`; one that is damaged, or that the log does not go on from as what came
   * after it is archived, is told to `unusable` and passed over. Throws `StoreUnavailable`.
   */
  newest(
    world: WorldId,
    fits: (head: SnapshotHead) => boolean,
    unusable: (head: SnapshotHead, reason: string) => void,
  ): Promise<Snapshot | undefined>
  /**
   * Of the newest snapshot before tick `before` that has pieces whose names begin with `begin`, those pieces, each proved;
   * their own are undefined where one is damaged. undefined: there is no such snapshot. Throws `StoreUnavailable`.
   */
  some(
    world: WorldId,
    begin: string,
    before: number,
  ): Promise<{ readonly tick: number; readonly pieces: Pieces | undefined } | undefined>
  /** Keeps one for ever; false where there is none of this tick. Throws `StoreUnavailable`. */
  pin(world: WorldId, tick: number): Promise<boolean>
  /** All that are kept of a world, newest first; they may be damaged. */
  list(world: WorldId): Promise<readonly SnapshotSize[]>
}
