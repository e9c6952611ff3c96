// Messages between components and, later, nodes: publish/subscribe by topic, request/reply by address.

export type Messaging = {
  /** Delivers to all present subscribers; a subscriber that throws harms nobody else. */
  publish(topic: string, message: unknown): void
  /** Returns the end of the subscription. */
  subscribe(topic: string, receive: (message: unknown) => void): () => void
  /** Asks whoever serves `address`; rejects with `NobodyServes` or when `timeoutMs` has passed. */
  request(address: string, message: unknown, timeoutMs?: number): Promise<unknown>
  /** One server an address. Returns the end of it. */
  serve(address: string, reply: (message: unknown) => Promise<unknown>): () => void
}

export class NobodyServes extends Error {
  override readonly name = 'NobodyServes'
}
