// What every adapter of the leadership port keeps.

import { describe, expect, it } from 'vitest'
import type { Leadership } from '../../src/domain/ports/leadership.ts'

const never = new AbortController().signal

export function leadershipContract(name: string, open: (me: string) => Leadership): void {
  describe(`${name} keeps the contract of leadership`, () => {
    it('gives a free lease at once and names its holder', async () => {
      const leadership = open('node 1')
      expect(await leadership.holder('world/earth')).toBeUndefined()
      const lease = await leadership.acquire('world/earth', never)
      expect(lease.name).toBe('world/earth')
      expect(await leadership.holder('world/earth')).toBe('node 1')
      await lease.release()
      expect(await leadership.holder('world/earth')).toBeUndefined()
    })
    it('lets one hold a lease at a time, in order of asking, with a rising token', async () => {
      const leadership = open('node 1')
      const order: string[] = []
      const first = await leadership.acquire('world/earth', never)
      const second = leadership.acquire('world/earth', never).then((lease) => {
        order.push('second')
        return lease
      })
      const third = leadership.acquire('world/earth', never).then((lease) => {
        order.push('third')
        return lease
      })
      expect(order).toEqual([])
      await first.release()
      const secondLease = await second
      expect(order).toEqual(['second'])
      expect(secondLease.token).toBeGreaterThan(first.token)
      await secondLease.release()
      expect((await third).token).toBeGreaterThan(secondLease.token)
      expect(order).toEqual(['second', 'third'])
    })
    it('tells the holder that the lease is lost once it is released', async () => {
      const leadership = open('node 1')
      const lease = await leadership.acquire('world/earth', never)
      expect(lease.lost.aborted).toBe(false)
      await lease.release()
      await lease.release()
      expect(lease.lost.aborted).toBe(true)
    })
    it('lets who waits give up, and gives the lease to the next', async () => {
      const leadership = open('node 1')
      const first = await leadership.acquire('world/earth', never)
      const impatient = new AbortController()
      const given = leadership.acquire('world/earth', impatient.signal)
      const patient = leadership.acquire('world/earth', never)
      impatient.abort(new Error('tired of waiting'))
      await expect(given).rejects.toThrow('tired of waiting')
      await first.release()
      expect((await patient).token).toBeGreaterThan(first.token)
    })
    it('keeps the leases of two worlds apart', async () => {
      const leadership = open('node 1')
      await leadership.acquire('world/earth', never)
      const other = await leadership.acquire('world/mars', never)
      expect(other.name).toBe('world/mars')
    })
  })
}
