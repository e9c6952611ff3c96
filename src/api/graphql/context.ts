// What a resolver is given beside its arguments.

import type { AccountId } from '../../domain/events.ts'
import type { Session } from '../../domain/ports/personalData.ts'
import type { WorldReader } from '../../projections/worldReader.ts'
import type { Doors } from '../doors.ts'
import { badInput, type Fault, sessionOver, unauthenticated } from '../problem.ts'

export type Context = {
  readonly doors: Doors
  readonly session: Session | undefined
  readonly address: string
  /** Of the request, or of the operation on a WebSocket. */
  readonly correlationId: string
  readonly door: 'http' | 'websocket'
  /** Aborts when the caller's connection is gone. */
  readonly gone: AbortSignal
  /** Chunks that this request may still ask for. */
  readonly chunks: { left: number }
  /** Its commands so far: those that were bad input, and those that were not. */
  readonly commands: { invalid: number; decided: number }
  /** The caller takes the type of answer whose status tells how it went. */
  readonly byStatus: boolean
}

/** The account of the token. Throws a 401 `Problem` without one, and where its session has ended since the request came. */
export function accountOf({ doors, session }: Context): AccountId {
  if (session && doors.sessions.isOver(session)) throw sessionOver()
  if (session) return session.account
  throw unauthenticated('this needs the token of joinPlayer: Authorization: Bearer …')
}

/** Throws a `Problem` that names the argument when there is no such world. */
export function worldNamed(context: Context, name: string, field = 'world'): WorldReader {
  const world = context.doors.worlds.get(name)
  if (world) return world
  throw badInput({ field, detail: 'is no world here' })
}

/** Throws a 400 `Problem` with the fault unless `good`. */
export function check(good: boolean, fault: Fault): void {
  if (!good) throw badInput(fault)
}
