// What came of an accepted order, told by the simulation at the tick that judged it.

import type { AccountId } from './events.ts'

export type OutcomeReason =
  | 'Done'
  | 'Partly'
  | 'OutOfReach'
  | 'NotEntered'
  | 'NothingThere'
  | 'NoRoom'
  | 'MissingMaterials'
  | 'Blocked'
  | 'NotYours'
  | 'NotResearched'
  | 'NoStructure'
  | 'Interrupted'

export type Outcome = {
  readonly tick: number
  /** Place within the tick: cursor = (tick, index). */
  readonly index: number
  readonly account: AccountId
  readonly commandId: string
  /** The event that ordered it. */
  readonly order: string
  /** How much was done of how much was asked (items, steps, cells, structures). */
  readonly done: number
  readonly asked: number
  readonly reason: OutcomeReason
  readonly cell?: number
}
