// Several statements, all or nothing.

import type { Pool, PoolClient } from 'pg'
import { named } from './failures.ts'

const ignore = () => {}

/** Rejects with `StoreUnavailable` where nobody knows what came of it. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw named(error)
  }
  // A connection that breaks is told by the query under way.
  client.on('error', ignore)
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    client.off('error', ignore)
    client.release()
    return result
  } catch (error) {
    // Its end takes the transaction back.
    client.release(true)
    throw named(error)
  }
}
