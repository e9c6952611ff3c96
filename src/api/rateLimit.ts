// Token buckets by key (an address, an account), in a bounded table: so that no one floods a door.

import { isIPv6 } from 'node:net'
import type { Clock } from '../domain/ports/time.ts'

export type RateLimit = {
  /** Takes one; 0 when it was there, else the seconds after which one will be. */
  take(key: string): number
  /** As `take`, but takes nothing. */
  wait(key: string): number
}

const KEYS_MAX = 10_000

/** `perMinute` is both the size of a bucket and what flows into it in a minute. */
export function rateLimit(perMinute: number, clock: Clock): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  const perMs = perMinute / 60_000
  const leftIn = (key: string, now: number) => {
    const bucket = buckets.get(key) ?? { left: perMinute, at: now }
    return Math.min(perMinute, bucket.left + (now - bucket.at) * perMs)
  }
  const waitFor = (left: number) =>
    left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
  return {
    take(key) {
      const now = clock.monotonic()
      const left = leftIn(key, now)
      // Set anew, so that the table's order is that of last use and the least recent goes first.
      buckets.delete(key)
      if (buckets.size >= KEYS_MAX) buckets.delete(buckets.keys().next().value!)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now })
      return waitFor(left)
    },
    wait: (key) => waitFor(leftIn(key, clock.monotonic())),
  }
}

/** The same by address: hosts, not numbers, are counted. */
export function addressLimit(perMinute: number, clock: Clock): RateLimit {
  const { take, wait } = rateLimit(perMinute, clock)
  return {
    take: (address) => take(addressKey(address)),
    wait: (address) => wait(addressKey(address)),
  }
}

/** An IPv6 host has a whole /64 to choose from, so that counts as one; an IPv4 inside IPv6 counts as IPv4. */
export function addressKey(address: string): string {
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (inside) return inside
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('%')[0]!.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0
  return [...front, ...Array(zeros).fill('0'), ...back].slice(0, 4).join(':')
}
