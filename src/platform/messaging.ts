// The messaging port within one process.

import { type Messaging, NobodyServes } from '../domain/ports/messaging.ts'

const REQUEST_TIMEOUT_MS = 5_000

/**
 * Topics and addresses of one process. `harmed` is told when a subscriber throws; by default it goes to stderr.
 */
export function inProcessMessaging(
  harmed: (topic: string, error: unknown) => void = (topic, error) =>
    console.error(`a subscriber of ${topic} failed:`, error),
): Messaging {
  const topics = new Map<string, Set<(message: unknown) => void>>()
  const servers = new Map<string, (message: unknown) => Promise<unknown>>()
  return {
    publish(topic, message) {
      for (const receive of [...(topics.get(topic) ?? [])]) {
        try {
          receive(message)
        } catch (error) {
          harmed(topic, error)
        }
      }
    },
    subscribe(topic, receive) {
      // A wrapper, so that the same function may subscribe twice and end once.
      const entry = (message: unknown) => receive(message)
      const present = topics.get(topic) ?? new Set()
      topics.set(topic, present.add(entry))
      return () => {
        present.delete(entry)
        if (present.size === 0 && topics.get(topic) === present) topics.delete(topic)
      }
    },
    async request(address, message, timeoutMs = REQUEST_TIMEOUT_MS) {
      const reply = servers.get(address)
      if (!reply) throw new NobodyServes(`nobody serves ${address}`)
      return withTimeout(reply(message), timeoutMs, address)
    },
    serve(address, reply) {
      if (servers.has(address)) throw new Error(`${address} is served already`)
      servers.set(address, reply)
      return () => {
        if (servers.get(address) === reply) servers.delete(address)
      }
    },
  }
}

async function withTimeout(answer: Promise<unknown>, timeoutMs: number, address: string) {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${address} did not answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
