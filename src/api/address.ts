// Whose request it is: the address of the connection, or behind proxies that are trusted the one that they tell of.

import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { addressKey } from './rateLimit.ts'

/** A range of addresses: its first `prefix` bits count. */
export type Network = { readonly address: string; readonly prefix: number }

export type Addresses = {
  /** The caller's. What a proxy that is not trusted says is not believed. */
  of(request: IncomingMessage): string
  /** A trusted proxy's connections are those of many players. */
  isProxy(address: string): boolean
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Throws where a network is none. */
export function openAddresses(trusted: readonly Network[]): Addresses {
  const proxies = new BlockList()
  for (const { address, prefix } of trusted) proxies.addSubnet(address, prefix, familyOf(address))
  const isProxy = (address: string) => {
    if (trusted.length === 0) return false
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%')[0] ?? ''
    return isIP(plain) !== 0 && proxies.check(plain, familyOf(plain))
  }
  return {
    isProxy,
    of({ headers, socket }) {
      let caller = socket.remoteAddress ?? ''
      const told = String(headers['x-forwarded-for'] ?? '').split(',')
      // Each proxy adds whom it heard, so it is read from the end, as far as whoever wrote it is trusted.
      while (isProxy(caller)) {
        const next = told.pop()?.trim() ?? ''
        if (isIP(next) === 0) break
        caller = next
      }
      return caller
    },
  }
}

/** Counts what each address holds open. */
export function openCounts(most: number) {
  const counts = new Map<string, number>()
  return {
    /** Undefined when the address holds `most` already, else what gives it back. */
    take(address: string): (() => void) | undefined {
      const key = addressKey(address)
      const count = counts.get(key) ?? 0
      if (count >= most) return undefined
      counts.set(key, count + 1)
      let held = true
      return () => {
        if (!held) return
        held = false
        const left = (counts.get(key) ?? 1) - 1
        if (left > 0) counts.set(key, left)
        else counts.delete(key)
      }
    },
  }
}
