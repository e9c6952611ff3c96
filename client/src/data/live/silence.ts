// A connection over which nothing comes any more is dead, whatever its own end believes.

/** Half a connection stays open for minutes: nobody told this end that the other one is gone. */
export type Silence = {
  /** Something was heard. */
  heard(): void
  end(): void
}

/** Calls `dead`, again and again while it lasts, when nothing was heard for `silentMs`. */
export function watchSilence(silentMs: number, dead: () => void): Silence {
  let last = Date.now()
  const timer = setInterval(() => {
    if (Date.now() - last < silentMs) return
    last = Date.now()
    dead()
  }, silentMs / 4)
  return {
    heard() {
      last = Date.now()
    },
    end: () => clearInterval(timer),
  }
}
