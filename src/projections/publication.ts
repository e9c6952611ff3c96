// What of the world may be shown: nothing beyond the ledger's horizon, so that no crash can take back what was seen.

import { type Hashed, horizonOf, type Ledger, publishableThrough } from '../domain/ledger.ts'
import { type Deferred, deferred } from './deferred.ts'

/** Why nothing more comes of this world. */
export class WorldStopped extends Error {
  override readonly name = 'WorldStopped'
}

export type Publication = {
  /** The newest tick that is shown. */
  tick(): number
  /** The newest hashed tick that is shown. */
  hash(): Hashed
  /** The newest tick that may be shown now. */
  bound(): number
  /** The newest tick that somebody waits to be shown. */
  demanded(): number
  /** The world was run through `tick`: shows it, if the ledger allows. */
  offer(tick: number, hashed: Hashed): void
  /** Resolves once `tick` is shown; rejects with `WorldStopped` when it never will be, or as `signal` aborts. */
  through(tick: number, signal: AbortSignal): Promise<void>
  end(reason: WorldStopped): void
}

/** `demand` is called when somebody waits for a tick that needs a seal; `publish` when a tick is shown. */
export function createPublication(options: {
  ledger: () => Ledger
  ups: number
  demand: () => void
  publish: (tick: number) => void
}): Publication {
  const horizon = horizonOf(options.ups)
  const bound = () => publishableThrough(options.ledger(), horizon)
  let shown = 0
  let hash: Hashed = { tick: 0, hash: '0000000000000000' }
  let demanded = 0
  let ended: WorldStopped | undefined
  let waiting: ({ readonly tick: number } & Deferred<void>)[] = []
  return {
    tick: () => shown,
    hash: () => hash,
    bound,
    demanded: () => demanded,
    offer(tick, hashed) {
      if (ended || tick > bound() || tick < shown) return
      shown = tick
      hash = hashed
      options.publish(tick)
      for (const waiter of waiting) if (waiter.tick <= shown) waiter.resolve()
      waiting = waiting.filter((waiter) => waiter.tick > shown)
    },
    async through(tick, signal) {
      if (tick <= shown) return
      if (ended) throw ended
      signal.throwIfAborted()
      demanded = Math.max(demanded, tick)
      const seen = deferred<void>()
      const waiter = { tick, ...seen }
      const giveUp = () => {
        waiting = waiting.filter((other) => other !== waiter)
        seen.reject(signal.reason)
      }
      waiting.push(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
      options.demand()
      await seen.promise.finally(() => signal.removeEventListener('abort', giveUp))
    },
    end(reason) {
      ended ??= reason
      for (const { reject } of waiting) reject(ended)
      waiting = []
    },
  }
}
