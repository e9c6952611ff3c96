// Who polls is connected between two polls as well: each poll's presence ends a while after it, unless the next takes it over.

import type { Session } from '../../domain/ports/personalData.ts'

export type Lingering = {
  /** `leave` is called after the stated while; for who lingers already, the earlier ones are called now. */
  keep(session: Session, leave: readonly (() => void)[]): void
  /** Whoever's session is over leaves at once. */
  end(isOver: (session: Session) => boolean): void
}

export function openLingering(lingerMs: number, closing: AbortSignal): Lingering {
  const staying = new Map<string, { readonly session: Session; readonly go: () => void }>()
  closing.addEventListener('abort', () => {
    for (const { go } of [...staying.values()]) go()
  })
  return {
    keep(session, leave) {
      const before = staying.get(session.mailbox)
      const go = () => {
        clearTimeout(timer)
        if (staying.get(session.mailbox) === entry) staying.delete(session.mailbox)
        for (const each of leave) each()
      }
      const timer = setTimeout(go, lingerMs)
      timer.unref()
      const entry = { session, go }
      staying.set(session.mailbox, entry)
      before?.go()
    },
    end(isOver) {
      for (const { session, go } of [...staying.values()]) if (isOver(session)) go()
    },
  }
}
