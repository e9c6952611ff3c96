// One server at a time on a database: a session's advisory lock says who. On an embedded database the folder's
// lock says it already; with DATABASE_URL this does.

import pg from 'pg'
import { StartRefused } from '../startRefused.ts'

/** Any number that nobody else locks in this database. */
const LOCK_KEY = 7_267_735_120
const RETRY_MS = 500

export type SoleServer = {
  close(): Promise<void>
}

/** A client that is not connected yet: pg's, or another driver's that speaks like it. */
export type MakeClient = (config: pg.ClientConfig) => pg.Client

/**
 * Takes the database for this process. Throws `StartRefused`, naming who has it. A connection that is lost while the
 * server runs is made again; whoever took the database in between is stopped by the ledger, not here.
 */
export async function takeDatabase(
  connection: pg.ClientConfig,
  connect: MakeClient = (config) => new pg.Client(config),
): Promise<SoleServer> {
  let closed = false
  let client = await lock(connect(connection))
  const again = async (): Promise<void> => {
    while (!closed) {
      try {
        client = await lock(connect(connection))
        client.once('end', again)
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
  client.once('end', again)
  return {
    async close() {
      closed = true
      await client.end().catch(() => {})
    },
  }
}

async function lock(client: pg.Client): Promise<pg.Client> {
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [LOCK_KEY],
    )
    if (rows[0]?.taken) return client
    const holder = await holderOf(client)
    throw new StartRefused(
      `Another server already runs on this database (DATABASE_URL)${holder}. Stop it first, or give this one a database of its own.`,
    )
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function holderOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ address: string | null; since: string }>(
    `SELECT a.client_addr::text AS address, a.backend_start::text AS since
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [LOCK_KEY],
  )
  const [holder] = rows
  return holder ? `, from ${holder.address ?? 'this machine'}, since ${holder.since}` : ''
}
