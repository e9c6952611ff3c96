// What every door is given: the ways inward, and what the doors share among themselves.

import type { Submit } from '../commands/submit.ts'
import type { WorldId } from '../domain/events.ts'
import type { KernelStatus } from '../domain/ports/kernel.ts'
import type { PersonalData } from '../domain/ports/personalData.ts'
import type { Chance, Clock } from '../domain/ports/time.ts'
import type { Tracer } from '../domain/ports/tracer.ts'
import type { Versions } from '../domain/ports/versions.ts'
import type { Worlds } from '../projections/worldReader.ts'
import type { Addresses } from './address.ts'
import type { Sessions } from './auth.ts'
import type { ApiLimits } from './limits.ts'
import type { Lingering } from './mailbox/lingering.ts'
import type { Refusals } from './mailbox/refusals.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Origins } from './origins.ts'
import type { Outflow } from './outflow.ts'
import type { RateLimit } from './rateLimit.ts'

export type Readiness = {
  readonly ready: boolean
  readonly reasons: readonly string[]
  /** What runs the worlds. */
  readonly kernels?: readonly KernelStatus[]
}

export type Doors = {
  readonly submit: Submit
  readonly worlds: Worlds
  readonly personalData: PersonalData
  /** The code's own history, where it is at hand. */
  readonly versions: Versions | undefined
  readonly clock: Clock
  readonly chance: Chance
  readonly limits: ApiLimits
  /** Of the first world, or of the one named. */
  readonly ready: (world?: WorldId) => Promise<Readiness>
  /** Faults that are ours, for the operator. */
  readonly say: (line: string) => void
  /** What happened, in fields, for the log. */
  readonly note: (fields: Readonly<Record<string, unknown>>) => void
  readonly sessions: Sessions
  readonly addresses: Addresses
  /** By address. */
  readonly joins: RateLimit
  /** By address. */
  readonly versionReads: RateLimit
  /** By account. */
  readonly commands: RateLimit
  /** By account, or by address for whoever has none. */
  readonly requests: RateLimit
  /** Players who hold nothing open, between two signs of life. */
  readonly lingering: Lingering
  readonly origins: Origins
  readonly refusals: Refusals
  readonly metrics: Metrics
  /** Nobody traces without it. */
  readonly tracer: Tracer | undefined
  readonly outflow: Outflow
  /** Aborts when the server closes: whoever waits or streams ends. */
  readonly closing: AbortSignal
}
