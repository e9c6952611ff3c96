// One connection of a pool, held for long: taken again after it broke, and given up loudly when that takes too long.

import type { Pool, PoolClient } from 'pg'
import { StoreUnavailable } from '../../domain/ports/eventStore.ts'

export type HeldConnection = {
  /** The connection, made if there is none. Rejects with `StoreUnavailable` after `patienceMs` without one. */
  get(): Promise<PoolClient>
  /** Throws the connection away: the next `get` makes another. */
  drop(): void
  /** Throws it away for good. */
  close(): Promise<void>
}

/** `prepare` runs on each fresh connection; `ended` is called when one breaks by itself. */
export function heldConnection(
  pool: Pool,
  patienceMs: number,
  prepare: (client: PoolClient) => Promise<unknown>,
  ended: () => void = () => {},
): HeldConnection {
  let held: PoolClient | undefined
  let connecting: Promise<PoolClient> | undefined
  let closed = false
  const drop = () => {
    held?.release(true)
    held = undefined
  }
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect()
    client.on('error', () => {
      if (held !== client) return
      drop()
      ended()
    })
    try {
      await prepare(client)
    } catch (error) {
      client.release(true)
      throw error
    }
    held = client
    return client
  }
  const insist = async (): Promise<PoolClient> => {
    const deadline = performance.now() + patienceMs
    for (let pauseMs = 10; ; pauseMs = Math.min(500, pauseMs * 2)) {
      if (closed) throw new StoreUnavailable('the store is closed')
      try {
        return await connect()
      } catch (error) {
        if (pool.ended || performance.now() + pauseMs > deadline) {
          const detail = error instanceof Error ? error.message : String(error)
          throw new StoreUnavailable(`PostgreSQL is away: ${detail}`, { cause: error })
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
  return {
    async get() {
      if (held) return held
      connecting ??= insist().finally(() => {
        connecting = undefined
      })
      return connecting
    },
    drop,
    async close() {
      closed = true
      await connecting?.catch(() => {})
      drop()
    },
  }
}
