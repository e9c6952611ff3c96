// Clock, scheduler and chance are ports, so that a simulation test can own them.

export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Milliseconds since some fixed moment, never backwards, with fractions. */
  monotonic(): number
}

export type Scheduler = {
  /** Resolves after `ms` of this scheduler's time, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Chance = {
  /** UUIDv7. */
  uuid(): string
  /** `bytes` random bytes, base64url: for tokens. */
  secret(bytes: number): string
  /** A random u32, to be put inside a command. */
  u32(): number
}
