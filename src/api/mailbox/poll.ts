// The long poll's wait: answers at once when something waits in the mailbox, else when something arrives.

import type { Session } from '../../domain/ports/personalData.ts'
import type { FeedItem, WorldReader } from '../../projections/worldReader.ts'
import type { Doors } from '../doors.ts'

const news: ReadonlySet<FeedItem['kind']> = new Set(['outcome', 'chat', 'contents', 'takeSnapshot'])

/**
 * Calls `look` now and after every arrival, until it finds something, `waitMs` is over or `signal` aborts. Finds
 * nothing any more once the session is over.
 * The ears are up before the first look, so nothing slips between a look and the wait.
 */
export async function waitFor<Found>(
  doors: Pick<Doors, 'worlds' | 'refusals' | 'lingering' | 'sessions'>,
  session: Session,
  /** The worlds where the account counts as connected while it waits. */
  present: readonly WorldReader[],
  look: () => Promise<Found | undefined>,
  waitMs: number,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const ending = new AbortController()
  const end = () => ending.abort()
  signal.addEventListener('abort', end, { once: true })
  const timer = setTimeout(end, waitMs)
  let arrived = true
  let wake = () => {}
  const arrive = () => {
    arrived = true
    wake()
  }
  ending.signal.addEventListener('abort', arrive, { once: true })
  const deaf = doors.refusals.listen(session.account, arrive)
  let away: readonly (() => void)[] = []
  /** Whose session is over is away at once, before the poll itself has ended. */
  const leave = () => {
    for (const each of away) each()
    away = []
    end()
  }
  const deafToEnd = doors.sessions.onOver((isOver) => {
    if (isOver(session)) leave()
  })
  // It may have ended between the look at its token and here: then nobody is connected by it.
  if (doors.sessions.isOver(session)) end()
  else away = present.map((world) => world.connect(session.account))
  const heard = new Set<WorldReader>()
  /** Of worlds that were founded meanwhile as well: she may enter them while she waits. */
  const hearAll = () => {
    for (const world of doors.worlds.list()) {
      if (heard.has(world)) continue
      heard.add(world)
      // What was told before the ears were up waits in the mailbox.
      arrive()
      void listen(world, session, ending.signal, { arrive, beat: hearAll })
    }
  }
  hearAll()
  try {
    if (signal.aborted) return undefined
    for (;;) {
      while (arrived) {
        arrived = false
        if (doors.sessions.isOver(session)) return undefined
        const found = await look()
        // Whose session ended meanwhile is told nothing any more.
        if (doors.sessions.isOver(session)) return undefined
        if (found !== undefined || ending.signal.aborted) return found
      }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    deaf()
    deafToEnd()
    // Between this poll and the next still here.
    if (away.length > 0) for (const world of present) doors.lingering.stay(session, world)
    leave()
  }
}

async function listen(
  world: WorldReader,
  session: Session,
  signal: AbortSignal,
  { arrive, beat }: { readonly arrive: () => void; readonly beat: () => void },
): Promise<void> {
  try {
    const interest = { account: session.account, chat: true }
    // What a replay brings is no news of the feed; but once it is over, all of it may wait in the mailbox.
    let opening = world.status().state === 'replaying'
    /** Contents are told once a second: what is too new for that now is looked at again when it is due. */
    let contentsDue: number | undefined
    for await (const item of world.feed(interest, undefined, signal)) {
      const opened = opening && world.status().state !== 'replaying'
      if (opened) opening = false
      if (item.kind === 'heartbeat') beat()
      if (item.kind === 'contents') contentsDue = item.tick + world.settings.ups
      const isDue =
        item.kind === 'heartbeat' && contentsDue !== undefined && item.tick >= contentsDue
      if (isDue) contentsDue = undefined
      if (opened || isDue || news.has(item.kind)) arrive()
    }
  } catch {
    // A feed that ends with an error (too slow, world stopped) may have had news: look, and leave the rest to the next poll.
    arrive()
  }
}
