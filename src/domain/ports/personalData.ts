// The one exception to "the log is the truth": names, chat text, token hashes, mailbox ids. It can be erased.

import type { CommandName } from '../commands.ts'
import type { Refusal } from '../decider.ts'
import type { AccountId, WorldId } from '../events.ts'

export type Session = {
  readonly account: AccountId
  /** SHA-256 (hex) of the bearer token; the token itself is never stored. */
  readonly tokenHash: string
  /** Also the session id of the long poll. */
  readonly mailbox: string
}

export type ChatMessage = {
  /** Row id, rising: chat travels beside the feed and has a cursor of its own. */
  readonly id: number
  readonly world: WorldId
  readonly account: AccountId
  readonly text: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/** An order that the game refused, for its player's mailbox. */
export type RefusedOrder = Refusal & {
  readonly world?: WorldId
  readonly commandId: string
  readonly command: CommandName
}

/** `number`: from 1, one more for each order of the account that was refused, without holes. */
export type NumberedRefusal = RefusedOrder & { readonly number: number }

/** An account as operators look for it. */
export type FoundAccount = {
  readonly account: AccountId
  /** The newest; undefined where none is kept. */
  readonly name: string | undefined
  /** How many sessions it has: 0 where nobody can act for it. */
  readonly sessions: number
}

export type PersonalData = {
  /** Keeps a name under a fresh id, before the event that names it is appended. */
  keepName(account: AccountId, nameId: string, name: string): Promise<void>
  /** The newest kept name of each account that still has one. */
  names(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string>>
  openSession(session: Session): Promise<void>
  sessionByToken(tokenHash: string): Promise<Session | undefined>
  sessionByMailbox(mailbox: string): Promise<Session | undefined>
  /** Ends one session for ever, with what its mailbox acknowledged. Durable when this resolves. */
  closeSession(tokenHash: string): Promise<void>
  /** Ends all sessions of an account as `closeSession` does; how many there were. Durable when this resolves. */
  closeSessions(account: AccountId): Promise<number>
  /** Accounts of this id, and those whose newest name it is, by id; at most `limit`. */
  find(nameOrId: string, limit: number): Promise<readonly FoundAccount[]>
  /** Keeps a chat line once per (account, commandId); undefined if that command's line was kept before. */
  keepChat(
    line: Omit<ChatMessage, 'id'> & { readonly commandId: string },
  ): Promise<ChatMessage | undefined>
  chatAfter(world: WorldId, afterId: number, limit: number): Promise<readonly ChatMessage[]>
  /** Id of the newest line that was ever kept, in any world; 0 before the first. */
  chatHead(): Promise<number>
  /** Id of the newest line of the world that had to make room for newer ones; 0 where none had. */
  chatCut(world: WorldId): Promise<number>
  /**
   * Keeps orders that were refused, of each account the newest; the oldest make room. All of them are durable when this resolves.
   * Once per (account, commandId, refused) while it is kept, so that a retry is not told twice. Those of an account without a session
   * are not kept: nobody can read them, and what an erasure has deleted does not come back.
   */
  keepRefusals(orders: readonly (readonly [AccountId, RefusedOrder])[]): Promise<void>
  /** The kept ones above a number, oldest first. */
  refusalsAfter(
    account: AccountId,
    number: number,
    limit: number,
  ): Promise<readonly NumberedRefusal[]>
  /** Number of the account's newest; 0 before the first. */
  refusalHead(account: AccountId): Promise<number>
  /** Deletes names, sessions, chat and refused orders of the account. */
  erase(account: AccountId): Promise<void>
  /**
   * A mailbox's acknowledged cursor (a feed cursor as text) survives restarts and only moves forward. A mailbox
   * with several feeds keeps one cursor for each, under `{mailbox}:{feed}`; all go with its session. Of a mailbox without one nothing
   * is kept: what an erasure has deleted does not come back.
   */
  acknowledge(mailbox: string, cursor: string): Promise<void>
  acknowledged(mailbox: string): Promise<string | undefined>
}
