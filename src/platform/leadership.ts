// The leadership port within one process: leases in memory, handed on in order of asking.

import type { Leadership, Lease } from '../domain/ports/leadership.ts'

type Waiting = { readonly grant: () => void }

/** Leases of one process. `me` names the holder, for `holder()`. */
export function inProcessLeadership(me: string): Leadership {
  const held = new Set<string>()
  const queues = new Map<string, Waiting[]>()
  const tokens = new Map<string, number>()

  const handOn = (name: string) => {
    held.delete(name)
    const queue = queues.get(name)
    const next = queue?.shift()
    if (queue?.length === 0) queues.delete(name)
    next?.grant()
  }
  const take = (name: string): Lease => {
    held.add(name)
    const token = (tokens.get(name) ?? 0) + 1
    tokens.set(name, token)
    const lost = new AbortController()
    return {
      name,
      token,
      lost: lost.signal,
      async release() {
        if (lost.signal.aborted) return
        lost.abort(new Error(`the lease of ${name} was released`))
        handOn(name)
      },
    }
  }
  return {
    async acquire(name, signal) {
      signal.throwIfAborted()
      if (!held.has(name)) return take(name)
      return new Promise<Lease>((resolve, reject) => {
        const waiting: Waiting = {
          grant() {
            signal.removeEventListener('abort', giveUp)
            resolve(take(name))
          },
        }
        const queue = queues.get(name) ?? []
        queues.set(name, queue)
        queue.push(waiting)
        const giveUp = () => {
          const place = queue.indexOf(waiting)
          if (place >= 0) queue.splice(place, 1)
          if (queue.length === 0 && queues.get(name) === queue) queues.delete(name)
          reject(signal.reason)
        }
        signal.addEventListener('abort', giveUp, { once: true })
      })
    },
    async holder(name) {
      return held.has(name) ? me : undefined
    },
  }
}
