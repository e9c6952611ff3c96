// What every adapter of the messaging port keeps.

import { describe, expect, it } from 'vitest'
import { type Messaging, NobodyServes } from '../../src/domain/ports/messaging.ts'

export function messagingContract(name: string, open: () => Messaging): void {
  describe(`${name} keeps the contract of messaging`, () => {
    it('delivers a message to every subscriber of its topic and to no other', () => {
      const messaging = open()
      const heard: string[] = []
      messaging.subscribe('worlds', (message) => heard.push(`first ${message}`))
      messaging.subscribe('worlds', (message) => heard.push(`second ${message}`))
      messaging.subscribe('chat/earth', () => heard.push('chat'))
      messaging.publish('worlds', 'founded')
      expect(heard.sort()).toEqual(['first founded', 'second founded'])
    })
    it('delivers nothing after the end of a subscription', () => {
      const messaging = open()
      const heard: unknown[] = []
      const end = messaging.subscribe('worlds', (message) => heard.push(message))
      messaging.publish('worlds', 1)
      end()
      end()
      messaging.publish('worlds', 2)
      expect(heard).toEqual([1])
    })
    it('lets the others hear when one subscriber throws', () => {
      const messaging = open()
      const heard: unknown[] = []
      messaging.subscribe('worlds', () => {
        throw new Error('a broken subscriber')
      })
      messaging.subscribe('worlds', (message) => heard.push(message))
      messaging.publish('worlds', 1)
      expect(heard).toEqual([1])
    })
    it('brings the reply of whoever serves the address', async () => {
      const messaging = open()
      messaging.serve('home/earth', async (message) => `got ${message}`)
      await expect(messaging.request('home/earth', 'a claim')).resolves.toBe('got a claim')
    })
    it('passes on the failure of whoever serves', async () => {
      const messaging = open()
      messaging.serve('home/earth', async () => {
        throw new Error('no such cell')
      })
      await expect(messaging.request('home/earth', 'a claim')).rejects.toThrow('no such cell')
    })
    it('says that nobody serves, before and after somebody did', async () => {
      const messaging = open()
      await expect(messaging.request('home/earth', 1)).rejects.toThrow(NobodyServes)
      const end = messaging.serve('home/earth', async () => 1)
      end()
      await expect(messaging.request('home/earth', 1)).rejects.toThrow(NobodyServes)
    })
    it('gives up on a reply that does not come in time, naming the address', async () => {
      const messaging = open()
      messaging.serve('home/earth', () => new Promise(() => {}))
      await expect(messaging.request('home/earth', 1, 5)).rejects.toThrow(/home\/earth/)
    })
    it('takes one server an address', () => {
      const messaging = open()
      messaging.serve('home/earth', async () => 1)
      expect(() => messaging.serve('home/earth', async () => 2)).toThrow(/home\/earth/)
    })
  })
}
