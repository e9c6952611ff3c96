// What one visit to a world holds together.

import type { WorldData } from '../data/worldData.ts'
import type { PendingOrders } from '../hands/pending.ts'
import type { UndoStack } from '../hands/undo.ts'
import type { PlanetCells } from '../planet/cells.ts'
import type { Sphere } from '../planet/sphere.ts'
import type { Errands } from './errands.ts'
import type { TickClock } from './tickClock.ts'

export type Session = {
  readonly data: WorldData
  readonly planet: PlanetCells
  readonly sphere: Sphere
  readonly clock: TickClock
  /** Orders that are drawn before their tick. */
  readonly pending: PendingOrders
  readonly undo: UndoStack
  readonly errands: Errands
}
