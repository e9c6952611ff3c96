// The one way in: what every transport calls, and what it gets back.

import type { CommandName } from '../domain/commands.ts'
import type { AccountId, WorldId } from '../domain/events.ts'
import type { Answer } from '../domain/ports/eventStore.ts'

/** A request as a door hands it over: the shape of `input` has not been looked at yet. */
export type Submission = {
  /** Who asks; undefined only for JoinPlayer. */
  readonly account: AccountId | undefined
  readonly type: string
  readonly world?: WorldId
  /** The client's own id for retries: 1 to 64 characters of [A-Za-z0-9._:-]; made here when absent. */
  readonly commandId?: string
  /** The command's own fields, as they came. */
  readonly input: unknown
  readonly correlationId?: string
}

/** Bad input: nothing was decided. `field` is a path such as `structures[2].cell`. */
export type Invalid = {
  readonly status: 'invalid'
  readonly faults: readonly { readonly field: string; readonly detail: string }[]
}

export type Submitted = {
  readonly commandId: string
  readonly command: CommandName
  readonly answer: Answer
  /** EnterWorld: where the player lands. */
  readonly landing?: number
  /** JoinPlayer: shown once. */
  readonly joined?: {
    readonly account: AccountId
    readonly token: string
    readonly mailbox: string
  }
}

export type Submit = (submission: Submission) => Promise<Submitted | Invalid>
