// Who polls, reads her mailbox or sends a command holds nothing open, and is connected for a while after it all the same.

import type { Session } from '../../domain/ports/personalData.ts'
import type { WorldReader } from '../../projections/worldReader.ts'

export type Lingering = {
  /** Connected in this world for the stated while, from now on. */
  stay(session: Session, world: Pick<WorldReader, 'settings' | 'connect'>): void
  /** Whoever's session is over leaves at once. */
  end(isOver: (session: Session) => boolean): void
}

export function openLingering(lingerMs: number, closing: AbortSignal): Lingering {
  /** By mailbox and world. */
  const staying = new Map<
    string,
    { readonly session: Session; readonly timer: NodeJS.Timeout; readonly go: () => void }
  >()
  closing.addEventListener('abort', () => {
    for (const { go } of [...staying.values()]) go()
  })
  return {
    stay(session, world) {
      const key = `${session.mailbox} ${world.settings.world}`
      const known = staying.get(key)
      if (known) {
        known.timer.refresh()
        return
      }
      const leave = world.connect(session.account)
      const go = () => {
        clearTimeout(timer)
        staying.delete(key)
        leave()
      }
      const timer = setTimeout(go, lingerMs)
      timer.unref()
      staying.set(key, { session, timer, go })
    },
    end(isOver) {
      for (const { session, go } of [...staying.values()]) if (isOver(session)) go()
    },
  }
}
