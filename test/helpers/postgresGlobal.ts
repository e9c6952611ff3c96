// vitest's globalSetup: one PostgreSQL for all test files of a run, started when the first of them asks.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import pg, { type ClientConfig } from 'pg'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/postgres/embedded/launcher.ts'
import { migrate } from '../../src/platform/postgres/migrate.ts'

/** What a worker reads from the socket named by this variable: one line of JSON. `template`: a migrated database to copy. */
export type Given =
  | { readonly connection: ClientConfig; readonly template: string }
  | { readonly error: string }
export const socketVariable = 'ORRERY_TEST_POSTGRES'

const template = 'orrery_template'

/** A migrated database that nobody may connect to, so that it can be copied at any time. */
async function makeTemplate(connection: ClientConfig): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${template} TEMPLATE template0`)
    const pool = new pg.Pool({ ...connection, database: template, max: 1 })
    await migrate(pool, () => {})
    await pool.end()
    await client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`)
    // The end of a connection is told before its process has ended.
    for (let left = 1; left > 0; ) {
      const { rowCount } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = '${template}'`,
      )
      left = rowCount ?? 0
    }
  } finally {
    await client.end()
  }
}

async function startServer(folder: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(path.join(folder, 'data'), () => {})
  await makeTemplate(server.connection)
  return server
}

export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-test-'))
  let server: Promise<EmbeddedPostgres> | undefined
  const door = createServer((socket) => {
    server ??= startServer(folder)
    server.then(
      ({ connection }) => socket.end(JSON.stringify({ connection, template } satisfies Given)),
      (error) => socket.end(JSON.stringify({ error: String(error) } satisfies Given)),
    )
    socket.on('error', () => {})
  })
  const address = path.join(folder, 'door')
  await new Promise<void>((resolve) => door.listen(address, resolve))
  process.env[socketVariable] = address
  return async () => {
    door.close()
    await server?.then(
      ({ stop }) => stop(),
      () => {},
    )
    rmSync(folder, { recursive: true, force: true })
  }
}
