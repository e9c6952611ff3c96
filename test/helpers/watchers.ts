// Clients that only look on, through every door that tells of ticks; and what they have seen.

import type { Client } from 'graphql-ws'
import { type Address, connect, disposed, NoAnswer, type Player, request } from './client.ts'

export type Seen = {
  readonly hashes: ReadonlyMap<number, string>
  /** What players were told came of their orders, as text of every field. */
  readonly outcomes: ReadonlySet<string>
  /** What contradicts what was seen before. */
  readonly faults: readonly string[]
  readonly observations: number
  maxTick(): number
}

type Told = {
  readonly tick?: number
  readonly hash?: string
  readonly hashTick?: number
  readonly commandId?: string
  readonly order?: string
  readonly done?: number
  readonly asked?: number
  readonly reason?: string
}

export const outcomeText = ({ tick, commandId, order, done, asked, reason }: Told) =>
  [tick, commandId, order, done, asked, reason].join(' ')

const PAUSE_MS = 40
const pause = () => new Promise((next) => setTimeout(next, PAUSE_MS))

const statusQuery = 'subscription { status(world: "first") { state tick hash hashTick } }'
const chunksQuery = `subscription { chunks(world: "first", chunks: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
  ... on Chunk { tick } ... on ChunkChanges { tick } ... on Heartbeat { tick hash hashTick } } }`
const mineQuery = `subscription { mine(world: "first") {
  ... on Outcome { tick commandId order done asked reason }
  ... on PlayerView { tick } ... on Contents { tick } ... on Heartbeat { tick hash hashTick } } }`

/** Watches until `close`: the status by polling and by subscription, all chunks of a small world. */
export function watchWorld(address: Address) {
  const hashes = new Map<number, string>()
  const outcomes = new Set<string>()
  const faults: string[] = []
  const closing = new AbortController()
  const clients: Client[] = []
  let maxTick = 0
  let observations = 0

  const see = (told: Told) => {
    observations += 1
    if (told.tick !== undefined) maxTick = Math.max(maxTick, told.tick)
    if (told.commandId !== undefined) outcomes.add(outcomeText(told))
    // Before the first hashed tick a world tells tick 0 and no hash.
    if (!told.hashTick || told.hash === undefined) return
    const before = hashes.get(told.hashTick)
    if (before !== undefined && before !== told.hash) {
      faults.push(`tick ${told.hashTick} had the hash ${before}, and later ${told.hash}`)
    }
    hashes.set(told.hashTick, told.hash)
  }
  const poll = async () => {
    while (!closing.signal.aborted) {
      const before = maxTick
      const status = await statusOf(address).catch(() => undefined)
      if (status) {
        see({ tick: status.tick, hashTick: status.hash.tick, hash: status.hash.hash })
        // Asked after `before` was seen: a world that is open has it.
        if (status.state === 'running' && status.tick < before) {
          faults.push(`tick ${before} was seen, and then the world was at tick ${status.tick}`)
        }
        if (status.state === 'stopped') faults.push(`the world stopped: ${status.stopped}`)
      }
      await pause()
    }
  }
  const follow = async (query: string, token?: string) => {
    const client = connect(address, token)
    clients.push(client)
    while (!closing.signal.aborted) {
      try {
        for await (const { data } of client.iterate<Record<string, Told>>({ query })) {
          for (const told of Object.values(data ?? {})) see(told)
        }
      } catch {
        // The server is gone: it is asked again until it is back.
      }
      await pause()
    }
  }
  const running = [poll(), follow(statusQuery), follow(chunksQuery)]
  const seen: Seen = {
    hashes,
    outcomes,
    faults,
    get observations() {
      return observations
    },
    maxTick: () => maxTick,
  }
  return {
    seen,
    /** Hears of the orders of a player, too. */
    watchPlayer: ({ token }: Player) => void running.push(follow(mineQuery, token)),
    async close() {
      closing.abort()
      for (const client of clients) await disposed(client)
      await Promise.all(running)
    },
  }
}

export type Status = {
  readonly state: 'replaying' | 'running' | 'stopped'
  readonly tick: number
  readonly hash: { readonly tick: number; readonly hash: string }
  readonly stopped?: string
  readonly seed: number
  readonly n: number
}

/** GET /worlds/first. Rejects with `NoAnswer` while there is no server. */
export async function statusOf(address: Address): Promise<Status> {
  const { status, body } = await request(address, 'GET', '/worlds/first')
  if (status === 200) return body as Status
  throw new NoAnswer(`GET /worlds/first: ${status}`)
}
