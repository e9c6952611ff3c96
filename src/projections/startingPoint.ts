// Where a run of a world begins: at its newest good snapshot that the ledger still knows, or at tick 0.

import type { WorldId } from '../domain/events.ts'
import { assertRules, changeRules, type RulesChanged, RulesDiffer } from '../domain/ledger.ts'
import { LogBroken } from '../domain/ports/eventStore.ts'
import type { Piece, Pieces, WorldSettings } from '../domain/ports/kernel.ts'
import type { SnapshotHead, Snapshots } from '../domain/ports/snapshots.ts'
import type { LedgerKeeper, LedgerMark } from './ledgerKeeper.ts'
import { partPieces } from './snapshotPieces.ts'

export type SnapshotPorts = {
  readonly store: Snapshots
  /** Of the rules that the kernel will run. */
  readonly rulesHash: string
  /** A snapshot is taken every so many ticks; 0: only at an orderly stop and on request. */
  readonly everyTicks: number
  /** An operator's word: a world of other rules is taken over. */
  readonly migrateRules: boolean
  /** What else goes into a world's snapshot: the folds of whoever decides about it. */
  readonly folds?: (world: WorldId) => AsyncIterable<readonly Piece[]>
}

export type StartingPoint = {
  readonly head: SnapshotHead
  readonly mark: LedgerMark
  readonly state: Pieces
  readonly remembered: ReadonlyMap<string, unknown>
  /** Other rules made it: its hash is not that of the state which these rules make of it. */
  readonly otherRules: boolean
  /** To be appended before an engine starts. */
  readonly change?: RulesChanged
}

export type Finding = {
  readonly settings: WorldSettings
  readonly keeper: LedgerKeeper
  readonly snapshots: SnapshotPorts
  /** Ticks of snapshots that the kernel could not open. */
  readonly refused: ReadonlySet<number>
  readonly say: (line: string) => void
}

/**
 * Reads the ledger, from a snapshot's mark on where there is one. undefined: the world is run from tick 0. Rejects with
 * `RulesDiffer` where it cannot be run under these rules.
 */
export async function findStart(finding: Finding): Promise<StartingPoint | undefined> {
  const { keeper, settings, snapshots } = finding
  const { rulesHash, migrateRules, store } = snapshots
  const { world } = settings
  let newest = await next(finding, () => true)
  await keeper.read(newest?.mark)
  const { ledger } = keeper
  if (!migrateRules) assertRules(ledger, world, rulesHash)
  while (newest && !isBase(finding, newest.head)) {
    const { tick } = newest.head
    newest = await next(finding, (head) => head.tick < tick && isBase(finding, head))
  }
  const otherRules = newest !== undefined && newest.head.rulesHash !== rulesHash
  if (ledger.rulesHash !== undefined && ledger.rulesHash !== rulesHash) {
    if (!newest) throw noBase(world, `of its rules ${ledger.rulesHash}`)
    const { tick, stateHash } = newest.head
    const appliedEvents = newest.mark.ledger.sealedEvents
    const change = changeRules(ledger, { world, to: rulesHash, tick, stateHash, appliedEvents })
    // Recovery needs it from now on.
    await store.pin(world, tick)
    return { ...newest, otherRules, change }
  }
  const { rulesChanged } = ledger
  if (!newest && rulesChanged) {
    throw noBase(world, `of tick ${rulesChanged.tick}, at which its rules changed`)
  }
  return newest && { ...newest, otherRules }
}

const noBase = (world: string, which: string) =>
  new RulesDiffer(
    `world ${world} has no good snapshot ${which}: what was run under other rules cannot be run again under these. ` +
      'Restore the database from a backup that has it',
  )

type Found = Omit<StartingPoint, 'otherRules' | 'change'>

/** The newest good snapshot that `fits` and that the ledger knows. */
async function next(
  { keeper, settings, snapshots, refused, say }: Finding,
  fits: (head: SnapshotHead) => boolean,
): Promise<Found | undefined> {
  const { world } = settings
  let before = Number.POSITIVE_INFINITY
  for (;;) {
    const snapshot = await snapshots.store.newest(
      world,
      (head) => head.tick < before && !refused.has(head.tick) && fits(head),
      ({ tick }, reason) =>
        say(`world ${world}: its snapshot of tick ${tick} is passed over: ${reason}`),
    )
    if (!snapshot) return undefined
    const { pieces, ...head } = snapshot
    const { mark, ...parted } = partPieces(pieces)
    const reason = mark ? await whyNot(keeper, mark) : 'it knows no ledger'
    if (mark && reason === undefined) return { head, mark, ...parted }
    say(`world ${world}: its snapshot of tick ${head.tick} is passed over: ${reason}`)
    before = head.tick
  }
}

/** Why a snapshot with this mark cannot be gone on from; undefined where it can. */
async function whyNot(keeper: LedgerKeeper, mark: LedgerMark): Promise<string | undefined> {
  try {
    return (await keeper.holds(mark)) ? undefined : 'it is of another log, or ahead of this one'
  } catch (error) {
    // Its place in the ledger may be archived: a newer one, or the restored archive, is to go on from.
    if (!(error instanceof LogBroken)) throw error
    return error.message
  }
}

/** Whether the ticks after a snapshot are all of the rules that the ledger ends with. */
function isBase({ keeper }: Finding, head: SnapshotHead): boolean {
  const { rulesHash, rulesChanged } = keeper.ledger
  if (head.rulesHash === rulesHash) {
    return rulesChanged === undefined || head.ledgerVersion > rulesChanged.version
  }
  return (
    rulesChanged !== undefined &&
    head.rulesHash === rulesChanged.from &&
    head.tick === rulesChanged.tick &&
    head.stateHash === rulesChanged.stateHash
  )
}
