// Who asks: a bearer token becomes a session. Tokens are looked up by hash; found sessions are kept a short while.

import { hash } from 'node:crypto'
import type { AccountId } from '../domain/events.ts'
import type { PersonalData, Session } from '../domain/ports/personalData.ts'
import type { Clock } from '../domain/ports/time.ts'
import { tooMany, unauthenticated } from './problem.ts'
import type { RateLimit } from './rateLimit.ts'

export type Sessions = {
  /**
   * Of an Authorization header; undefined without one. Throws a 401 `Problem` for any that does not stand for a session, and
   * a 429 for one from an `address` that has sent too many of those. Whoever has a valid token is not told of others' guesses.
   */
  byHeader(header: string | undefined, address: string): Promise<Session | undefined>
  /** The session that a header stood for when it was asked for last, without asking anybody; undefined for all others. */
  known(header: string | undefined): Session | undefined
  /** An erased account's sessions end at once; whoever listens ends what it holds open for a session that `isOver`. */
  forget(account: AccountId): void
  /** Ends all sessions of an account, durably before this resolves: as `end` does. Resolves to how many there were. */
  endAll(account: AccountId): Promise<number>
  /** Ends one session, durably before this resolves: its token is worth nothing ever after. */
  end(session: Session): Promise<void>
  onOver(listener: (isOver: (session: Session) => boolean) => void): () => void
  /** Whether it has ended of late: whoever has begun to listen asks this, for it may have ended between its look-up and that. */
  isOver(session: Session): boolean
}

const SESSIONS_MAX = 10_000
/** A session erased by another process ends within this time. */
const KEPT_MS = 30_000

const tokenIn = (header: string | undefined) => /^Bearer +([^\s]+)$/i.exec(header ?? '')?.[1]
const hashOf = (token: string) => hash('sha256', token, 'hex')

export function openSessions(
  personalData: PersonalData,
  clock: Clock,
  wrongTokens: RateLimit,
  lookUps: RateLimit,
): Sessions {
  /** One is good `until` then. After it, it still tells a player's token from a guess: players wait for nobody's guesses. */
  const kept = new Map<string, { session: Session; until: number }>()
  const listeners = new Set<(isOver: (session: Session) => boolean) => void>()
  let forgotten = 0
  /** Token hashes and accounts that ended of late, the oldest first. */
  const ended = new Set<string>()
  const note = (what: string) => {
    if (ended.size >= SESSIONS_MAX) ended.delete(ended.keys().next().value!)
    ended.add(what)
  }

  async function byToken(token: string, address: string): Promise<Session | undefined> {
    if (!/^[\w-]{16,128}$/.test(token)) return undefined
    const tokenHash = hashOf(token)
    const known = kept.get(tokenHash)
    if (known && known.until > clock.monotonic()) return known.session
    // A valid token shares its address with guessers: so it is looked up all the same, and what they cost has a bound.
    if (!known && wrongTokens.wait(address) > 0) {
      const wait = lookUps.take(address)
      if (wait > 0) throw tooMany('too many wrong tokens from your address', wait)
    }
    const before = forgotten
    const session = await personalData.sessionByToken(tokenHash)
    if (!session) kept.delete(tokenHash)
    // An account forgotten while we asked must not come back through a late answer.
    if (session && before === forgotten) {
      // Set anew, so that the one that goes first is the one that was not asked for the longest.
      kept.delete(tokenHash)
      if (kept.size >= SESSIONS_MAX) kept.delete(kept.keys().next().value!)
      kept.set(tokenHash, { session, until: clock.monotonic() + KEPT_MS })
    }
    return session
  }

  function drop(isOver: (session: Session) => boolean): void {
    forgotten += 1
    for (const [hash, { session }] of kept) if (isOver(session)) kept.delete(hash)
    for (const listener of listeners) listener(isOver)
  }

  const forget = (account: AccountId) => {
    note(account)
    drop((session) => session.account === account)
  }

  return {
    known: (header) => kept.get(hashOf(tokenIn(header) ?? ''))?.session,
    async byHeader(header, address) {
      if (header === undefined) return undefined
      const token = tokenIn(header)
      if (token === undefined) throw unauthenticated('Authorization: takes "Bearer <token>"')
      const session = await byToken(token, address)
      if (session) return session
      const wait = wrongTokens.take(address)
      if (wait > 0) throw tooMany('too many wrong tokens from your address', wait)
      throw unauthenticated('Authorization: the token stands for no account')
    },
    forget,
    async endAll(account) {
      const count = await personalData.closeSessions(account)
      forget(account)
      return count
    },
    async end({ tokenHash }) {
      await personalData.closeSession(tokenHash)
      note(tokenHash)
      drop((session) => session.tokenHash === tokenHash)
    },
    onOver(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isOver: ({ account, tokenHash }) => ended.has(tokenHash) || ended.has(account),
  }
}
