// A token bucket per address, in a bounded table: so that one address cannot flood a door.

import { isIPv6 } from 'node:net'
import type { Clock } from '../domain/ports/time.ts'

export type AddressLimit = {
  /** Takes one; 0 when it was there, else the seconds after which one will be. */
  take(address: string): number
}

const ADDRESSES_MAX = 10_000

/** `perMinute` is both the size of a bucket and what flows into it in a minute. */
export function addressLimit(perMinute: number, clock: Clock): AddressLimit {
  const buckets = new Map<string, { left: number; at: number }>()
  const perMs = perMinute / 60_000
  return {
    take(address) {
      const key = addressKey(address)
      const now = clock.monotonic()
      const bucket = buckets.get(key) ?? { left: perMinute, at: now }
      const left = Math.min(perMinute, bucket.left + (now - bucket.at) * perMs)
      // Set anew, so that the table's order is that of last use and the least recent goes first.
      buckets.delete(key)
      if (buckets.size >= ADDRESSES_MAX) buckets.delete(buckets.keys().next().value!)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now })
      return left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1000))
    },
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
