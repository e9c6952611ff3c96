// vitest's globalSetup: one PostgreSQL for all test files of a run, started when the first of them asks.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { ClientConfig } from 'pg'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/platform/postgres/embedded/launcher.ts'

/** What a worker reads from the socket named by this variable: one line of JSON. */
export type Given = { readonly connection: ClientConfig } | { readonly error: string }
export const socketVariable = 'ORRERY_TEST_POSTGRES'

export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'orrery-test-'))
  let server: Promise<EmbeddedPostgres> | undefined
  const door = createServer((socket) => {
    server ??= startEmbeddedPostgres(path.join(folder, 'data'), () => {})
    server.then(
      ({ connection }) => socket.end(JSON.stringify({ connection } satisfies Given)),
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
