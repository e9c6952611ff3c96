// What the command handler is given, and what it works with.

import type { AccountId, WorldId } from '../domain/events.ts'
import type { EventStore } from '../domain/ports/eventStore.ts'
import type { SavedFolds } from '../domain/ports/folds.ts'
import type { WorldSettings } from '../domain/ports/kernel.ts'
import type { Messaging } from '../domain/ports/messaging.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import type { Chance, Clock, Scheduler } from '../domain/ports/time.ts'
import type { InTurn } from './inTurn.ts'
import type { MoveRate } from './moveRate.ts'
import type { QueueLimits, StreamQueues } from './streamQueue.ts'

export type CommandPorts = {
  readonly store: EventStore
  readonly personalData: PersonalData
  readonly messaging: Messaging
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly chance: Chance
  /** The planets that are open here. */
  readonly worldSettings: (world: WorldId) => WorldSettings | undefined
  /** How many cells an account may hold by its research, as the world was published; left out or undefined: not known. */
  readonly claimLimit?: (world: WorldId, account: AccountId) => number | undefined
  /** Whether this server has room for another world; without it there always is. */
  readonly roomForWorld?: () => boolean
  readonly limits?: Partial<QueueLimits>
  /** Folds to begin streams with; without it each is read from its start. */
  readonly savedFolds?: SavedFolds
}

/** The ports, and what the handler keeps from one command to the next. */
export type Desk = CommandPorts & {
  readonly queues: StreamQueues
  readonly moves: MoveRate
  /** By world. */
  readonly chats: InTurn
}
